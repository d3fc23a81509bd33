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

/// A table: keys and their values, in the file's order. Every key, value and table has its position in the file.
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

extension TOMLTable {
  /// The root table of a file's bytes. Throws the first position where they are not TOML 1.1, which allows all that 1.0
  /// does, or exceed `TOMLLimits`. It takes time and memory in proportion to the length, and recurses no deeper than
  /// `TOMLLimits.depth`. Source: https://toml.io/en/v1.1.0
  public init(parsing bytes: [UInt8]) throws(TOMLError) {
    var parser = TOMLParser(bytes)
    self.init(tree: try parser.parse(), node: TOMLTree.root)
  }
}

/// A value: a string, a truth value, an array, a table, or one of those that no setting of interest has: a number, a date,
/// a time.
public struct TOMLValue: Sendable {
  let tree: TOMLTree
  let node: Int32

  /// The text of a string.
  public var string: String? { if case .string(let text) = tree[node].content { text } else { nil } }

  /// `true` or `false`.
  public var bool: Bool? { if case .boolean(let value) = tree[node].content { value } else { nil } }

  /// The elements of an array, including an array of tables (`[[…]]`).
  public var array: [TOMLValue]? {
    guard case .array = tree[node].content else { return nil }
    return tree.children(of: node).map { TOMLValue(tree: tree, node: $0) }
  }

  /// The table, however it is written.
  public var table: TOMLTable? {
    if case .table = tree[node].content { TOMLTable(tree: tree, node: node) } else { nil }
  }

  /// The range of the value; for tables with headers, see `TOMLTable.source`.
  public var source: SourceRange { tree[node].source }

  /// The range of the part of a key or header that first named it; for an element of an array, the same as `source`.
  public var keySource: SourceRange { tree[node].keySource }
}

/// A range in a file.
public struct SourceRange: Sendable, Equatable {
  /// The bytes.
  public private(set) var bytes: Range<Int>
  /// The line of its first byte, counted from one.
  public let line: Int
  /// The column of its first byte, counted in bytes from one.
  public let column: Int
  /// The line of its last byte.
  public private(set) var lastLine: Int

  init(from start: TOMLPosition, to end: TOMLPosition) {
    bytes = start.offset..<end.offset
    line = start.line
    column = start.column
    lastLine = end.line
  }

  /// Extends it to the end of another range.
  mutating func extend(to other: SourceRange) {
    bytes = bytes.lowerBound..<other.bytes.upperBound
    lastLine = other.lastLine
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
