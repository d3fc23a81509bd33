/// A text file as its lines, each with its own end, so that what is not touched stays as it is to the byte.
struct LineDocument {
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

  /// Whether a line goes on with the value of the one before it.
  func isContinuation(_ index: Int) -> Bool {
    guard let first = lines[index].first, first == 0x20 || first == 0x09 else { return false }
    return !text(index).isEmpty
  }
}

/// An INI file, as Python's configparser reads it, as far as it takes to find an option's lines.
struct IniDocument {
  let document: LineDocument

  /// The line of a section's header; nil when it has none.
  func header(of section: String) -> Int? {
    document.lines.indices.first { self.section(at: $0) == section }
  }

  /// The lines of an option in a section, those of its continuation too; nil when it is not set there.
  func option(_ names: Set<String>, in section: String) -> Range<Int>? {
    guard let header = header(of: section) else { return nil }
    var index = header + 1
    while index < document.lines.count, self.section(at: index) == nil {
      let start = index
      index += 1
      guard let name = name(at: start), names.contains(name) else { continue }
      while index < document.lines.count, document.isContinuation(index) { index += 1 }
      return start..<index
    }
    return nil
  }

  /// The value of an option that has these lines.
  func value(_ lines: Range<Int>) -> String {
    let first = document.text(lines.lowerBound)
    guard let separator = first.firstIndex(where: { $0 == "=" || $0 == ":" }) else { return "" }
    let rest = lines.dropFirst().map { document.text($0) }
    let value = first[first.index(after: separator)...].drop { $0 == " " || $0 == "\t" }
    return ([String(value)] + rest).joined(separator: "\n")
  }

  private func section(at index: Int) -> String? {
    guard !document.isContinuation(index) else { return nil }
    let text = document.text(index)
    guard text.hasPrefix("["), let end = text.lastIndex(of: "]") else { return nil }
    return String(text[text.index(after: text.startIndex)..<end])
  }

  private func name(at index: Int) -> String? {
    let text = document.text(index)
    guard !document.isContinuation(index), !text.hasPrefix("#"), !text.hasPrefix(";"),
      let separator = text.firstIndex(where: { $0 == "=" || $0 == ":" })
    else { return nil }
    let name = text[..<separator].reversed().drop { $0 == " " || $0 == "\t" }.reversed()
    return String(name).lowercased()
  }
}
