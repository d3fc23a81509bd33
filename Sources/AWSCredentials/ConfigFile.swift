/// One of AWS's shared files, `config` or `credentials`: the union of the grammars that the SDKs and the CLI read.
/// Only the sections asked for are taken apart, so that a thousand profiles cost a scan and no more.
public struct ConfigFile: Sendable {
  /// A setting, with the line it stands in.
  public struct Setting: Sendable, Equatable {
    /// Its name, in lower case.
    public let name: String
    /// Its value.
    public internal(set) var value: String
    var nested: [(name: String, value: String)] = []
    let line: Int

    /// Whether two settings say the same in the same line.
    public static func == (left: Setting, right: Setting) -> Bool {
      left.name == right.name && left.value == right.value && left.line == right.line
        && left.nested.elementsEqual(right.nested) { $0 == $1 }
    }
  }

  /// A line in a wanted section that is no setting.
  public struct Malformed: Error, Equatable {
    /// Its number.
    public let line: Int
  }

  let path: String
  private let bytes: [UInt8]

  /// The file at a path, with this content.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The settings of all sections whose header `matches`, in their order; the last one of a name is in force.
  /// Nil when there is no such section.
  public func section(where matches: (SectionHeader) -> Bool) throws(Malformed) -> [Setting]? {
    var settings: [Setting]?
    var isWanted = false
    // How far the setting is indented whose value may go on.
    var indent: Int?
    var lines = Lines(bytes)
    while let line = lines.next() {
      let text = line.trimmed
      guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
      let isDeeper = indent.map { text.start - line.start > $0 } ?? false
      if first == UInt8(ascii: "["), !isDeeper {
        isWanted = SectionHeader(text).map(matches) ?? false
        if isWanted, settings == nil { settings = [] }
        indent = nil
      } else if isDeeper {
        if isWanted, let last = settings?.indices.last { settings?[last].take(continuation: text) }
      } else {
        indent = text.start - line.start
        guard isWanted else { continue }
        guard let (name, value) = text.setting else { throw Malformed(line: line.number) }
        let command = name == "credential_process"
        settings?.append(
          Setting(name: name, value: (command ? value : value.withoutComment).text, line: line.number))
      }
    }
    return settings
  }
}

extension ConfigFile {
  /// The headers of all sections, in their order.
  public var headers: [SectionHeader] {
    var headers: [SectionHeader] = []
    // No section is wanted, so that no line of one can be malformed.
    _ = try? section { header in
      headers.append(header)
      return false
    }
    return headers
  }
}

extension ConfigFile.Setting {
  /// An indented line: a nested property below an empty value, more of the value otherwise.
  fileprivate mutating func take(continuation line: Line) {
    if value.isEmpty, let (name, value) = line.setting {
      nested.append((name, value.text))
    } else {
      value += (value.isEmpty ? "" : "\n") + line.text
    }
  }
}

/// A section's header: `[default]`, `[profile dev]`, `[sso-session corp]`; a name may be quoted.
public struct SectionHeader: Sendable, Equatable {
  /// The word before the name; empty where there is none.
  public let kind: String
  /// The name.
  public let name: String

  init(kind: String, name: String) {
    self.kind = kind
    self.name = name
  }

  fileprivate init?(_ line: Line) {
    guard let end = line.firstIndex(where: { $0 == UInt8(ascii: "]") }) else { return nil }
    let inside = line.part(line.start + 1, end).trimmed
    guard let space = inside.firstIndex(where: isBlank) else {
      (kind, name) = ("", inside.unquoted.text)
      return
    }
    kind = inside.part(inside.start, space).text
    name = inside.part(space, inside.end).trimmed.unquoted.text
  }
}

/// A stretch of a file within one line. Plain indices into the bytes, since this runs at every lookup.
private struct Line {
  let bytes: [UInt8]
  let start: Int
  let end: Int
  let number: Int

  var isEmpty: Bool { start >= end }
  var first: UInt8? { isEmpty ? nil : bytes[start] }
  var text: String { String(decoding: bytes[start..<end], as: UTF8.self) }

  func part(_ start: Int, _ end: Int) -> Line { Line(bytes: bytes, start: start, end: max(start, end), number: number) }

  func firstIndex(where isWanted: (UInt8) -> Bool) -> Int? {
    var index = start
    while index < end {
      if isWanted(bytes[index]) { return index }
      index += 1
    }
    return nil
  }

  /// Without blanks at its ends.
  var trimmed: Line {
    var (start, end) = (start, end)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while start < end, isBlank(bytes[end - 1]) { end -= 1 }
    return part(start, end)
  }

  /// `key = value`, or with the CLI `key : value`; keys know no case.
  var setting: (name: String, value: Line)? {
    guard let separator = firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return nil }
    let name = part(start, separator).trimmed
    guard !name.isEmpty else { return nil }
    return (name.text.lowercased(), part(separator + 1, end).trimmed)
  }

  /// The SDKs end a value at ` #` or ` ;`.
  var withoutComment: Line {
    var previous = UInt8(ascii: " ")
    let comment = firstIndex { byte in
      defer { previous = byte }
      return (byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")) && isBlank(previous)
    }
    return comment.map { part(start, $0).trimmed } ?? self
  }

  var unquoted: Line {
    guard let quote = first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), end - start >= 2,
      bytes[end - 1] == quote
    else { return self }
    return part(start + 1, end - 1)
  }
}

/// The lines of a file, without their ends and without a byte order mark.
private struct Lines {
  private let bytes: [UInt8]
  private var position: Int
  private var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }

  mutating func next() -> Line? {
    guard position < bytes.count else { return nil }
    number += 1
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    let end = position > start && bytes[position - 1] == UInt8(ascii: "\r") ? position - 1 : position
    position += 1
    return Line(bytes: bytes, start: start, end: end, number: number)
  }
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}
