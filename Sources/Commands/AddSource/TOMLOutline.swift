/// Where the tables and the values of a TOML text stand, so that something can be put in without touching the rest. The text
/// must be one that a parser has accepted: what is wrong with one is not found here.
struct TOMLOutline {
  /// `[a.b]` or `[[a.b]]`.
  struct Header: Equatable {
    let path: [String]
    let isArray: Bool
    /// Where its line begins.
    let start: Int
  }

  /// `a.b = …`, with the path of the table it stands in put before its key.
  struct Value: Equatable {
    let path: [String]
    /// From the first byte of the value to behind its last.
    let range: Range<Int>
  }

  private(set) var headers: [Header] = []
  private(set) var values: [Value] = []
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    var table: [String] = []
    while true {
      skipSpace()
      guard let byte = current else { return }
      if byte == UInt8(ascii: "[") {
        let start = lineStart(of: position)
        let isArray = next == UInt8(ascii: "[")
        position += isArray ? 2 : 1
        table = key()
        position += isArray ? 2 : 1
        headers.append(Header(path: table, isArray: isArray, start: start))
      } else {
        let path = table + key()
        position += 1  // the equals sign
        skipBlanks()
        let start = position
        skipValue()
        // Nothing moved: no text that a parser has accepted. Better to see less of it than to go round for ever.
        guard position > start else { return }
        values.append(Value(path: path, range: start..<position))
      }
    }
  }

  /// Where the line begins that a position is in.
  func lineStart(of position: Int) -> Int {
    (bytes[..<position].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }
  private var next: UInt8? { position + 1 < bytes.count ? bytes[position + 1] : nil }

  /// Over white space, line ends and comments.
  private mutating func skipSpace() {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): position += 1
      case UInt8(ascii: "#"): skipLine()
      default: return
      }
    }
  }

  private mutating func skipBlanks() {
    while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { position += 1 }
  }

  private mutating func skipLine() {
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
  }

  /// A dotted key, with the blanks around it.
  private mutating func key() -> [String] {
    var parts: [String] = []
    while true {
      skipBlanks()
      let start = position
      if let quote = current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
        skipString(quote)
        parts.append(String(decoding: bytes[start..<position].dropFirst().dropLast(), as: UTF8.self))
      } else {
        while let byte = current, !" \t.=]\r\n".utf8.contains(byte) { position += 1 }
        parts.append(String(decoding: bytes[start..<position], as: UTF8.self))
      }
      skipBlanks()
      guard current == UInt8(ascii: ".") else { return parts }
      position += 1
    }
  }

  /// Over a value to behind its last byte.
  private mutating func skipValue() {
    var depth = 0
    repeat {
      if depth > 0 { skipSpace() }
      guard let byte = current else { return }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        position += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        position += 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        skipString(byte)
      case UInt8(ascii: ","), UInt8(ascii: "="):
        position += 1
      default:
        skipBareValue()
        // A date and a time may be written with a blank in between.
        if depth == 0, current == UInt8(ascii: " "), let digit = next, (0x30...0x39).contains(digit) {
          position += 1
          skipBareValue()
        }
      }
    } while depth > 0
  }

  private mutating func skipBareValue() {
    while let byte = current, !" \t,]}=#\r\n".utf8.contains(byte) { position += 1 }
  }

  private mutating func skipString(_ quote: UInt8) {
    let isLong = next == quote && position + 2 < bytes.count && bytes[position + 2] == quote
    position += isLong ? 3 : 1
    while let byte = current {
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        position += 2
      } else if byte == quote {
        var count = 0
        while current == quote, count < (isLong ? 5 : 1) {
          position += 1
          count += 1
        }
        if !isLong || count >= 3 { return }
      } else {
        position += 1
      }
    }
  }
}
