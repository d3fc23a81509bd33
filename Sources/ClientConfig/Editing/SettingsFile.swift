import Platform

/// A client's settings file, read as INI or as TOML. Mistakes in it are for the client to report.
public struct SettingsFile: Sendable {
  /// Where it is.
  public let path: String
  /// What it holds.
  public let document: LineDocument
  /// Whether the path is a symbolic link.
  public private(set) var isLink = false

  /// Reads a file; nil if there is none that can be read.
  public init?(_ path: String, _ context: Context) {
    guard let bytes = try? context.files.read(path, limit: TOMLLimits.length) else { return nil }
    self.init(path: path, bytes: bytes)
    isLink = context.files.target(ofLink: path) != nil
  }

  /// A file that has been read.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    document = LineDocument(bytes)
  }

  /// Its content, to the byte.
  public var bytes: [UInt8] { Array(document.lines.joined()) }

  /// The file as Python's configparser reads it.
  public var ini: INIDocument { INIDocument(document) }

  /// The file as TOML; nil if it is not valid TOML.
  public var toml: TOMLTable? { try? TOMLTable(parsing: bytes) }

  /// The line, counted from zero, that contains only the key and value of a TOML setting; nil if the setting shares its
  /// lines.
  public func soleLine(_ value: TOMLValue) -> Int? {
    let index = value.keySource.line - 1
    guard value.source.lastLine == index + 1 else { return nil }
    let (start, line) = (document.offset(ofLine: index), document.lines[index])
    let others =
      line.prefix(value.keySource.bytes.lowerBound - start) + line.dropFirst(value.source.bytes.upperBound - start)
    return trimmed(String(decoding: others, as: UTF8.self)).isEmpty ? index : nil
  }

  /// The lines of a TOML table with a header and no other table in it, and the empty lines after it; nil for other
  /// tables.
  public func lines(of table: TOMLTable) -> Range<Int>? {
    guard !table.isInline, table.values.allSatisfy({ $0.table == nil && $0.array == nil }) else { return nil }
    var end = table.source.lastLine
    while end < document.lines.count, document.text(end).isEmpty { end += 1 }
    return (table.source.line - 1)..<end
  }
}
