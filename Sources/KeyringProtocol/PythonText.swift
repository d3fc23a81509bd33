import Platform

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
  let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: scalar.value >> $0) }
  return switch scalar.value {
  case ..<0x100: "\\x" + hexadecimal(bytes.suffix(1))
  case ..<0x10000: "\\u" + hexadecimal(bytes.suffix(2))
  default: "\\U" + hexadecimal(bytes)
  }
}
