import Platform

/// One of AWS's shared files, `config` or `credentials`: the union of the grammars that the SDKs and the CLI read. Only
/// the wanted sections are parsed, so that a thousand profiles cost no more than a scan.
struct ConfigFile: Sendable {
  /// A setting, with its line. Its name is in lower case.
  struct Setting: Sendable, Equatable {
    let name: String
    fileprivate(set) var value: String
    fileprivate(set) var nested: [String: String] = [:]
    let line: Int

    /// An indented line: a nested property below an empty value, more of the value otherwise.
    fileprivate mutating func append(continuation line: Line) {
      if value.isEmpty, let (name, value) = line.setting {
        nested[name] = value.text
      } else {
        value += (value.isEmpty ? "" : "\n") + line.text
      }
    }
  }

  /// What a line is that is not empty or a comment.
  private enum Part {
    case header, setting, continuation
  }

  let path: String
  let bytes: [UInt8]

  /// The settings of the section whose header `matches`, in order; the last one of a name counts. Nil if there is no
  /// such section. Sections with the same header are merged, as by the SDKs; of those with different spellings
  /// (`[default]` and `[profile default]`) only the last one counts, as for the AWS CLI. Settings in `[DEFAULT]` apply
  /// to every section, as in Python's parser, which the CLI uses. Throws for a line in it that is not a setting, and
  /// for any header that is not closed, since it is unclear to which section the next settings belong.
  func section(where matches: (SectionHeader) -> Bool) throws(CredentialFailure) -> [Setting]? {
    // Those of `[DEFAULT]`, and those of the wanted section.
    var settings: [[Setting]] = [[], []]
    // To which of them the next setting belongs; nil for any other section.
    var place: Int?
    // The last header of the wanted section.
    var header: String?
    try forEachPart { part, text, line throws(CredentialFailure) in
      switch part {
      case .header:
        guard let inside = text.insideBrackets else {
          throw malformed(line, "the section's name has no closing bracket", fix: "Add the ]")
        }
        let found = SectionHeader(inside)
        place = found.text == "DEFAULT" ? 0 : matches(found) ? 1 : nil
        if place == 1 {
          if header != found.text { settings[1] = [] }
          header = found.text
        }
      case .setting:
        guard let place else { break }
        guard let (name, value) = text.setting else {
          throw malformed(line, "neither a section nor a setting (name = value)", fix: "Correct that line")
        }
        let command = name == "credential_process"
        settings[place].append(
          Setting(name: name, value: (command ? value : value.withoutComment).text, line: line))
      case .continuation:
        guard let place, let last = settings[place].indices.last else { break }
        settings[place][last].append(continuation: text)
      }
    }
    return header == nil ? nil : settings[0] + settings[1]
  }

  private func malformed(_ line: Int, _ problem: String, fix: String) -> CredentialFailure {
    let place = Location.file(path, line: line)
    return .other(problem, at: place, .edit(place, fix))
  }

  /// Visits the lines of the file, each without blanks at its ends and with its number.
  private func forEachPart(
    _ visit: (Part, Line, Int) throws(CredentialFailure) -> Void
  ) throws(CredentialFailure) {
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

  /// The headers of all sections, in order. For messages: it reads the whole file.
  var headers: [SectionHeader] { insidesOfHeaders.map { SectionHeader($0.text) } }

  /// The line of the first header with a quote that is not closed: the AWS CLI ignores such a section without a message.
  var lineWithOpenQuote: Int? { insidesOfHeaders.first { $0.text.words == nil }?.line }

  private var insidesOfHeaders: [(text: Line, line: Int)] {
    var found: [(text: Line, line: Int)] = []
    // Lines that are not parsed throw nothing.
    try? forEachPart { part, text, line throws(CredentialFailure) in
      if part == .header, let inside = text.insideBrackets { found.append((inside, line)) }
    }
    return found
  }
}

/// A section's header: `[default]`, `[profile dev]`, `[sso-session corp]`; a name may be quoted as for a shell.
struct SectionHeader {
  /// The text between the brackets, unchanged: in the credentials file, the name of a profile.
  let text: String
  /// The word before the name; empty where there is none.
  let kind: String
  /// The name, without its quotes; empty where they are not closed.
  let name: String

  fileprivate init(_ inside: Line) {
    text = inside.text
    guard let words = inside.words else {
      (kind, name) = ("", "")
      return
    }
    // The CLI ignores a name of several words that is not quoted. Here it is one name.
    (kind, name) = words.count > 1 ? (words[0], words[1...].joined(separator: " ")) : ("", words.first ?? "")
  }

  /// Whether it is a profile's header in the configuration file, however it is written.
  var isMeantAsProfile: Bool { kind.lowercased() == "profile" }

  /// Whether it begins the section of this kind and name, however they are written.
  func names(_ kind: String, _ name: String) -> Bool { self.kind == kind && self.name == name }
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

  /// The text between a header's brackets; nil if they are not closed. A bracket in quotes does not count.
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
