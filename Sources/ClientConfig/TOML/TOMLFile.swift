import Platform

/// A TOML file with typed access: a value of an unexpected type is a mistake, which is reported with its line.
public struct TOMLFile: Sendable {
  /// What it holds, to the byte.
  public let bytes: [UInt8]
  /// The root table.
  public let root: TOMLTable
  /// Where it is.
  public let path: String

  /// Reads a file; nil if there is none. Throws if it cannot be read, or is not TOML. With `toEnd` it may be a pipe or
  /// `/dev/null`, too.
  public init?(_ path: String, _ context: Context, toEnd: Bool = false) throws(FailureRecord) {
    let (files, limit) = (context.files, TOMLLimits.length)
    let bytes: [UInt8]
    do { bytes = try toEnd ? files.readToEnd(of: path, limit: limit) : files.read(path, limit: limit) } catch {
      if error.isAbsence { return nil }
      throw FailureRecord(error.problemWithoutPath, location: .file(path))
    }
    try self.init(path: path, bytes: bytes)
  }

  /// A file that has been read. Throws if it is not TOML.
  public init(path: String, bytes: [UInt8]) throws(FailureRecord) {
    do { root = try TOMLTable(parsing: bytes) } catch {
      throw FailureRecord(error.problem, location: .file(path, line: error.line))
    }
    self.bytes = bytes
    self.path = path
  }

  /// `[tool.NAME]` of a `pyproject.toml`.
  public func tool(_ name: String) throws(FailureRecord) -> TOMLTable? {
    try table(name, in: try table("tool", in: root))
  }

  /// The table of a key; nil where there is none.
  public func table(_ key: String, in table: TOMLTable?) throws(FailureRecord) -> TOMLTable? {
    guard let table, let value = table[key] else { return nil }
    guard let inner = value.table else { throw mistake(key, in: table, "\(key) is not a table") }
    return inner
  }

  /// The array of tables of a key; empty where there is none.
  public func tables(_ key: String, in table: TOMLTable?) throws(FailureRecord) -> [TOMLTable] {
    guard let table, let value = table[key] else { return [] }
    let tables = value.array?.compactMap(\.table)
    guard let tables, tables.count == value.array?.count else {
      throw mistake(key, in: table, "\(key) is not an array of tables: write [[\(key)]]")
    }
    return tables
  }

  /// The string of a key; nil where there is none.
  public func string(_ key: String, in table: TOMLTable) throws(FailureRecord) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else { throw mistake(key, in: table, "\(key) is not a string in quotes") }
    return text
  }

  /// A mistake at a key or, if the table does not have it or none is given, at the table.
  public func mistake(_ key: String? = nil, in table: TOMLTable, _ problem: String) -> FailureRecord {
    let line = (key.flatMap { table[$0] }?.keySource ?? table.source).line
    return FailureRecord(problem, location: .file(path, line: line))
  }
}
