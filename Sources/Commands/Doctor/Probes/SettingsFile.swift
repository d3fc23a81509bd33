import ClientConfig
import CodeArtifact
import Platform

/// A settings file of somebody else's program, as lines, so that a finding can name one and mend it.
struct SettingsFile: Sendable {
  /// A setting of an INI file, or one more line of its value.
  typealias Line = ConfigParserFile.Setting

  let path: String
  let document: LineDocument

  /// The file; nil where there is none that can be read.
  init?(_ path: String, _ context: Context) {
    guard let bytes = try? context.files.read(path, limit: 4 << 20) else { return nil }
    self.init(path: path, bytes: bytes)
  }

  init(path: String, bytes: [UInt8]) {
    self.path = path
    document = LineDocument(bytes)
  }

  /// All settings, as Python's configparser reads them.
  var settings: [Line] { ini.settings }

  /// The value of a setting; the last one of a name is in force.
  func value(_ names: Set<String>, in section: String) -> Line? { ini.value(names, in: section) }

  private var ini: ConfigParserFile { ConfigParserFile(Array(document.lines.joined())) }

  /// The file as TOML; nil where it is none.
  var toml: TOMLTable? { try? TOMLDocument(Array(document.lines.joined())).root }

  func place(_ index: Int?) -> Finding.Place { Finding.Place(file: path, line: index.map { $0 + 1 }) }

  /// The place of something in this file as TOML.
  func place(_ source: SourceRange) -> Finding.Place { Finding.Place(file: path, line: source.line) }

  /// The line that holds a key of TOML, its value and nothing else, counted from zero; nil where there is no such line.
  func lineOfItsOwn(_ value: TOMLValue) -> Int? {
    let index = value.keySource.line - 1
    guard value.source.lastLine == index + 1 else { return nil }
    let start = document.offset(ofLine: index)
    let line = document.lines[index]
    let before = line.prefix(value.keySource.bytes.lowerBound - start)
    let after = line.dropFirst(value.source.bytes.upperBound - start)
    return before.allSatisfy(Self.isSpace) && after.allSatisfy(Self.isSpace) ? index : nil
  }

  /// The lines of a table of TOML that has a header and holds no other table, and the empty lines behind it; nil for others.
  func lines(of table: TOMLTable) -> Range<Int>? {
    guard !table.isInline, table.values.allSatisfy({ $0.table == nil && $0.array == nil }) else { return nil }
    var end = table.source.lastLine
    while end < document.lines.count, document.lines[end].allSatisfy(Self.isSpace) { end += 1 }
    return (table.source.line - 1)..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0D, 0x0A].contains(byte) }

  /// A repair that puts other bytes in the place of a line, its end included.
  func replacing(_ index: Int, with bytes: [UInt8], takingOut name: String = "token") -> Repair {
    replacing(index..<(index + 1), with: bytes, takingOut: name)
  }

  /// A repair that puts other bytes in the place of whole lines.
  func replacing(_ lines: Range<Int>, with bytes: [UInt8], takingOut name: String = "token") -> Repair {
    .replace(
      path: path, at: document.offset(ofLine: lines.lowerBound), old: Array(document.lines[lines].joined()), new: bytes,
      takingOut: name)
  }

  /// Takes the passwords out of a line's URLs, where all of them are tokens or empty; nil where one is not, or cannot be
  /// found.
  func withoutPasswords(_ index: Int, _ urls: [ConfiguredURL], now: Double) -> Repair? {
    var bytes = document.lines[index]
    var name: String?
    for url in urls where url.password != nil || url.hasEmptyPassword {
      let secret = StoredPassword(url.password ?? "", now: now)
      guard secret.isRemovable, let range = bytes.firstRange(of: Array(url.text.utf8)) else { return nil }
      bytes.replaceSubrange(range, with: Array(url.withoutPassword.utf8))
      name = name ?? secret.name
    }
    return name.map { replacing(index, with: bytes, takingOut: $0) }
  }
}
