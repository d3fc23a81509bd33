import Platform

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
  let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: scalar.value >> $0) }
  return switch scalar.value {
  case ..<0x100: "\\x" + hexadecimal(bytes.suffix(1))
  case ..<0x10000: "\\u" + hexadecimal(bytes.suffix(2))
  default: "\\U" + hexadecimal(bytes)
  }
}
