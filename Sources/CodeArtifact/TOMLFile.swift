import Platform
import TOMLKit

/// A TOML file that somebody else's tool reads, and what is asked of it: a value of another kind than expected is a mistake.
public struct TOMLFile {
  /// What it holds, to the byte.
  public let bytes: [UInt8]
  /// What it says.
  public let root: TOMLTable
  let path: String
  private let lines: [Substring]

  /// The file; nil where there is none. Throws where it cannot be read, or is no TOML.
  public init?(_ path: String, _ surroundings: Surroundings) throws(ConfigurationFailure) {
    do { bytes = try surroundings.files.read(path, limit: 4 << 20) } catch {
      if error.isAbsence { return nil }
      throw ConfigurationFailure(place: path, line: nil, problem: error.problem)
    }
    do { root = try TOMLText.table(bytes) } catch {
      throw ConfigurationFailure(place: path, line: error.line, problem: error.problem)
    }
    self.path = path
    lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  /// `[tool.NAME]` of a `pyproject.toml`.
  func tool(_ name: String) throws(ConfigurationFailure) -> TOMLTable? {
    try table(name, in: try table("tool", in: root))
  }

  func table(_ key: String, in table: TOMLTable?) throws(ConfigurationFailure) -> TOMLTable? {
    guard let value = table?[key] else { return nil }
    guard let inner = value.table else { throw mistake(key, "\(key) is not a table") }
    return inner
  }

  func tables(_ key: String, in table: TOMLTable?) throws(ConfigurationFailure) -> [TOMLTable] {
    guard let value = table?[key] else { return [] }
    guard let array = value.array else { throw mistake(key, "\(key) is not an array of tables like [[\(key)]]") }
    var tables: [TOMLTable] = []
    for item in array {
      guard let table = item.table else { throw mistake(key, "\(key) holds something that is no table") }
      tables.append(table)
    }
    return tables
  }

  func string(_ key: String, in table: TOMLTable) throws(ConfigurationFailure) -> String? {
    guard let value = table[key] else { return nil }
    guard let text = value.string else { throw mistake(key, "\(key) is not a text in quotes") }
    return text
  }

  /// A list of texts, or one text alone.
  func strings(_ key: String, in table: TOMLTable) throws(ConfigurationFailure) -> [String] {
    guard let value = table[key] else { return [] }
    if let text = value.string { return [text] }
    let texts = value.array.map { array in array.map { $0.string } } ?? [nil]
    guard texts.allSatisfy({ $0 != nil }) else { throw mistake(key, "\(key) is not a list of texts in quotes") }
    return texts.compactMap { $0 }
  }

  /// The first line that holds a value in quotes, and its key if one has both: the parser keeps no positions.
  func line(holding value: String, of key: String) -> Int? {
    let found = lines.indices.filter { index in
      let line = lines[index]
      return !trimmed(line).hasPrefix("#") && (line.contains("\"\(value)\"") || line.contains("'\(value)'"))
    }
    return (found.first { Self.words(lines[$0]).contains { $0 == key } } ?? found.first).map { $0 + 1 }
  }

  /// What stands outside of a comment and may be a key.
  private static func words(_ line: Substring) -> [Substring] {
    line.prefix { $0 != "#" }.split { !($0.isLetter || $0.isNumber || "_-".contains($0)) }
  }

  /// A mistake at a key, in the first line that holds it outside of a comment.
  func mistake(_ key: String, _ problem: String) -> ConfigurationFailure {
    let line = lines.firstIndex { line in Self.words(line).contains { $0 == key } }
    return ConfigurationFailure(place: path, line: line.map { $0 + 1 }, problem: problem)
  }
}
