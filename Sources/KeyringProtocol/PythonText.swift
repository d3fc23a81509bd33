/// A text as Python's `repr` shows it: argparse quotes invalid values so.
func pythonQuoted(_ text: String) -> String {
  let scalars = text.unicodeScalars
  let quote: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
  var quoted = String.UnicodeScalarView()
  quoted.append(quote)
  for scalar in scalars {
    switch scalar {
    case quote, "\\":
      quoted.append("\\")
      quoted.append(scalar)
    case "\n": quoted.append(contentsOf: "\\n".unicodeScalars)
    case "\r": quoted.append(contentsOf: "\\r".unicodeScalars)
    case "\t": quoted.append(contentsOf: "\\t".unicodeScalars)
    case _ where isPrintable(scalar): quoted.append(scalar)
    default: quoted.append(contentsOf: escaped(scalar).unicodeScalars)
    }
  }
  quoted.append(quote)
  return String(quoted)
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
  case .spaceSeparator: scalar == " "
  default: true
  }
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  switch scalar.value {
  case ..<0x100: "\\x" + hexadecimal(scalar.value, digits: 2)
  case ..<0x10000: "\\u" + hexadecimal(scalar.value, digits: 4)
  default: "\\U" + hexadecimal(scalar.value, digits: 8)
  }
}

private func hexadecimal(_ value: UInt32, digits: Int) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
