import Platform
import Glibc

/// Seconds since 1970 of a date such as `2026-11-22T21:48:36+00:00`; nil for anything else.
public func epochSeconds(iso8601 text: String) -> Double? { Timestamp(iso8601: text)?.epoch }

/// The date of seconds since 1970, such as `2026-11-22T21:48:36Z`.
public func iso8601(epochSeconds: Double) -> String { Timestamp(epoch: epochSeconds).iso8601 }

/// A moment, in the formats that AWS uses, without a time zone database or a locale.
struct Timestamp: Equatable {
  /// Seconds since 1970.
  let epoch: Double

  init(epoch: Double) { self.epoch = epoch }

  /// `2026-11-22T21:48:36Z`, with a fraction or an offset if there is one, and the CLI's old `…36UTC`.
  init?(iso8601 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20,
      let year = number(bytes, 0, 4), let month = number(bytes, 5, 2), let day = number(bytes, 8, 2),
      let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2), let second = number(bytes, 17, 2),
      bytes[4] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ")
    else { return nil }
    var zone = bytes[19...]
    if zone.first == UInt8(ascii: ".") {
      zone = zone.dropFirst().drop(while: \.isASCIIDigit)
    }
    guard let offset = Self.offset(of: Array(zone)),
      let seconds = Self.seconds(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    epoch = seconds - offset
  }

  /// `Sun, 22 Nov 2026 11:39:22 GMT`, as the Date header has it.
  init?(httpDate text: String) {
    let words = text.split(separator: " ")
    guard words.count == 6, let day = Int(words[1]), let year = Int(words[3]) else { return nil }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let time = words[4].split(separator: ":").map { Int($0) }
    guard let month = months.firstIndex(of: String(words[2])), time.count == 3,
      let hour = time[0], let minute = time[1], let second = time[2],
      let seconds = Self.seconds(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    epoch = seconds
  }

  /// `20261122T113922Z`, as in signatures.
  var compact: String {
    let parts = digits
    return parts[0] + parts[1] + parts[2] + "T" + parts[3] + parts[4] + parts[5] + "Z"
  }

  /// `2026-11-22T11:39:22Z`, as the AWS CLI writes it into its caches.
  var iso8601: String {
    let parts = digits
    return "\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(parts[5])Z"
  }

  /// Year, month, day, hour, minute, second, each in its full width.
  private var digits: [String] {
    var seconds = time_t(epoch.isFinite ? max(0, min(epoch, 253_402_300_799)) : 0)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let fields: [(value: Int32, width: Int)] = [
      (parts.tm_year + 1900, 4), (parts.tm_mon + 1, 2), (parts.tm_mday, 2), (parts.tm_hour, 2), (parts.tm_min, 2),
      (parts.tm_sec, 2),
    ]
    return fields.map { field in
      let digits = String(field.value)
      return String(repeating: "0", count: max(0, field.width - digits.count)) + digits
    }
  }

  private static func seconds(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Double? {
    guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
      (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    parts.tm_sec = Int32(second)
    return Double(timegm(&parts))
  }

  /// The offset in seconds of `Z`, `UTC`, `+01:00`, `+0100` or `+01`; nil for anything else.
  private static func offset(of zone: [UInt8]) -> Double? {
    let text = String(decoding: zone, as: UTF8.self)
    if text == "Z" || text == "UTC" { return 0 }
    guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
    var digits = Array(zone.dropFirst())
    if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
    guard digits.count == 2 || digits.count == 4, let hours = number(digits, 0, 2),
      let minutes = digits.count == 2 ? 0 : number(digits, 2, 2)
    else { return nil }
    return (sign == UInt8(ascii: "+") ? 1 : -1) * Double(hours * 3600 + minutes * 60)
  }
}

private func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
  guard start + count <= bytes.count else { return nil }
  var value = 0
  for byte in bytes[start..<(start + count)] {
    guard byte.isASCIIDigit else { return nil }
    value = value * 10 + Int(byte - UInt8(ascii: "0"))
  }
  return value
}
