/// One of AWS's shared files, `config` or `credentials`: the union of the grammars that the SDKs and the CLI read.
/// Only the sections asked for are taken apart, so that a thousand profiles cost a scan and no more.
struct ConfigFile {
  /// A setting, with the line it stands in.
  struct Setting: Equatable {
    var value: String
    var nested: [String: String] = [:]
    let line: Int
  }

  /// A line in a wanted section that is no setting.
  struct Malformed: Error, Equatable {
    let line: Int
  }

  let path: String
  private let bytes: ArraySlice<UInt8>

  init(path: String, bytes: [UInt8]) {
    self.path = path
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    self.bytes = bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]
  }

  /// The settings of all sections whose header `matches`, merged: the last value of a key wins.
  /// Nil when there is no such section.
  func section(where matches: (SectionHeader) -> Bool) throws(Malformed) -> [String: Setting]? {
    var settings: [String: Setting]?
    var isWanted = false
    var key: String?
    var lines = Lines(bytes)
    while let (number, line) = lines.next() {
      guard let first = line.first else { continue }
      if first == UInt8(ascii: "[") {
        let header = SectionHeader(line)
        isWanted = header.map(matches) ?? false
        if isWanted, settings == nil { settings = [:] }
        key = nil
      } else if isWanted {
        if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { continue }
        let text = String(decoding: line, as: UTF8.self)
        if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
          guard let key, !trimmedLine(text).isEmpty else { continue }
          settings?[key]?.take(continuation: trimmedLine(text))
          continue
        }
        guard let (name, value) = Self.split(text) else { throw Malformed(line: number) }
        settings?[name] = Setting(value: Self.withoutComment(value, of: name), line: number)
        key = name
      }
    }
    return settings
  }

  /// The headers of all sections, in order.
  var headers: [SectionHeader] {
    var headers: [SectionHeader] = []
    var lines = Lines(bytes)
    while let (_, line) = lines.next() {
      if line.first == UInt8(ascii: "["), let header = SectionHeader(line) { headers.append(header) }
    }
    return headers
  }

  /// `key = value`, or with the CLI `key : value`; keys know no case.
  fileprivate static func split(_ line: String) -> (name: String, value: String)? {
    guard let separator = line.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return nil }
    let name = trimmedLine(line[..<separator]).lowercased()
    guard !name.isEmpty else { return nil }
    return (name, trimmedLine(line[line.index(after: separator)...]))
  }

  /// The SDKs end a value at ` #` or ` ;`. A command may have these characters for itself.
  private static func withoutComment(_ value: String, of name: String) -> String {
    guard name != "credential_process" else { return value }
    var previous: Character = " "
    for index in value.indices {
      let character = value[index]
      if character == "#" || character == ";", previous == " " || previous == "\t" {
        return trimmedLine(value[..<index])
      }
      previous = character
    }
    return value
  }
}

extension ConfigFile.Setting {
  /// An indented line: a nested property below an empty value, more of the value otherwise.
  fileprivate mutating func take(continuation line: String) {
    if value.isEmpty, let (name, value) = ConfigFile.split(line) {
      nested[name] = value
    } else {
      value += (value.isEmpty ? "" : "\n") + line
    }
  }
}

/// A section's header: `[default]`, `[profile dev]`, `[sso-session corp]`; a name may be quoted.
struct SectionHeader: Equatable {
  /// The word before the name; empty where there is none.
  let kind: String
  /// The name.
  let name: String

  init(kind: String, name: String) {
    self.kind = kind
    self.name = name
  }

  init?(_ line: ArraySlice<UInt8>) {
    guard let end = line.lastIndex(of: UInt8(ascii: "]")) else { return nil }
    let inside = trimmedLine(String(decoding: line[(line.startIndex + 1)..<end], as: UTF8.self))
    guard let space = inside.firstIndex(where: { $0 == " " || $0 == "\t" }) else {
      (kind, name) = ("", Self.unquoted(inside))
      return
    }
    kind = String(inside[..<space])
    name = Self.unquoted(trimmedLine(inside[space...]))
  }

  private static func unquoted(_ name: String) -> String {
    guard let quote = name.first, quote == "\"" || quote == "'", name.count >= 2, name.last == quote else {
      return name
    }
    return String(name.dropFirst().dropLast())
  }
}

/// The lines of a file with their numbers, without their ends.
private struct Lines {
  private var rest: ArraySlice<UInt8>
  private var number = 0

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> (number: Int, line: ArraySlice<UInt8>)? {
    guard !rest.isEmpty else { return nil }
    number += 1
    let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
    var line = rest[rest.startIndex..<end]
    rest = end < rest.endIndex ? rest[(end + 1)...] : []
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return (number, line)
  }
}

private func trimmedLine(_ text: some StringProtocol) -> String {
  let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
  return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
}
