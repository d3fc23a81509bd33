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
