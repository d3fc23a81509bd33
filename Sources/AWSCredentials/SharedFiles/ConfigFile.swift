/// One of AWS's shared files, `config` or `credentials`: the union of the grammars that the SDKs and the CLI read. Only
/// the wanted sections are parsed, so that a thousand profiles cost no more than a scan.
public struct ConfigFile: Sendable {
  /// A setting, with its line.
  public struct Setting: Sendable, Equatable {
    /// Its name, in lower case.
    public let name: String
    /// Its value.
    public internal(set) var value: String
    var nested: [(name: String, value: String)] = []
    let line: Int

    /// Whether two settings are equal and on the same line.
    public static func == (left: Setting, right: Setting) -> Bool {
      left.name == right.name && left.value == right.value && left.line == right.line
        && left.nested.elementsEqual(right.nested) { $0 == $1 }
    }
  }

  /// A line that cannot be read.
  public struct Malformed: Error, Equatable {
    /// What is wrong with it.
    public enum Problem: Sendable, Equatable {
      /// It is neither a section nor a setting.
      case neither
      /// It begins a section, and the bracket is not closed.
      case noBracket
    }

    /// Its number.
    public let line: Int
    /// What is wrong with it.
    public let problem: Problem
  }

  /// A line that is not empty or a comment.
  private enum Part {
    case header(Line), setting(Line), continuation(Line)
  }

  let path: String
  private let bytes: [UInt8]

  /// The file at a path, with this content.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The settings of the section whose header `matches`, in order; the last one of a name counts. Nil if there is no
  /// such section. Sections with the same header are merged, as by the SDKs; of those with different spellings
  /// (`[default]` and `[profile default]`) only the last one counts, as for the AWS CLI. Settings in `[DEFAULT]` apply
  /// to every section, as in Python's parser, which the CLI uses. Throws for a line in it that is not a setting, and
  /// for any header that is not closed, since it is unclear to which section the next settings belong.
  public func section(where matches: (SectionHeader) -> Bool) throws(Malformed) -> [Setting]? {
    try sections { matches($0) ? "" : nil }.last?.settings
  }

  /// The settings of several sections; sections for which `group` returns the same value are the same section.
  public func sections(
    _ group: (SectionHeader) -> String?
  ) throws(Malformed) -> [(header: SectionHeader, settings: [Setting])] {
    var sections: [(header: SectionHeader, settings: [Setting])] = []
    var places: [String: Int] = [:]
    var common: [Setting] = []
    // The index of the section for the next setting: nil for a section that is not wanted, -1 for all sections.
    var place: Int?
    try forEachPart { part throws(Malformed) in
      switch part {
      case .header(let line):
        guard let inside = line.insideBrackets else { throw Malformed(line: line.number, problem: .noBracket) }
        if inside.text == "DEFAULT" {
          place = -1
        } else if let header = SectionHeader(inside), let name = group(header) {
          if let known = places[name] {
            if sections[known].header.text != header.text { sections[known] = (header, []) }
            place = known
          } else {
            place = sections.count
            places[name] = sections.count
            sections.append((header, []))
          }
        } else {
          place = nil
        }
      case .setting(let line):
        guard let place else { break }
        guard let (name, value) = line.setting else { throw Malformed(line: line.number, problem: .neither) }
        let command = name == "credential_process"
        let setting = Setting(name: name, value: (command ? value : value.withoutComment).text, line: line.number)
        if place < 0 { common.append(setting) } else { sections[place].settings.append(setting) }
      case .continuation(let line):
        guard let place else { break }
        if place < 0 {
          if let last = common.indices.last { common[last].append(continuation: line) }
        } else if let last = sections[place].settings.indices.last {
          sections[place].settings[last].append(continuation: line)
        }
      }
      return true
    }
    if !common.isEmpty { for index in sections.indices { sections[index].settings.insert(contentsOf: common, at: 0) } }
    return sections
  }

  /// Visits the lines of the file, as long as `visit` returns true.
  private func forEachPart(_ visit: (Part) throws(Malformed) -> Bool) throws(Malformed) {
    // The indentation of the setting whose value may continue.
    var indent: Int?
    var lines = Lines(bytes)
    while let line = lines.next() {
      let text = line.trimmed
      guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
      let part: Part
      if let indent, text.start - line.start > indent {
        part = .continuation(text)
      } else if first == UInt8(ascii: "[") {
        indent = nil
        part = .header(text)
      } else {
        indent = text.start - line.start
        part = .setting(text)
      }
      guard try visit(part) else { return }
    }
  }
}

extension ConfigFile {
  /// Visits the headers of all sections in order, as long as `visit` returns true.
  func forEachHeader(_ visit: (SectionHeader) -> Bool) {
    // Lines that are not parsed throw nothing.
    try? forEachPart { part throws(Malformed) in
      guard case .header(let line) = part, let header = line.insideBrackets.flatMap({ SectionHeader($0) }) else {
        return true
      }
      return visit(header)
    }
  }

  /// The line of the first header with a quote that is not closed: the AWS CLI ignores such a section without a message.
  var lineWithOpenQuote: Int? {
    var found: Int?
    try? forEachPart { part throws(Malformed) in
      guard case .header(let line) = part, let inside = line.insideBrackets, inside.words == nil else { return true }
      found = line.number
      return false
    }
    return found
  }
}

extension ConfigFile.Setting {
  /// An indented line: a nested property below an empty value, more of the value otherwise.
  fileprivate mutating func append(continuation line: Line) {
    if value.isEmpty, let (name, value) = line.setting {
      nested.append((name, value.text))
    } else {
      value += (value.isEmpty ? "" : "\n") + line.text
    }
  }
}

/// A section's header: `[default]`, `[profile dev]`, `[sso-session corp]`; a name may be quoted as for a shell.
public struct SectionHeader: Sendable, Equatable {
  /// The text between the brackets, unchanged: in the credentials file, the name of a profile.
  public let text: String
  /// The word before the name; empty where there is none.
  public let kind: String
  /// The name, without its quotes; empty where they are not closed.
  public let name: String

  init(kind: String, name: String) {
    (self.kind, self.name) = (kind, name)
    text = kind.isEmpty ? name : "\(kind) \(name)"
  }

  fileprivate init?(_ inside: Line) {
    text = inside.text
    guard let words = inside.words else {
      (kind, name) = ("", "")
      return
    }
    // The CLI ignores a name of several words that is not quoted. Here it is one name.
    (kind, name) = words.count > 1 ? (words[0], words[1...].joined(separator: " ")) : ("", words.first ?? "")
  }

  /// Whether both have the same kind and name, however they are written.
  public static func == (left: SectionHeader, right: SectionHeader) -> Bool {
    left.kind == right.kind && left.name == right.name
  }
}

/// A part of a line, as indices into the bytes of the file, since this runs at every lookup.
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

  /// `key = value` or, as the CLI also accepts, `key : value`; keys are not case-sensitive.
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

  /// The text between the brackets of a section's header; nil if they are not closed. A bracket in quotes does not
  /// count.
  var insideBrackets: Line? {
    let bracket = UInt8(ascii: "]")
    var quote: UInt8?
    let end =
      firstIndex { byte in
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
          if quote == nil { quote = byte } else if quote == byte { quote = nil }
        }
        return byte == bracket && quote == nil
      } ?? firstIndex { $0 == bracket }
    return end.map { part(start + 1, $0).trimmed }
  }

  /// Its words; nil where a quote is not closed.
  var words: [String]? {
    let isPlain = firstIndex { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") } == nil
    guard isPlain else { return ShellWords.split(bytes[start..<end]) }
    guard let space = firstIndex(where: isBlank) else { return [text] }
    return [part(start, space).text, part(space, end).trimmed.text]
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
