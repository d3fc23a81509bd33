/// A text file as its lines, each with its own end, so that what is not touched stays as it is to the byte.
struct LineDocument: Sendable {
  private(set) var lines: [[UInt8]]

  init(_ bytes: [UInt8]) {
    lines = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append(Array(bytes[start...index]))
      start = index + 1
    }
    if start < bytes.count { lines.append(Array(bytes[start...])) }
  }

  /// The line end this file uses.
  var newline: [UInt8] {
    lines.first?.suffix(2) == [0x0D, 0x0A] ? [0x0D, 0x0A] : [0x0A]
  }

  /// A line as text, without white space at its ends.
  func text(_ index: Int) -> String {
    var bytes = lines[index][...]
    let blank: Set<UInt8> = [0x20, 0x09, 0x0D, 0x0A]
    while let first = bytes.first, blank.contains(first) { bytes.removeFirst() }
    while let last = bytes.last, blank.contains(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Where a line begins, in bytes; the length of all for the one behind the last.
  func offset(ofLine index: Int) -> Int { lines[..<index].reduce(0) { $0 + $1.count } }

  /// The blanks a line begins with.
  func indent(_ index: Int) -> [UInt8] { Array(lines[index].prefix { $0 == 0x20 || $0 == 0x09 }) }
}

/// An INI file, as Python's configparser reads it, as far as it takes to find an option's lines: a line that is indented
/// more than the option above it goes on with that option's value.
struct IniDocument {
  private struct Option {
    let name: String
    var lines: Range<Int>
  }

  let document: LineDocument

  /// The lines of an option in a section, those of its continuation too; nil when it is not set there.
  func option(_ names: Set<String>, in section: String) -> Range<Int>? {
    header(of: section).flatMap { options(below: $0).first { names.contains($0.name) }?.lines }
  }

  /// Sets an option that is not there yet, right below the section's header; the section is made where there is none.
  func set(_ settings: [String], in section: String, of file: inout EditableFile) {
    guard let header = header(of: section) else {
      file.append(section: section, settings)
      return
    }
    // Indented as its neighbours are: less, and they would go on with our value.
    let indent = options(below: header).first.map { document.indent($0.lines.lowerBound) } ?? []
    file.replace(lines: (header + 1)..<(header + 1), with: settings, indent: indent)
  }

  /// The value of an option that has these lines.
  func value(_ lines: Range<Int>) -> String {
    let first = document.text(lines.lowerBound)
    guard let separator = first.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return "" }
    let rest = lines.dropFirst().map { document.text($0) }
    let value = first[first.index(after: separator)...].drop { $0 == " " || $0 == "\t" }
    return ([String(value)] + rest).joined(separator: "\n")
  }

  /// The first line, counted from zero, for which Python's configparser refuses the file; nil where it reads it.
  /// Source: https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
  var brokenLine: Int? {
    var sections: Set<String> = []
    var options: Set<String> = []
    var section: String?
    var indent: Int?
    for index in document.lines.indices {
      let text = document.text(index)
      guard !text.isEmpty, !isComment(text) else { continue }
      if let indent, document.indent(index).count > indent { continue }
      if let name = sectionName(text), !name.isEmpty {
        guard sections.insert(name).inserted || name == "DEFAULT" else { return index }
        (section, indent) = (name, nil)
      } else {
        let name = optionName(text)
        guard let section, !name.isEmpty, options.insert("[\(section)]\n\(name)").inserted else { return index }
        indent = document.indent(index).count
      }
    }
    return nil
  }

  private func header(of section: String) -> Int? {
    var indent: Int?
    for index in document.lines.indices {
      let text = document.text(index)
      guard !text.isEmpty, !isComment(text) else { continue }
      // What goes on with a value is no header, whatever it looks like.
      if let indent, document.indent(index).count > indent { continue }
      if let name = sectionName(text) {
        if name == section { return index }
        indent = nil
      } else {
        indent = document.indent(index).count
      }
    }
    return nil
  }

  private func options(below header: Int) -> [Option] {
    var options: [Option] = []
    for index in (header + 1)..<document.lines.count {
      let text = document.text(index)
      guard !text.isEmpty, !isComment(text) else { continue }
      if let last = options.last, document.indent(index).count > document.indent(last.lines.lowerBound).count {
        options[options.count - 1].lines = last.lines.lowerBound..<(index + 1)
      } else if sectionName(text) != nil {
        break
      } else {
        options.append(Option(name: optionName(text), lines: index..<(index + 1)))
      }
    }
    return options
  }

  private func isComment(_ text: String) -> Bool { text.hasPrefix("#") || text.hasPrefix(";") }

  private func sectionName(_ text: String) -> String? {
    guard text.hasPrefix("["), let end = text.lastIndex(of: "]") else { return nil }
    return String(text[text.index(after: text.startIndex)..<end])
  }

  /// Empty for a line that sets nothing.
  private func optionName(_ text: String) -> String {
    guard let separator = text.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return "" }
    let name = text[..<separator]
    return String(name.reversed().drop { $0 == " " || $0 == "\t" }.reversed()).lowercased()
  }
}
