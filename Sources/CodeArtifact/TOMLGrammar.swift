/// Whether a text is TOML by its grammar; what it says twice or out of bounds is for the parser to find.
/// Source: https://toml.io/en/v1.0.0
struct TOMLGrammar {
  /// The parser refuses more.
  private static let deepest = 200

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  /// A check of these bytes, which are UTF-8.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark may stand before the first line.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// Throws the first place that the grammar does not allow.
  mutating func check() throws(TOMLText.Mistake) {
    while position < bytes.count {
      skipBlanks()
      if current == UInt8(ascii: "[") {
        try header()
      } else if !isAtEndOfLine {
        try keyAndValue(depth: 0)
      }
      skipBlanks()
      guard isAtEndOfLine else { throw mistake("something stands behind the end of a value or of a table's header") }
      skipComment()
      skipNewline()
    }
  }

  /// `[a.b]` or `[[a."b c"]]`.
  private mutating func header() throws(TOMLText.Mistake) {
    let problem = "a table's header is broken"
    let count = isNext(UInt8(ascii: "["), count: 2) ? 2 : 1
    position += count
    try key(orElse: problem)
    guard isNext(UInt8(ascii: "]"), count: count) else { throw mistake(problem) }
    position += count
  }

  private mutating func keyAndValue(depth: Int) throws(TOMLText.Mistake) {
    try key(orElse: "a key is missing or broken")
    guard take(UInt8(ascii: "=")) else { throw mistake("a key has no = behind it") }
    skipBlanks()
    try value(depth: depth)
  }

  /// A key of one or more parts, and the blanks behind it.
  private mutating func key(orElse problem: String) throws(TOMLText.Mistake) {
    repeat {
      skipBlanks()
      if let quote = current, Self.isQuote(quote) {
        guard !isNext(quote, count: 3) else { throw mistake(problem) }
        try string(quote)
      } else {
        let start = position
        while let byte = current, Self.isBare(byte) { position += 1 }
        guard position > start else { throw mistake(problem) }
      }
      skipBlanks()
    } while take(UInt8(ascii: "."))
  }

  private mutating func value(depth: Int) throws(TOMLText.Mistake) {
    guard depth < Self.deepest else { throw mistake("values are nested too deeply") }
    switch current {
    case UInt8(ascii: "["): try array(depth: depth + 1)
    case UInt8(ascii: "{"): try inlineTable(depth: depth + 1)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try string(bytes[position])
    default:
      let start = position
      skipBareValue()
      guard TOMLScalar.isOne(bytes[start..<position]) else { throw mistake("a value is missing or broken") }
    }
  }

  private mutating func array(depth: Int) throws(TOMLText.Mistake) {
    position += 1
    skipLines()
    while !take(UInt8(ascii: "]")) {
      try value(depth: depth)
      skipLines()
      guard take(UInt8(ascii: ",")) || current == UInt8(ascii: "]") else { throw mistake("an array is broken") }
      skipLines()
    }
  }

  private mutating func inlineTable(depth: Int) throws(TOMLText.Mistake) {
    position += 1
    skipBlanks()
    guard !take(UInt8(ascii: "}")) else { return }
    repeat {
      skipBlanks()
      try keyAndValue(depth: depth)
      skipBlanks()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw mistake("a table in braces is broken") }
  }

  /// A string; what its escapes mean is for the parser.
  private mutating func string(_ quote: UInt8) throws(TOMLText.Mistake) {
    let noEnd = mistake("a string has no end")
    let isLong = isNext(quote, count: 3)
    position += isLong ? 3 : 1
    while let byte = current {
      if byte == UInt8(ascii: "\n") {
        guard isLong else { throw noEnd }
        skipNewline()
      } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        // What is behind it may be the end of a line, which counts.
        position += position + 1 < bytes.count && bytes[position + 1] != UInt8(ascii: "\n") ? 2 : 1
      } else if isLong ? isNext(quote, count: 3) : byte == quote {
        position += isLong ? 3 : 1
        // One or two quotes may stand at the very end of a long string's content.
        for _ in 0..<2 where isLong { _ = take(quote) }
        return
      } else {
        position += 1
      }
    }
    throw noEnd
  }

  /// Up to the end of what is neither a string nor in brackets. A date and its time may have a space between them.
  private mutating func skipBareValue() {
    let start = position
    skipWord()
    guard TOMLScalar.isDate(bytes[start..<position]), current == UInt8(ascii: " "), position + 1 < bytes.count,
      TOMLScalar.isDigit(bytes[position + 1])
    else { return }
    position += 1
    skipWord()
  }

  private mutating func skipWord() {
    while let byte = current, Self.isBare(byte) || "+.:".utf8.contains(byte) { position += 1 }
  }

  // MARK: between

  private mutating func skipBlanks() {
    while current == UInt8(ascii: " ") || current == UInt8(ascii: "\t") { position += 1 }
  }

  /// Blanks, comments and ends of lines, as they may stand in an array.
  private mutating func skipLines() {
    skipBlanks()
    while position < bytes.count, isAtEndOfLine {
      skipComment()
      skipNewline()
      skipBlanks()
    }
  }

  private mutating func skipComment() {
    guard current == UInt8(ascii: "#") else { return }
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func skipNewline() {
    _ = take(UInt8(ascii: "\r"))
    if take(UInt8(ascii: "\n")) { line += 1 }
  }

  /// Whether a comment, a line's end or the end of the text is next.
  private var isAtEndOfLine: Bool {
    switch current {
    case nil, UInt8(ascii: "#"), UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
    default: false
    }
  }

  // MARK: bytes

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private func isNext(_ byte: UInt8, count: Int) -> Bool {
    position + count <= bytes.count && bytes[position..<(position + count)].allSatisfy { $0 == byte }
  }

  private func mistake(_ problem: String) -> TOMLText.Mistake { TOMLText.Mistake(line: line, problem: problem) }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
