/// A text as Python's `repr` shows it: argparse quotes invalid values so.
func pythonQuoted(_ text: String) -> String {
  let scalars = text.unicodeScalars
  let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
  let escapes: [Unicode.Scalar: String] = [quote: "\\\(quote)", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"]
  let shown = scalars.map { escapes[$0] ?? (isPrintable($0) ? String($0) : escaped($0)) }
  return "\(quote)\(shown.joined())\(quote)"
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
  case .spaceSeparator: scalar == " "
  default: true
  }
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16)
  let (mark, count) = digits.count <= 2 ? ("x", 2) : digits.count <= 4 ? ("u", 4) : ("U", 8)
  return "\\\(mark)\(String(repeating: "0", count: count - digits.count))\(digits)"
}
