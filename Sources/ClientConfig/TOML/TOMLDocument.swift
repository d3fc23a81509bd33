/// The versions of TOML that can be asked for. What 1.0 allows, 1.1 allows too.
public enum TOMLVersion: Sendable {
  /// https://toml.io/en/v1.0.0
  case v1_0
  /// https://toml.io/en/v1.1.0
  case v1_1
}

/// A parsed TOML file: every key, value and table has its position in the file.
///
/// Parsing takes time and memory in proportion to the length, and recurses no deeper than `TOMLLimits.depth`.
public struct TOMLDocument: Sendable {
  /// The root table.
  public let root: TOMLTable

  /// Parses a file's bytes. Throws the first position where they are not TOML of this version, or exceed `TOMLLimits`.
  /// Clients differ in the version they read, so the newer one is read by default.
  public init(_ bytes: [UInt8], version: TOMLVersion = .v1_1) throws(TOMLError) {
    var parser = TOMLParser(bytes, version: version)
    root = TOMLTable(tree: try parser.parse(), node: TOMLTree.root)
  }
}

/// The limits of a file, which no file that a person writes reaches.
public enum TOMLLimits {
  /// The length of a file, in bytes.
  public static let length = 4 << 20
  /// The depth of nested tables and arrays, and the number of parts of a dotted key.
  public static let depth = 64
  /// The number of keys, values and tables together.
  public static let count = 1 << 18
  /// The length of a number, in bytes.
  static let number = 1024
}

/// A table: keys and their values, in the file's order.
public struct TOMLTable: Sendable {
  let tree: TOMLTree
  let node: Int32

  /// The value of a key.
  public subscript(key: String) -> TOMLValue? {
    tree.child(key, of: node).map { TOMLValue(tree: tree, node: $0) }
  }

  /// All keys.
  public var keys: [String] { tree.children(of: node).map { tree[$0].name } }

  /// All values.
  public var values: [TOMLValue] { tree.children(of: node).map { TOMLValue(tree: tree, node: $0) } }

  /// The keys whose values are tables.
  public var tables: [(name: String, table: TOMLTable)] {
    keys.compactMap { key in self[key]?.table.map { (key, $0) } }
  }

  /// From the header or the opening brace to the end of the last value below that header.
  public var source: SourceRange { tree[node].source }

  /// Whether it is written as a value, `{ … }`.
  public var isInline: Bool { tree[node].content == .table(.inline) }
}

/// A value: a string, a number, a date, an array, a table.
public struct TOMLValue: Sendable {
  let tree: TOMLTree
  let node: Int32

  /// The text of a string.
  public var string: String? { if case .string(let text) = content { text } else { nil } }

  /// `true` or `false`.
  public var bool: Bool? { if case .boolean(let value) = content { value } else { nil } }

  /// An integer.
  public var integer: Int64? { if case .integer(let value) = content { value } else { nil } }

  /// A number with a fraction or an exponent, `inf` or `nan`.
  public var float: Double? { if case .float(let value) = content { value } else { nil } }

  /// A date, a time, or both.
  public var dateTime: TOMLDateTime? { if case .dateTime(let value) = content { value } else { nil } }

  /// The elements of an array, including an array of tables (`[[…]]`).
  public var array: [TOMLValue]? {
    guard case .array = content else { return nil }
    return tree.children(of: node).map { TOMLValue(tree: tree, node: $0) }
  }

  /// The table, however it is written.
  public var table: TOMLTable? {
    if case .table = content { TOMLTable(tree: tree, node: node) } else { nil }
  }

  /// The range of the value; for tables with headers, see `TOMLTable.source`.
  public var source: SourceRange { tree[node].source }

  /// The range of the part of a key or header that first named it; for an element of an array, the same as `source`.
  public var keySource: SourceRange { tree[node].keySource }

  private var content: TOMLTree.Content { tree[node].content }
}

/// A date, a time, or both, as it is written.
public struct TOMLDateTime: Sendable, Equatable {
  /// Which parts it has.
  public enum Kind: String, Sendable {
    case offsetDateTime = "datetime"
    case localDateTime = "datetime-local"
    case localDate = "date-local"
    case localTime = "time-local"
  }

  /// Which parts it has.
  public let kind: Kind
  /// The text as it is written. It is a valid date or time.
  public let text: String
}

/// A range in a file.
public struct SourceRange: Sendable, Equatable {
  private let start: UInt32
  private let end: UInt32
  private let firstLine: UInt32
  private let firstColumn: UInt32
  private let finalLine: UInt32

  /// The bytes.
  public var bytes: Range<Int> { Int(start)..<Int(end) }
  /// The line of its first byte, counted from one.
  public var line: Int { Int(firstLine) }
  /// The column of its first byte, counted in bytes from one.
  public var column: Int { Int(firstColumn) }
  /// The line of its last byte.
  public var lastLine: Int { Int(finalLine) }

  init(from start: TOMLPosition, to end: TOMLPosition) {
    self.start = UInt32(start.offset)
    self.end = UInt32(end.offset)
    firstLine = UInt32(start.line)
    firstColumn = UInt32(start.column)
    finalLine = UInt32(end.line)
  }

  /// A range with the same start, and the end of another range.
  func extended(to other: SourceRange) -> SourceRange { SourceRange(self, endOf: other) }

  private init(_ first: SourceRange, endOf last: SourceRange) {
    start = first.start
    firstLine = first.firstLine
    firstColumn = first.firstColumn
    end = last.end
    finalLine = last.finalLine
  }
}

/// A position in a file.
struct TOMLPosition {
  /// The number of bytes before it.
  var offset = 0
  /// Counted from one.
  var line = 1
  /// The offset at which the line begins.
  var lineStart = 0

  /// Counted in bytes from one.
  var column: Int { offset - lineStart + 1 }
}
