import Platform

/// Values without quotes or brackets: truth values, numbers, dates and times. Source: https://toml.io/en/v1.1.0#integer
extension TOMLParser {
  /// The value that is next.
  mutating func scalar() throws(TOMLError) -> TOMLTree.Content {
    let start = position
    skipWord()
    // There may be a blank between a date and its time.
    if position.offset - start.offset == 10, bytes[start.offset + 4] == UInt8(ascii: "-"), current == UInt8(ascii: " "),
      position.offset + 1 < bytes.count, bytes[position.offset + 1].isASCIIDigit
    {
      position.offset += 1
      skipWord()
    }
    let word = bytes[start.offset..<position.offset]
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
    guard let first = word.first, first.isASCIIDigit || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
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
      position.offset += 1
    }
  }

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
    // Only decimal numbers can have a sign.
    if radix != 10, let first = digits.first { isValid = isValid && Self.isBare(first) && first != UInt8(ascii: "-") }
    var previous: UInt8?
    for byte in digits {
      if byte == UInt8(ascii: "_"), previous == UInt8(ascii: "_") { isValid = false }
      previous = byte
    }
    let text = Self.withoutUnderscores(digits)
    guard isValid, !text.isEmpty else { throw .invalidNumber }
    if let value = Int64(text, radix: radix) { return value }
    let limit: UInt8 = radix < 10 ? UInt8(ascii: "0") + UInt8(radix) - 1 : UInt8(ascii: "9")
    let areDigits = text.utf8.allSatisfy { byte in
      byte.isASCIIDigit
        ? byte <= limit : radix == 10 ? byte == 0x2B || byte == 0x2D : (0x61...0x66).contains(byte | 0x20)
    }
    throw areDigits ? .numberTooLarge : .invalidNumber
  }

  /// Skips digits, with single underscores between them; false if there are none.
  private static func takeDigits(_ scan: inout ArraySlice<UInt8>) -> Bool {
    var previous = UInt8(ascii: "_")
    while let byte = scan.first, byte.isASCIIDigit || byte == UInt8(ascii: "_") {
      if byte == UInt8(ascii: "_"), previous == byte { return false }
      previous = byte
      scan.removeFirst()
    }
    return previous != UInt8(ascii: "_")
  }

  private static func withoutUnderscores(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
  }

  // MARK: dates and times

  /// The kind of date or time that a word is; nil if it does not have the form of one. Throws for one that does not
  /// exist.
  private func kindOfDate(_ word: ArraySlice<UInt8>) throws(TOMLError.Reason) -> TOMLDateTime.Kind? {
    var scan = word
    if Self.matches("00:00", word.prefix(5)) {
      guard takeTime(&scan), scan.isEmpty else { throw .invalidDate }
      return .localTime
    }
    guard Self.matches("0000-00-00", word.prefix(10)) else { return nil }
    guard Self.isDay(word.prefix(10)) else { throw .invalidDate }
    scan.removeFirst(10)
    guard let separator = scan.popFirst() else { return .localDate }
    guard separator | 0x20 == UInt8(ascii: "t") || separator == UInt8(ascii: " "), takeTime(&scan) else {
      throw .invalidDate
    }
    if scan.isEmpty { return .localDateTime }
    if scan.count == 1, let letter = scan.first, letter | 0x20 == UInt8(ascii: "z") { return .offsetDateTime }
    let offset = scan.dropFirst()
    guard scan.first == UInt8(ascii: "+") || scan.first == UInt8(ascii: "-"), Self.matches("00:00", offset),
      Self.value(offset.prefix(2)) < 24, Self.value(offset.suffix(2)) < 60
    else { throw .invalidDate }
    return .offsetDateTime
  }

  /// Skips `07:32:00.5` or, since TOML 1.1, `07:32`; false if such a time does not exist.
  private func takeTime(_ scan: inout ArraySlice<UInt8>) -> Bool {
    guard Self.matches("00:00", scan.prefix(5)), Self.value(scan.prefix(2)) < 24,
      Self.value(scan.dropFirst(3).prefix(2)) < 60
    else { return false }
    scan.removeFirst(5)
    guard scan.first == UInt8(ascii: ":") else { return version != .v1_0 && scan.first != UInt8(ascii: ".") }
    scan.removeFirst()
    // Second 60 is a leap second.
    guard Self.matches("00", scan.prefix(2)), Self.value(scan.prefix(2)) <= 60 else { return false }
    scan.removeFirst(2)
    guard scan.first == UInt8(ascii: ".") else { return true }
    scan.removeFirst()
    let fraction = scan.prefix { $0.isASCIIDigit }
    scan.removeFirst(fraction.count)
    return !fraction.isEmpty
  }

  /// Whether a date such as `2024-02-29` exists.
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

  /// Whether bytes match a form, in which a zero stands for any digit.
  private static func matches(_ form: StaticString, _ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count == form.utf8CodeUnitCount else { return false }
    for (offset, byte) in bytes.enumerated() {
      let wanted = form.utf8Start[offset]
      guard wanted == UInt8(ascii: "0") ? byte.isASCIIDigit : byte == wanted else { return false }
    }
    return true
  }
}
