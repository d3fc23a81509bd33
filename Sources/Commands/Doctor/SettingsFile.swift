import CodeArtifact
import Platform
import TOMLKit

/// A settings file of somebody else's program, as lines, so that a finding can name one and mend it.
struct SettingsFile: Sendable {
  /// A setting of an INI file, or one more line of its value.
  struct Line: Sendable, Equatable {
    let section: String
    let name: String
    let value: String
    /// Counted from zero.
    let index: Int
  }

  let path: String
  let document: LineDocument

  /// The file; nil where there is none that can be read.
  init?(_ path: String, _ surroundings: Surroundings) {
    guard let bytes = try? surroundings.files.read(path, limit: 4 << 20) else { return nil }
    self.init(path: path, bytes: bytes)
  }

  init(path: String, bytes: [UInt8]) {
    self.path = path
    document = LineDocument(bytes)
  }

  /// All settings, as Python's configparser reads them.
  var settings: [Line] {
    var lines: [Line] = []
    var section = ""
    var current: (name: String, indent: Int)?
    for index in document.lines.indices {
      let text = document.text(index)
      guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix(";") else { continue }
      let indent = document.indent(index).count
      if let current, indent > current.indent {
        lines.append(Line(section: section, name: current.name, value: text, index: index))
      } else if text.hasPrefix("["), let end = text.lastIndex(of: "]") {
        section = String(text[text.index(after: text.startIndex)..<end])
        current = nil
      } else {
        let separator = text.firstIndex { $0 == "=" || $0 == ":" }
        let name = trimmed(text[..<(separator ?? text.endIndex)]).lowercased()
        let value = separator.map { trimmed(text[text.index(after: $0)...]) } ?? ""
        lines.append(Line(section: section, name: name, value: value, index: index))
        current = (name, indent)
      }
    }
    return lines
  }

  /// The value of a setting; the last one of a name is in force.
  func value(_ names: Set<String>, in section: String) -> Line? {
    settings.last { $0.section == section && names.contains($0.name) }
  }

  /// The file as TOML; nil where it is none.
  var toml: TOMLTable? { try? TOMLText.table(Array(document.lines.joined())) }

  func place(_ index: Int?) -> Finding.Place { Finding.Place(file: path, line: index.map { $0 + 1 }) }

  /// The first line that holds a text outside of comments, counted from zero.
  func line(holding text: String) -> Int? {
    document.lines.indices.first { !document.text($0).hasPrefix("#") && document.text($0).contains(text) }
  }

  /// The line that holds a text outside of comments, counted from zero; nil where more than one does.
  func onlyLine(holding text: String) -> Int? {
    let lines = document.lines.indices.filter { !document.text($0).hasPrefix("#") && document.text($0).contains(text) }
    return lines.count == 1 ? lines.first : nil
  }

  /// The lines from each header (`[…]`) to the next one.
  var blocks: [Range<Int>] {
    let headers = document.lines.indices.filter { document.text($0).hasPrefix("[") }
    return zip(headers, headers.dropFirst() + [document.lines.endIndex]).map { $0..<$1 }
  }

  /// A repair that puts other bytes in the place of a line, its end included.
  func replacing(_ index: Int, with bytes: [UInt8]) -> Repair {
    replacing(index..<(index + 1), with: bytes)
  }

  /// A repair that puts other bytes in the place of whole lines.
  func replacing(_ lines: Range<Int>, with bytes: [UInt8]) -> Repair {
    .replace(
      path: path, at: document.offset(ofLine: lines.lowerBound), old: Array(document.lines[lines].joined()), new: bytes)
  }

  /// Takes the passwords out of a line's URLs, where all of them are tokens; nil where one is not, or cannot be found.
  func withoutPasswords(_ index: Int, _ urls: [WrittenURL], now: Double) -> Repair? {
    var bytes = document.lines[index]
    for url in urls {
      guard let password = url.password else { continue }
      guard StoredSecret(password, now: now).isToken, let range = bytes.firstRange(of: Array(":\(password)@".utf8))
      else { return nil }
      bytes.replaceSubrange(range, with: [UInt8(ascii: "@")])
    }
    return replacing(index, with: bytes)
  }
}
