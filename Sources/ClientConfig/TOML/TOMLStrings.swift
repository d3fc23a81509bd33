/// Strings: `"basic"`, `'literal'`, and both over many lines. Source: https://toml.io/en/v1.1.0#string
extension TOMLParser {
  /// The text of the string whose quote is next.
  mutating func string() throws(TOMLError) -> String {
    let line = position.line
    let quote = bytes[position.offset]
    let isLong = countNext(quote, atMost: 3) == 3
    position.offset += isLong ? 3 : 1
    // A line end right after the opening quotes is not part of the text.
    if isLong, isNextLineEnd { skipNewline() }
    var content: [UInt8] = []
    // The start of the text that has not been copied yet.
    var pending = position.offset
    while let byte = current {
      if byte == quote {
        let count = isLong ? countNext(quote, atMost: 5) : 1
        // The text of a multi-line string may end in one or two quotes.
        if !isLong || count >= 3 {
          let end = position.offset + count - (isLong ? 3 : 1)
          position.offset += count
          return String(decoding: content + bytes[pending..<end], as: UTF8.self)
        }
        position.offset += count
      } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        content += bytes[pending..<position.offset]
        try escape(into: &content, isLong: isLong)
        pending = position.offset
      } else if isNextLineEnd {
        guard isLong else { throw error(.unterminatedString, line: line) }
        content += bytes[pending..<position.offset]
        content.append(UInt8(ascii: "\n"))
        skipNewline()
        pending = position.offset
      } else {
        guard !Self.isControl(byte) else { throw error(.controlCharacter) }
        position.offset += 1
      }
    }
    throw error(.unterminatedString, line: line)
  }

  /// An escape, whose backslash is next.
  private mutating func escape(into content: inout [UInt8], isLong: Bool) throws(TOMLError) {
    let start = position.offset
    position.offset += 1
    let letter = current
    position.offset += 1
    switch letter {
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): content.append(bytes[position.offset - 1])
    case UInt8(ascii: "e"): content.append(0x1B)
    case UInt8(ascii: "x"): try scalar(ofDigits: 2, into: &content)
    case UInt8(ascii: "u"): try scalar(ofDigits: 4, into: &content)
    case UInt8(ascii: "U"): try scalar(ofDigits: 8, into: &content)
    default:
      position.offset = start + 1
      skipBlanks()
      // A backslash at the end of a line: all white space up to the next text is skipped.
      guard isLong, isNextLineEnd else { throw error(.invalidEscape) }
      while isNextLineEnd {
        skipNewline()
        skipBlanks()
      }
    }
  }

  /// The Unicode scalar that hexadecimal digits name.
  private mutating func scalar(ofDigits count: Int, into content: inout [UInt8]) throws(TOMLError) {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw error(.invalidEscape)
      }
      value = value << 4 | UInt32(digit)
      position.offset += 1
    }
    guard let scalar = Unicode.Scalar(value) else { throw error(.invalidEscape) }
    content += UTF8.encode(scalar).map { Array($0) } ?? []
  }

  /// The number of times that a byte follows, up to a limit.
  func countNext(_ byte: UInt8, atMost limit: Int) -> Int {
    var count = 0
    while count < limit, position.offset + count < bytes.count, bytes[position.offset + count] == byte { count += 1 }
    return count
  }
}
