import CodeArtifact
import Platform

/// Puts tables into a TOML text; everything that stands in it stays to the byte.
struct TOMLInsertion {
  /// What is put in: keys with texts, in order.
  typealias Fields = [(key: String, value: String)]

  private let bytes: [UInt8]
  private let outline: TOMLOutline
  private let newline: String

  /// A text that a parser has accepted.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    outline = TOMLOutline(bytes)
    newline = bytes.firstRange(of: [0x0D, 0x0A]) == nil ? "\n" : "\r\n"
  }

  /// The text with one more table at the end of an array of tables, which is made where there is none. Nil where the file
  /// is written in a way that leaves no place for it.
  func adding(_ fields: Fields, toArray path: [String]) -> [UInt8]? {
    if let array = outline.values.first(where: { $0.path == path }) { return adding(fields, toList: array.range) }
    let block = lines(header: "[[\(Self.spelled(path))]]", fields)
    guard let last = outline.headers.lastIndex(where: { $0.isArray && $0.path == path }) else {
      return isClosed(path) ? nil : inserted(block, at: bytes.count)
    }
    // Its own sub-tables are part of it.
    let following = outline.headers[(last + 1)...].first { !$0.path.starts(with: path) }
    return inserted(block, at: following.map { endOfTable(before: $0.start) } ?? bytes.count)
  }

  /// The text with one more table at its end. Nil where there is no place for it.
  func adding(_ fields: Fields, asTable path: [String]) -> [UInt8]? {
    isClosed(path) ? nil : inserted(lines(header: "[\(Self.spelled(path))]", fields), at: bytes.count)
  }

  /// Whether the table, or one above it, is written as a value in braces: nothing can be added to that from outside.
  private func isClosed(_ path: [String]) -> Bool {
    outline.values.contains { path.starts(with: $0.path) }
  }

  /// Where the table above a header ends: before the comment that belongs to the header, and the empty lines before that.
  private func endOfTable(before header: Int) -> Int {
    var end = header
    while let line = lineEnding(at: end), line.text.hasPrefix("#") { end = line.start }
    while let line = lineEnding(at: end), line.text.isEmpty { end = line.start }
    return end
  }

  /// The line that ends just before a position.
  private func lineEnding(at end: Int) -> (start: Int, text: String)? {
    guard end > 0 else { return nil }
    let start = outline.lineStart(of: end - 1)
    let text = bytes[start..<end].filter { ![0x20, 0x09, 0x0D, 0x0A].contains($0) }
    return (start, String(decoding: text, as: UTF8.self))
  }

  /// Lines put in as a paragraph of their own.
  private func inserted(_ lines: [String], at position: Int) -> [UInt8] {
    var text = ""
    let before = bytes[..<position]
    if let last = before.last {
      if last != UInt8(ascii: "\n") { text += newline }
      if lineEnding(at: position)?.text.isEmpty == false || last != UInt8(ascii: "\n") { text += newline }
    }
    text += lines.map { $0 + newline }.joined()
    return before + Array(text.utf8) + bytes[position...]
  }

  private func lines(header: String, _ fields: Fields) -> [String] {
    [header] + fields.map { "\($0.key) = \(Self.literal($0.value))" }
  }

  /// Adds an item to `[{ … }, { … }]`, on a line of its own where the others have theirs.
  private func adding(_ fields: Fields, toList range: Range<Int>) -> [UInt8]? {
    guard bytes[range].first == UInt8(ascii: "["), range.count >= 2 else { return nil }
    let item = "{ " + fields.map { "\($0.key) = \(Self.literal($0.value))" }.joined(separator: ", ") + " }"
    let close = range.upperBound - 1
    let last = lastByte(in: range.lowerBound..<close)
    let tail = bytes[(last + 1)..<close]
    let isEmpty = last == range.lowerBound
    let comma = isEmpty || bytes[last] == UInt8(ascii: ",") ? "" : ","
    guard let lineEnd = tail.firstIndex(of: UInt8(ascii: "\n")) else {
      return bytes[...last] + Array("\(comma)\(isEmpty ? "" : " ")\(item)".utf8) + bytes[(last + 1)...]
    }
    let line = outline.lineStart(of: last)
    let indent =
      isEmpty ? "  " : String(decoding: bytes[line...last].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    return bytes[...last] + Array(comma.utf8) + bytes[(last + 1)...lineEnd] + Array("\(indent)\(item),\(newline)".utf8)
      + bytes[(lineEnd + 1)...]
  }

  /// The last byte of a list that is neither white space nor part of a comment.
  private func lastByte(in range: Range<Int>) -> Int {
    var last = range.lowerBound
    var position = range.lowerBound
    var quote: UInt8?
    while position < range.upperBound {
      let byte = bytes[position]
      if let open = quote {
        if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
          position += 1
        } else if byte == open {
          quote = nil
        }
        last = position
      } else if byte == UInt8(ascii: "#") {
        while position < range.upperBound, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        continue
      } else if ![0x20, 0x09, 0x0D, 0x0A].contains(byte) {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { quote = byte }
        last = position
      }
      position += 1
    }
    return last
  }

  private static func spelled(_ path: [String]) -> String {
    path.map { part in
      let isBare =
        !part.isEmpty
        && part.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
          default: false
          }
        }
      return isBare ? part : literal(part)
    }.joined(separator: ".")
  }

  /// A text in quotes. What comes in here has been checked: it holds no control characters.
  private static func literal(_ text: String) -> String {
    "\"" + escaped(text, ["\\": "\\\\", "\"": "\\\""]) + "\""
  }
}
