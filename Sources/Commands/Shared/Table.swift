import Platform

/// A table with headings, in columns as wide as their content.
struct Table {
  /// The smallest width to which a column is cut.
  private static let narrowest = 12

  let headings: [String]
  let rows: [[String]]

  /// A line for the headings and one for each row. If a line would be wider than `columns`, the widest cells are cut;
  /// without `columns` (a file, a pipe) none is.
  func text(columns: Int? = nil) -> String {
    let lines = ([headings] + rows).map { $0.map { oneLine($0, limit: 80) } }
    var widths = headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    if let columns {
      while widths.reduce(0, +) + 2 * (widths.count - 1) > columns {
        guard let widest = widths.max(), widest > Self.narrowest, let column = widths.lastIndex(of: widest) else {
          break
        }
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
}
