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
  let value: TOMLValue

  /// The value of a key.
  public subscript(key: String) -> TOMLValue? { value.child(key) }

  /// All keys.
  public var keys: [String] { value.children.map(\.name) }

  /// All values.
  public var values: [TOMLValue] { value.children }

  /// The keys whose values are tables.
  public var tables: [(name: String, table: TOMLTable)] {
    value.children.compactMap { child in child.table.map { (child.name, $0) } }
  }

  /// From the header or the opening brace to the end of the last value below that header.
  public var source: SourceRange { value.source }

  /// Whether it is written as a value, `{ … }`.
  public var isInline: Bool { value.content == .table(.inline) }
}

extension TOMLTable {
  /// The root table of a file's bytes. Throws the first position where they are not TOML 1.1, which allows all that 1.0
  /// does, or exceed `TOMLLimits`. It takes time and memory in proportion to the length, and recurses no deeper than
  /// `TOMLLimits.depth`. Source: https://toml.io/en/v1.1.0
  public init(parsing bytes: [UInt8]) throws(TOMLError) {
    var parser = TOMLParser(bytes)
    self.init(value: try parser.parse())
  }
}

/// A value: a string, a truth value, an array, a table, or one of those that no setting of interest has: a number, a date,
/// a time. It does not change after its file was parsed.
public final class TOMLValue: @unchecked Sendable {
  /// How a table was defined, which decides what may be added to it.
  enum Origin: Equatable {
    /// Named in another header (`a` in `[a.b]`); its own header may follow.
    case implicit
    /// Defined by its own header, or the root.
    case header
    /// Defined by a dotted key in this table: more keys may follow there, and tables with headers.
    case dotted(in: ObjectIdentifier)
    /// In braces: nothing can be added.
    case inline
  }

  enum Content: Equatable {
    case string(String)
    case boolean(Bool)
    case numberOrDate
    /// `isOfTables` for an array of tables, which headers define and extend.
    case array(isOfTables: Bool)
    case table(Origin)
  }

  /// The key; empty for an element of an array.
  let name: String
  /// The number of tables and arrays that it is in.
  let depth: Int
  var content: Content
  /// The values of a table or the elements of an array, in the file's order.
  private(set) var children: [TOMLValue] = []
  /// The values of a table by the bytes of their keys: TOML does not normalise characters.
  private var index: [[UInt8]: TOMLValue] = [:]

  /// The range of the part of a key or header that first named it; empty for an element of an array in brackets.
  public let keySource: SourceRange
  /// The range of the value; for tables with headers, see `TOMLTable.source`.
  public internal(set) var source: SourceRange

  init(_ name: String, _ source: SourceRange, depth: Int, _ content: Content) {
    self.name = name
    self.depth = depth
    self.content = content
    keySource = source
    self.source = source
  }

  func child(_ name: String) -> TOMLValue? { index[Array(name.utf8)] }

  /// Adds a value to a table that does not have its key, or to an array.
  func add(_ child: TOMLValue) {
    children.append(child)
    if case .table = content { index[Array(child.name.utf8)] = child }
  }

  /// The text of a string.
  public var string: String? { if case .string(let text) = content { text } else { nil } }

  /// `true` or `false`.
  public var bool: Bool? { if case .boolean(let value) = content { value } else { nil } }

  /// The elements of an array, including an array of tables (`[[…]]`).
  public var array: [TOMLValue]? { if case .array = content { children } else { nil } }

  /// The table, however it is written.
  public var table: TOMLTable? { if case .table = content { TOMLTable(value: self) } else { nil } }
}

/// A range in a file.
public struct SourceRange: Sendable {
  let start: TOMLPosition
  var end: TOMLPosition

  /// The bytes.
  public var bytes: Range<Int> { start.offset..<end.offset }
  /// The line of its first byte, counted from one.
  public var line: Int { start.line }
  /// The line of its last byte.
  public var lastLine: Int { end.line }
}

/// A position in a file.
struct TOMLPosition {
  /// The number of bytes before it.
  var offset = 0
  /// Counted from one.
  var line = 1
}
