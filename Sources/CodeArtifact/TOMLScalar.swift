/// The forms of TOML's values that are written without quotes or brackets.
/// Source: https://toml.io/en/v1.0.0
enum TOMLScalar {
  /// Whether these bytes are a truth value, a number, or a date or time, by their form.
  static func isOne(_ bytes: ArraySlice<UInt8>) -> Bool {
    isTruth(bytes) || isNumber(bytes) || isDate(bytes) || isTime(bytes) || isDateAndTime(bytes)
  }

  /// `1996-05-27`
  static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool { isLike("0000-00-00", bytes) }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private static func isTruth(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.elementsEqual("true".utf8) || bytes.elementsEqual("false".utf8)
  }

  /// `07:32:00`, and a fraction.
  private static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
    let fraction = bytes.dropFirst(8)
    return isLike("00:00:00", bytes.prefix(8))
      && (fraction.isEmpty
        || fraction.count > 1 && fraction.first == UInt8(ascii: ".") && fraction.dropFirst().allSatisfy(isDigit))
  }

  /// Both, and the time zone's offset.
  private static func isDateAndTime(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes.dropFirst(10)
    guard isDate(bytes.prefix(10)), let between = rest.popFirst(), "Tt ".utf8.contains(between) else { return false }
    if let last = rest.last, "Zz".utf8.contains(last) {
      rest.removeLast()
    } else if isLike("+00:00", rest.suffix(6)) || isLike("-00:00", rest.suffix(6)) {
      rest.removeLast(6)
    }
    return isTime(rest)
  }

  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    let hasSign = rest.first.map { "+-".utf8.contains($0) } ?? false
    if hasSign { rest.removeFirst() }
    if rest.elementsEqual("inf".utf8) || rest.elementsEqual("nan".utf8) { return true }
    if !hasSign, rest.first == UInt8(ascii: "0"), let base = rest.dropFirst().first {
      let digits = rest.dropFirst(2)
      switch base {
      case UInt8(ascii: "x"): return isDigits(digits) { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
      case UInt8(ascii: "o"): return isDigits(digits) { (0x30...0x37).contains($0) }
      case UInt8(ascii: "b"): return isDigits(digits) { (0x30...0x31).contains($0) }
      default: break
      }
    }
    return isDecimal(rest)
  }

  /// A number without its sign: an integer, and a fraction, an exponent, or both.
  private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    var mantissa = bytes
    if let e = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      var exponent = bytes[e...].dropFirst()
      if let sign = exponent.first, "+-".utf8.contains(sign) { exponent.removeFirst() }
      guard isDigits(exponent, isDigit) else { return false }
      mantissa = bytes[..<e]
    }
    let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
    let fraction = mantissa.dropFirst(whole.count)
    let hasNoZeroBefore = whole.count == 1 || whole.first != UInt8(ascii: "0")
    return isDigits(whole, isDigit) && hasNoZeroBefore && (fraction.isEmpty || isDigits(fraction.dropFirst(), isDigit))
  }

  /// Digits, of which two may have an underscore between them.
  private static func isDigits(_ bytes: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool) -> Bool {
    bytes.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  /// Whether bytes have digits where the form has zeros, and all else alike.
  private static func isLike(_ form: StaticString, _ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count == form.utf8CodeUnitCount else { return false }
    return bytes.enumerated().allSatisfy { offset, byte in
      let wanted = form.utf8Start[offset]
      return wanted == UInt8(ascii: "0") ? isDigit(byte) : byte == wanted
    }
  }
}
