import ClientConfig
import Platform

/// What a finding says about a client's file: where something is, and what fixes it.
extension SettingsFile {
  func place(_ index: Int?) -> Finding.Place { Finding.Place(file: path, line: index.map { $0 + 1 }) }

  /// The place of something in this file as TOML.
  func place(_ source: SourceRange) -> Finding.Place { Finding.Place(file: path, line: source.line) }

  /// A repair that puts other bytes in the place of a line, its end included.
  func replacing(_ index: Int, with bytes: [UInt8], removing name: String = "token") -> Repair {
    replacing(index..<(index + 1), with: bytes, removing: name)
  }

  /// A repair that puts other bytes in the place of whole lines.
  func replacing(_ lines: Range<Int>, with bytes: [UInt8], removing name: String = "token") -> Repair {
    .replace(
      path: path, at: document.offset(ofLine: lines.lowerBound), old: Array(document.lines[lines].joined()), new: bytes,
      removing: name)
  }

  /// Takes the passwords out of a line's URLs, where all of them are tokens or empty; nil where one is not, or cannot be
  /// found.
  func withoutPasswords(_ index: Int, _ urls: [URLParts], now: Double) -> Repair? {
    var bytes = document.lines[index]
    var name: String?
    for url in urls where url.password != nil || url.hasEmptyPassword {
      let secret = StoredPassword(url.password ?? "", now: now)
      guard secret.isRemovable, let range = bytes.firstRange(of: Array(url.text.utf8)) else { return nil }
      bytes.replaceSubrange(range, with: Array(url.withoutPassword.utf8))
      name = name ?? secret.name
    }
    return name.map { replacing(index, with: bytes, removing: $0) }
  }
}
