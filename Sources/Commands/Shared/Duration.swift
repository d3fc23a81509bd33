/// Seconds in words, to the minute, such as "7 h 5 min"; a negative number counts as zero.
func duration(_ seconds: Int) -> String {
  let minutes = max(0, seconds) / 60
  return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
}

/// Seconds in the largest unit, such as "3 d".
func roughDuration(_ seconds: Int) -> String {
  switch seconds {
  case ..<3600: "\(seconds / 60) min"
  case ..<86_400: "\(seconds / 3600) h"
  default: "\(seconds / 86_400) d"
  }
}
