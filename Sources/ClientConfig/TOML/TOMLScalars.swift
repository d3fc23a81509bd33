/// Values without quotes or brackets: truth values, numbers, dates and times. Source: https://toml.io/en/v1.1.0#integer
extension TOMLParser {
  /// The value that is next.
  mutating func scalar() throws(TOMLError) -> TOMLTree.Content {
    let start = here
    skipWord()
    // A date and its time may have a blank between them.
    if here.offset - start.offset == 10, bytes[start.offset + 4] == UInt8(ascii: "-"), current == UInt8(ascii: " "),
      here.offset + 1 < bytes.count, Self.isDigit(bytes[here.offset + 1])
    {
      here.offset += 1
      skipWord()
    }
    let word = bytes[start.offset..<here.offset]
    guard word.count <= TOMLLimits.number else { throw error(.numberTooLarge, at: start) }
    let text = text(from: start.offset)
    switch text {
    case "": throw error(.missingValue)
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "inf", "+inf": return .float(.infinity)
    case "-inf": return .float(-.infinity)
    case "nan", "+nan", "-nan": return .float(.nan)
    default: break
    }
    guard let first = word.first, Self.isDigit(first) || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
      throw error(.missingValue, at: start)
    }
    do throws(TOMLError.Reason) {
      if let kind = try kindOfDate(word) { return .dateTime(TOMLDateTime(kind: kind, text: text)) }
      return try number(word)
    } catch { throw self.error(error, at: start) }
  }

  private mutating func skipWord() {
    while let byte = current {
      guard Self.isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
      else { return }
      here.offset += 1
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  // MARK: numbers

  private func number(_ word: ArraySlice<UInt8>) throws(TOMLError.Reason) -> TOMLTree.Content {
    if word.count > 2, word[word.startIndex] == UInt8(ascii: "0") {
      let digits = word.dropFirst(2)
      switch word[word.startIndex + 1] {
      case UInt8(ascii: "x"): return .integer(try integer(digits, radix: 16))
      case UInt8(ascii: "o"): return .integer(try integer(digits, radix: 8))
      case UInt8(ascii: "b"): return .integer(try integer(digits, radix: 2))
      default: break
      }
    }
    var scan = word
    if let sign = scan.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { scan.removeFirst() }
    let whole = scan
    guard Self.takeDigits(&scan) else { throw .invalidNumber }
    let hasLeadingZero = whole.first == UInt8(ascii: "0") && whole.count - scan.count > 1
    guard !hasLeadingZero else { throw .invalidNumber }
    if scan.isEmpty { return .integer(try integer(word, radix: 10)) }
    if scan.first == UInt8(ascii: ".") {
      scan.removeFirst()
      guard Self.takeDigits(&scan) else { throw .invalidNumber }
    }
    if let letter = scan.first, letter | 0x20 == UInt8(ascii: "e") {
      scan.removeFirst()
      if let sign = scan.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { scan.removeFirst() }
      guard Self.takeDigits(&scan) else { throw .invalidNumber }
    }
    guard scan.isEmpty, let value = Double(Self.withoutUnderscores(word)) else { throw .invalidNumber }
    return .float(value)
  }

  private func integer(_ digits: ArraySlice<UInt8>, radix: Int) throws(TOMLError.Reason) -> Int64 {
    var isValid = digits.first != UInt8(ascii: "_") && digits.last != UInt8(ascii: "_")
    // A sign is for decimal numbers alone.
    if radix != 10, let first = digits.first { isValid = isValid && Self.isBare(first) && first != UInt8(ascii: "-") }
    var former: UInt8?
    for byte in digits {
      if byte == UInt8(ascii: "_"), former == UInt8(ascii: "_") { isValid = false }
      former = byte
    }
    let text = Self.withoutUnderscores(digits)
    guard isValid, !text.isEmpty else { throw .invalidNumber }
    if let value = Int64(text, radix: radix) { return value }
    let limit: UInt8 = radix < 10 ? UInt8(ascii: "0") + UInt8(radix) - 1 : UInt8(ascii: "9")
    let areDigits = text.utf8.allSatisfy { byte in
      Self.isDigit(byte)
        ? byte <= limit : radix == 10 ? byte == 0x2B || byte == 0x2D : (0x61...0x66).contains(byte | 0x20)
    }
    throw areDigits ? .numberTooLarge : .invalidNumber
  }

  /// Takes digits, between two of which one underscore may stand; false where there are none.
  private static func takeDigits(_ scan: inout ArraySlice<UInt8>) -> Bool {
    var former = UInt8(ascii: "_")
    while let byte = scan.first, isDigit(byte) || byte == UInt8(ascii: "_") {
      if byte == UInt8(ascii: "_"), former == byte { return false }
      former = byte
      scan.removeFirst()
    }
    return former != UInt8(ascii: "_")
  }

  private static func withoutUnderscores(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
  }

  // MARK: dates and times

  /// What kind of date or time a word is; nil where it is none by its form. Throws where it does not exist.
  private func kindOfDate(_ word: ArraySlice<UInt8>) throws(TOMLError.Reason) -> TOMLDateTime.Kind? {
    var scan = word
    if Self.isLike("00:00", word.prefix(5)) {
      guard takeTime(&scan), scan.isEmpty else { throw .invalidDate }
      return .localTime
    }
    guard Self.isLike("0000-00-00", word.prefix(10)) else { return nil }
    guard Self.isDay(word.prefix(10)) else { throw .invalidDate }
    scan.removeFirst(10)
    guard let separator = scan.popFirst() else { return .localDate }
    guard separator | 0x20 == UInt8(ascii: "t") || separator == UInt8(ascii: " "), takeTime(&scan) else {
      throw .invalidDate
    }
    if scan.isEmpty { return .localDateTime }
    if scan.count == 1, let letter = scan.first, letter | 0x20 == UInt8(ascii: "z") { return .offsetDateTime }
    let offset = scan.dropFirst()
    guard scan.first == UInt8(ascii: "+") || scan.first == UInt8(ascii: "-"), Self.isLike("00:00", offset),
      Self.value(offset.prefix(2)) < 24, Self.value(offset.suffix(2)) < 60
    else { throw .invalidDate }
    return .offsetDateTime
  }

  /// Takes `07:32:00.5`, or, from TOML 1.1 on, `07:32`; false where such a time does not exist.
  private func takeTime(_ scan: inout ArraySlice<UInt8>) -> Bool {
    guard Self.isLike("00:00", scan.prefix(5)), Self.value(scan.prefix(2)) < 24,
      Self.value(scan.dropFirst(3).prefix(2)) < 60
    else { return false }
    scan.removeFirst(5)
    guard scan.first == UInt8(ascii: ":") else { return version != .v1_0 && scan.first != UInt8(ascii: ".") }
    scan.removeFirst()
    // A leap second is the sixtieth.
    guard Self.isLike("00", scan.prefix(2)), Self.value(scan.prefix(2)) <= 60 else { return false }
    scan.removeFirst(2)
    guard scan.first == UInt8(ascii: ".") else { return true }
    scan.removeFirst()
    let fraction = scan.prefix { Self.isDigit($0) }
    scan.removeFirst(fraction.count)
    return !fraction.isEmpty
  }

  /// Whether `2024-02-29` is in the calendar.
  private static func isDay(_ date: ArraySlice<UInt8>) -> Bool {
    let year = value(date.prefix(4))
    let month = value(date.dropFirst(5).prefix(2))
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...lengths[month - 1]).contains(value(date.suffix(2)))
  }

  private static func value(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }

  /// Whether bytes have digits where the form has zeros, and are the same elsewhere.
  private static func isLike(_ form: StaticString, _ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count == form.utf8CodeUnitCount else { return false }
    for (offset, byte) in bytes.enumerated() {
      let wanted = form.utf8Start[offset]
      guard wanted == UInt8(ascii: "0") ? isDigit(byte) : byte == wanted else { return false }
    }
    return true
  }
}
