extension String {
  /// Padded with blanks to a width.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }

  /// Wrapped between words at `columns`. Lines after the first begin with `indent` blanks, and the first is assumed to
  /// begin there too. Words are never broken. Without `columns`, one line.
  func wrapped(to columns: Int?, indent: Int) -> String {
    guard let columns else { return self }
    let width = Swift.max(20, columns - indent)
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}

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
