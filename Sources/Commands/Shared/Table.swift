import Platform

/// Rows of texts under headings, in columns as wide as they need to be.
struct Table {
  let headings: [String]
  let rows: [[String]]

  /// A line for the headings and one for each row.
  var text: String {
    let lines = ([headings] + rows).map { $0.map { oneLine($0, limit: 80) } }
    let widths = headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { cells in
      let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
      var line = padded.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
