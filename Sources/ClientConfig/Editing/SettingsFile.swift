import Platform

/// A client's file as lines, read as INI or as TOML: what is wrong in it is for the client to say.
public struct SettingsFile: Sendable {
  /// Where it is.
  public let path: String
  /// What it holds.
  public let document: LineDocument

  /// The file; nil where there is none that can be read.
  public init?(_ path: String, _ context: Context) {
    guard let bytes = try? context.files.read(path, limit: TOMLLimits.length) else { return nil }
    self.init(path: path, bytes: bytes)
  }

  /// A file that has been read.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    document = LineDocument(bytes)
  }

  /// What it holds, to the byte.
  public var bytes: [UInt8] { Array(document.lines.joined()) }

  /// The file as Python's configparser reads it.
  public var ini: INIDocument { INIDocument(document) }

  /// All settings, as Python's configparser reads them.
  public var settings: [INIDocument.Setting] { ini.settings }

  /// The value of a setting; the last one of a name is in force.
  public func value(_ names: Set<String>, in section: String) -> INIDocument.Setting? { ini.value(names, in: section) }

  /// The file as TOML; nil where it is none.
  public var toml: TOMLTable? { try? TOMLDocument(bytes).root }

  /// The line that holds a key of TOML, its value and nothing else, counted from zero; nil where there is no such line.
  public func soleLine(_ value: TOMLValue) -> Int? {
    let index = value.keySource.line - 1
    guard value.source.lastLine == index + 1 else { return nil }
    let start = document.offset(ofLine: index)
    let line = document.lines[index]
    let before = line.prefix(value.keySource.bytes.lowerBound - start)
    let after = line.dropFirst(value.source.bytes.upperBound - start)
    return before.allSatisfy(Self.isSpace) && after.allSatisfy(Self.isSpace) ? index : nil
  }

  /// The lines of a table of TOML that has a header and holds no other table, and the empty lines behind it; nil for others.
  public func lines(of table: TOMLTable) -> Range<Int>? {
    guard !table.isInline, table.values.allSatisfy({ $0.table == nil && $0.array == nil }) else { return nil }
    var end = table.source.lastLine
    while end < document.lines.count, document.lines[end].allSatisfy(Self.isSpace) { end += 1 }
    return (table.source.line - 1)..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D, 0x0A].contains(byte) }
}
