import FoundationEssentials

// Moments as seconds since 1970, in the formats that AWS uses.

/// Seconds since 1970 of a date such as `2026-11-22T21:48:36+00:00`, without a fraction; nil for anything else. Old AWS
/// CLIs end it with `UTC`, and some programs write a space for the `T`.
public func epochSeconds(iso8601 text: String) -> Double? {
  let text = text.replacing("UTC", with: "Z").replacing(" ", with: "T")
  return (try? Date(text, strategy: .iso8601))?.timeIntervalSince1970.rounded(.down)
}

/// Seconds since 1970 of a date such as `Sun, 22 Nov 2026 11:39:22 GMT`, as the Date header has it; nil for anything else.
func epochSeconds(httpDate text: String) -> Double? {
  let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
  let words = text.split(separator: " ")
  guard words.count == 6, let month = months.firstIndex(of: String(words[2])) else { return nil }
  return epochSeconds(iso8601: "\(words[3])-\(month + 1)-\(words[1])T\(words[4])Z")
}

/// The date of seconds since 1970, such as `2026-11-22T21:48:36Z`.
public func iso8601(epochSeconds: Double) -> String { date(epochSeconds).formatted(.iso8601) }

/// The same as `20261122T214836Z`, as in signatures.
func compactISO8601(epochSeconds: Double) -> String {
  date(epochSeconds).formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
}

/// A date from 1970 to 9999, the nearest to a number of seconds.
private func date(_ epochSeconds: Double) -> Date {
  Date(timeIntervalSince1970: epochSeconds.isFinite ? max(0, min(epochSeconds, 253_402_300_799)) : 0)
}
