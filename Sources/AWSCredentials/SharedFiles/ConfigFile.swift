/// One of AWS's shared files, `config` or `credentials`: the union of the grammars that the SDKs and the CLI read. Only
/// the wanted sections are parsed, so that a thousand profiles cost no more than a scan.
public struct ConfigFile: Sendable {
  /// A setting, with its line.
  public struct Setting: Sendable, Equatable {
    /// Its name, in lower case.
    public let name: String
    /// Its value.
    public internal(set) var value: String
    var nested: [String: String] = [:]
    let line: Int
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

  /// What a line is that is not empty or a comment.
  private enum Part {
    case header, setting, continuation
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
    // The first one is `[DEFAULT]`, whose settings are those of all sections.
    var sections: [(header: SectionHeader, settings: [Setting])] = [(SectionHeader(kind: "", name: "DEFAULT"), [])]
    var places: [String: Int] = [:]
    // The index of the section for the next setting: nil for a section that is not wanted.
    var place: Int?
    try forEachPart { part, text, number throws(Malformed) in
      switch part {
      case .header:
        guard let inside = text.insideBrackets else { throw Malformed(line: number, problem: .noBracket) }
        let header = SectionHeader(inside)
        if header.text == "DEFAULT" {
          place = 0
        } else if let name = group(header) {
          place = places[name] ?? sections.count
          if let known = places[name] {
            if sections[known].header.text != header.text { sections[known] = (header, []) }
          } else {
            places[name] = sections.count
            sections.append((header, []))
          }
        } else {
          place = nil
        }
      case .setting:
        guard let place else { break }
        guard let (name, value) = text.setting else { throw Malformed(line: number, problem: .neither) }
        let command = name == "credential_process"
        sections[place].settings.append(
          Setting(name: name, value: (command ? value : value.withoutComment).text, line: number))
      case .continuation:
        guard let place, let last = sections[place].settings.indices.last else { break }
        sections[place].settings[last].append(continuation: text)
      }
    }
    let common = sections.removeFirst().settings
    if !common.isEmpty { for index in sections.indices { sections[index].settings.insert(contentsOf: common, at: 0) } }
    return sections
  }

  /// Visits the lines of the file, each without blanks at its ends and with its number.
  private func forEachPart(_ visit: (Part, Line, Int) throws(Malformed) -> Void) throws(Malformed) {
    // A byte order mark is no part of the first line.
    var rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    var number = 0
    // The indentation of the setting whose value may continue.
    var indent: Int?
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      number += 1
      let text = line.trimmed
      guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
      let ownIndent = text.startIndex - line.startIndex
      let part: Part
      if let indent, ownIndent > indent {
        part = .continuation
      } else {
        part = first == UInt8(ascii: "[") ? .header : .setting
        indent = part == .setting ? ownIndent : nil
      }
      try visit(part, text, number)
    }
  }
}

extension ConfigFile {
  /// The headers of all sections, in order. For messages: it reads the whole file.
  var headers: [SectionHeader] {
    var headers: [SectionHeader] = []
    forEachHeader { inside, _ in headers.append(SectionHeader(inside)) }
    return headers
  }

  /// The line of the first header with a quote that is not closed: the AWS CLI ignores such a section without a message.
  var lineWithOpenQuote: Int? {
    var found: Int?
    forEachHeader { inside, number in if inside.words == nil { found = found ?? number } }
    return found
  }

  private func forEachHeader(_ visit: (_ inside: Line, _ number: Int) -> Void) {
    // Lines that are not parsed throw nothing.
    try? forEachPart { part, text, number throws(Malformed) in
      if part == .header, let inside = text.insideBrackets { visit(inside, number) }
    }
  }
}

extension ConfigFile.Setting {
  /// An indented line: a nested property below an empty value, more of the value otherwise.
  fileprivate mutating func append(continuation line: Line) {
    if value.isEmpty, let (name, value) = line.setting {
      nested[name] = value.text
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

  fileprivate init(_ inside: Line) {
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

/// A line or a part of it: a slice of the file's bytes, since this runs at every lookup.
private typealias Line = ArraySlice<UInt8>

extension Line {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }

  /// Without blanks at its ends.
  fileprivate var trimmed: Line {
    let start = drop(while: isBlank)
    return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? start
  }

  /// `key = value` or, as the CLI also accepts, `key : value`; keys are not case-sensitive.
  fileprivate var setting: (name: String, value: Line)? {
    guard let separator = firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }) else { return nil }
    let name = self[..<separator].trimmed
    return name.isEmpty ? nil : (name.text.lowercased(), self[(separator + 1)...].trimmed)
  }

  /// The SDKs end a value at ` #` or ` ;`.
  fileprivate var withoutComment: Line {
    var previous = UInt8(ascii: " ")
    let comment = firstIndex { byte in
      defer { previous = byte }
      return (byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")) && isBlank(previous)
    }
    return comment.map { self[..<$0].trimmed } ?? self
  }

  /// The text between the brackets of a section's header; nil if they are not closed. A bracket in quotes does not
  /// count.
  fileprivate var insideBrackets: Line? {
    let bracket = UInt8(ascii: "]")
    var quote: UInt8?
    let end =
      firstIndex { byte in
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
          if quote == nil { quote = byte } else if quote == byte { quote = nil }
        }
        return byte == bracket && quote == nil
      } ?? firstIndex(of: bracket)
    return end.map { self[..<$0].dropFirst().trimmed }
  }

  /// Its words; nil where a quote is not closed.
  fileprivate var words: [String]? {
    let isPlain = !contains { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
    guard isPlain else { return ShellWords.split(self) }
    guard let space = firstIndex(where: isBlank) else { return [text] }
    return [self[..<space].text, self[space...].trimmed.text]
  }
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}
