import Platform

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

/// A table: a line for the headings and one for each row, in columns as wide as their content. If a line would be wider than
/// `columns`, the widest cells are cut, to at least 12 characters; without `columns` (a file, a pipe) none is.
func table(_ headings: [String], _ rows: [[String]], columns: Int? = nil) -> String {
  let lines = ([headings] + rows).map { $0.map { oneLine($0, limit: 80) } }
  var widths = headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
  if let columns {
    while widths.reduce(0, +) + 2 * (widths.count - 1) > columns {
      guard let widest = widths.max(), widest > 12, let column = widths.lastIndex(of: widest) else { break }
      widths[column] -= 1
    }
  }
  return lines.map { cells in
    let padded = zip(cells, widths).map { cell, width in
      cell.count > width ? "\(cell.prefix(width - 1))…" : cell.padded(to: width)
    }
    var line = padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }.joined()
}
