import Platform
import TOMLKit

/// TOML from a file that anybody may have written. The parser below ends the process on some broken table headers,
/// dates and brackets, and at a NUL stops reading without a word; all of these are found out before it sees the text.
public enum TOMLText {
  /// What keeps a text from being read, and where.
  public struct Mistake: Error, Equatable {
    /// The line, where it is known.
    public let line: Int?
    /// What is wrong.
    public let problem: String
  }

  /// The table that a file's content is.
  public static func table(_ bytes: [UInt8]) throws(Mistake) -> TOMLTable {
    if let nul = bytes.firstIndex(of: 0) {
      throw Mistake(line: 1 + bytes[..<nul].count { $0 == UInt8(ascii: "\n") }, problem: "a NUL byte stands in it")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Mistake(line: nil, problem: "it is not UTF-8")
    }
    var scanner = TOMLScanner(bytes)
    if let mistake = scanner.firstMistake() { throw mistake }
    do { return try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw Mistake(line: error.source.begin.line, problem: oneLine(error.description))
    } catch { throw Mistake(line: nil, problem: oneLine("\(error)")) }
  }
}

/// Walks over TOML far enough to tell its table headers and dates from all else: strings, comments, arrays.
private struct TOMLScanner {
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark may stand before the first line.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The first table header, date or closing bracket that is none by TOML's grammar.
  mutating func firstMistake() -> TOMLText.Mistake? {
    var open: [UInt8] = []
    var isAtStart = true
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"):
        isAtStart = open.isEmpty
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        if isBehindDateBeforeHalfATime { return TOMLText.Mistake(line: line, problem: "a date's time is broken") }
      case UInt8(ascii: "#"):
        while let next = current, next != UInt8(ascii: "\n") { advance() }
        continue
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        isAtStart = false
        skipString(byte)
        continue
      case UInt8(ascii: "[") where isAtStart:
        isAtStart = false
        let start = line
        guard skipHeader() else { return TOMLText.Mistake(line: start, problem: "a table's header is broken") }
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        open.append(byte)
        isAtStart = false
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        // In ASCII a closing bracket is the second behind its opening one.
        guard open.popLast() == byte - 2 else {
          return TOMLText.Mistake(line: line, problem: "a bracket closes what is not open")
        }
        isAtStart = false
      default:
        isAtStart = false
        if isDateWithoutTime { return TOMLText.Mistake(line: line, problem: "a date's time is broken") }
      }
      advance()
    }
    return nil
  }

  /// Whether a date begins here whose `T` no digit follows.
  private var isDateWithoutTime: Bool {
    guard position + 10 < bytes.count, let first = current, Self.isDigit(first) else { return false }
    for (offset, byte) in bytes[position..<(position + 10)].enumerated() {
      guard offset == 4 || offset == 7 ? byte == UInt8(ascii: "-") : Self.isDigit(byte) else { return false }
    }
    guard bytes[position + 10] | 0x20 == UInt8(ascii: "t") else { return false }
    return position + 11 >= bytes.count || !Self.isDigit(bytes[position + 11])
  }

  /// Whether what the parser takes for a date ends here, at a space, and a single digit follows.
  private var isBehindDateBeforeHalfATime: Bool {
    guard current == UInt8(ascii: " "), position + 1 < bytes.count, Self.isDigit(bytes[position + 1]),
      position + 2 >= bytes.count || !Self.isDigit(bytes[position + 2])
    else { return false }
    // The last ten characters, backwards; the parser counts no underscores, and characters rather than bytes.
    var last: [UInt8] = []
    for byte in bytes[..<position].reversed() where byte != UInt8(ascii: "_") && byte & 0xC0 != 0x80 {
      guard byte > 0x20, !"[]{},=#".utf8.contains(byte) else { return false }
      last.append(byte)
      if last.count == 10 { break }
    }
    return last.count == 10 && Self.isDigit(last[9]) && last[5] == UInt8(ascii: "-") && last[2] == UInt8(ascii: "-")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
  }

  private func isNext(_ byte: UInt8, count: Int) -> Bool {
    position + count <= bytes.count && bytes[position..<(position + count)].allSatisfy { $0 == byte }
  }

  /// Over a string, to behind its end or, where a one-line string has none, the end of its line.
  private mutating func skipString(_ quote: UInt8) {
    let isLong = isNext(quote, count: 3)
    advance(isLong ? 3 : 1)
    while let byte = current {
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        advance(2)
      } else if isLong ? isNext(quote, count: 3) : byte == quote {
        advance(isLong ? 3 : 1)
        // One or two quotes may stand at the very end of a long string's content.
        for _ in 0..<2 where isLong && current == quote { advance() }
        return
      } else if !isLong, byte == UInt8(ascii: "\n") {
        return
      } else {
        advance()
      }
    }
  }

  /// Over `[a.b]` or `[[a."b c"]]`. False for what is no such header.
  private mutating func skipHeader() -> Bool {
    let count = isNext(UInt8(ascii: "["), count: 2) ? 2 : 1
    advance(count)
    while true {
      skipBlanks()
      guard skipKey() else { return false }
      skipBlanks()
      if current == UInt8(ascii: ".") {
        advance()
        continue
      }
      guard isNext(UInt8(ascii: "]"), count: count) else { return false }
      advance(count)
      return true
    }
  }

  private mutating func skipBlanks() {
    while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { advance() }
  }

  private mutating func skipKey() -> Bool {
    guard let first = current else { return false }
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      guard !isNext(first, count: 3) else { return false }
      let start = line
      skipString(first)
      return line == start && position > 0 && bytes[position - 1] == first
    }
    let start = position
    while let byte = current, Self.isBare(byte) { advance() }
    return position > start
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
