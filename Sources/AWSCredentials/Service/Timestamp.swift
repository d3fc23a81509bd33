import FoundationEssentials
import Glibc
import Platform

// Moments as seconds since 1970, in the formats that AWS uses.

/// Seconds since 1970 of a date such as `2026-11-22T21:48:36+00:00`, without a fraction; nil for anything else, and for
/// years before 1970: Go programs write the year 1 where they have no date. Old AWS CLIs end it with `UTC`, and some
/// programs write a space for the `T`. Foundation's parser costs half as much as a whole lookup, and accepts more.
public func epochSeconds(iso8601 text: String) -> Double? {
  var rest = Array(text.utf8)[...]
  /// The number in the next digits, after one of these characters.
  func number(after separators: String, digits: Int = 2, in range: ClosedRange<Int32>) -> Int32? {
    if !separators.isEmpty {
      guard let separator = rest.popFirst(), separators.utf8.contains(separator) else { return nil }
    }
    let found = rest.prefix(digits)
    rest = rest.dropFirst(digits)
    guard found.count == digits, found.allSatisfy(\.isASCIIDigit) else { return nil }
    let value = found.reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
    return range.contains(value) ? value : nil
  }
  guard let year = number(after: "", digits: 4, in: 1970...9999), let month = number(after: "-", in: 1...12),
    let day = number(after: "-", in: 1...31), let hour = number(after: "T ", in: 0...23),
    let minute = number(after: ":", in: 0...59), let second = number(after: ":", in: 0...60)
  else { return nil }
  if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop(while: \.isASCIIDigit) }
  var offset: Int32 = 0
  if !rest.elementsEqual("Z".utf8), !rest.elementsEqual("UTC".utf8) {
    let sign: Int32 = rest.first == UInt8(ascii: "-") ? -1 : 1
    guard let hours = number(after: "+-", in: 0...99) else { return nil }
    let separator = rest.first == UInt8(ascii: ":") ? ":" : ""
    guard let minutes = rest.isEmpty ? 0 : number(after: separator, in: 0...99), rest.isEmpty else { return nil }
    offset = sign * (hours * 60 + minutes) * 60
  }
  var parts = tm()
  (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
  (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
  return Double(timegm(&parts)) - Double(offset)
}

/// Seconds since 1970 of a date such as `Sun, 22 Nov 2026 11:39:22 GMT`, as the Date header has it; nil for anything else.
func epochSeconds(httpDate text: String) -> Double? {
  let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  let words = text.split(separator: " ")
  guard words.count == 6, let month = months.firstIndex(of: String(words[2])) else { return nil }
  return epochSeconds(iso8601: "\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4])Z")
}

/// The date of seconds since 1970, such as `2026-11-22T21:48:36Z`; for a number before or after that, 1970 or 9999.
public func iso8601(epochSeconds: Double) -> String {
  Date(timeIntervalSince1970: epochSeconds.isFinite ? max(0, min(epochSeconds, 253_402_300_799)) : 0)
    .formatted(.iso8601)
}

/// The same as `20261122T214836Z`, as in signatures.
func compactISO8601(epochSeconds: Double) -> String {
  iso8601(epochSeconds: epochSeconds).filter { $0 != "-" && $0 != ":" }
}
