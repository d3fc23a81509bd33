import CProcess

/// Whether bytes contain a word.
public func contains(_ bytes: [UInt8], _ word: String) -> Bool {
  cprocess_contains(bytes, bytes.count, word) != 0
}

/// A text without white space (spaces, tabs, line ends) at its ends.
public func trimmed(_ text: some StringProtocol) -> String {
  var rest = Substring(text)
  while let first = rest.first, first.isWhitespace { rest.removeFirst() }
  while let last = rest.last, last.isWhitespace { rest.removeLast() }
  return String(rest)
}

/// A text without white space at its ends; nil if nothing is left. A pasted secret often ends in a line end.
public func nonBlank(_ text: String) -> String? {
  let text = trimmed(text)
  return text.isEmpty ? nil : text
}

/// A text with some characters replaced by their escapes. `replacing` would miss those that form one `Character` with
/// the next scalar: a quote before a combining mark, a carriage return before a line feed.
public func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if let escape = escapes[scalar] { result += escape.unicodeScalars } else { result.append(scalar) }
  }
  return String(result)
}

/// Makes text from outside safe for one line of a terminal: control characters and line separators become spaces,
/// characters that only change how others are shown (bidirectional controls, zero-width characters) are removed, and it
/// is cut after `limit` Unicode scalars, since a single `Character` may have thousands of combining marks.
public func oneLine(_ text: some StringProtocol, limit: Int = 300) -> String {
  var clean = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: clean.append(" ")
    case .format: continue
    default: clean.append(scalar)
    }
  }
  let line = trimmed(String(clean))
  return line.unicodeScalars.count > limit ? String(line.unicodeScalars.prefix(limit)) + "…" : line
}

/// A text from outside in quotes, for a message of one line.
public func quoted(_ text: String) -> String { "\"\(oneLine(text, limit: 60))\"" }

/// Bytes as hexadecimal digits, two for each. Inlinable, since every lookup uses it.
@inlinable
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  func digit(_ value: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
  }
  var text = ""
  for byte in bytes {
    text.unicodeScalars.append(digit(byte >> 4))
    text.unicodeScalars.append(digit(byte & 15))
  }
  return text
}

/// A text as Python's `json.dumps` writes it, in quotes and only ASCII: the AWS CLI derives file names from it.
public func jsonQuoted(_ text: String) -> String {
  // A token needs no escape at all.
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
    return "\"\(text)\""
  }
  let escapes: [Unicode.Scalar: String] = [
    "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{8}": "\\b", "\u{C}": "\\f",
  ]
  let quoted = text.unicodeScalars.map { scalar in
    if let escape = escapes[scalar] { return escape }
    if " "..."~" ~= scalar { return String(scalar) }
    return String(scalar).utf16.map { "\\u" + hexadecimal([UInt8($0 >> 8), UInt8($0 & 0xFF)]) }.joined()
  }
  return "\"\(quoted.joined())\""
}

/// A word of a command that a person is told to run, in quotes if it has characters that are special to a shell.
public func shellWord(_ text: String) -> String {
  let isPlain = text.isASCIILettersDigits(or: "-_./:@%+=,~")
  // A shell expands a leading `~` to a home directory.
  return isPlain && !text.isEmpty && !text.hasPrefix("~") ? text : quotedForShell(text)
}

/// A text in single quotes for a POSIX shell.
public func quotedForShell(_ text: String) -> String { "'" + escaped(text, ["'": "'\\''"]) + "'" }

extension UInt8 {
  /// `0` to `9`.
  @inlinable public var isASCIIDigit: Bool { self >= 0x30 && self <= 0x39 }
  /// `a` to `z`.
  @inlinable public var isASCIILowercase: Bool { self >= 0x61 && self <= 0x7A }
  /// `A` to `Z`.
  @inlinable public var isASCIIUppercase: Bool { self >= 0x41 && self <= 0x5A }
  /// A letter or a digit of ASCII.
  @inlinable public var isASCIILetterOrDigit: Bool { isASCIIDigit || isASCIILowercase || isASCIIUppercase }
}

extension StringProtocol {
  /// Whether each character is an ASCII letter or digit, or one of `others`. Inlinable, to be specialized in other modules.
  @inlinable
  public func isASCIILettersDigits(or others: String = "") -> Bool {
    utf8.allSatisfy { $0.isASCIILetterOrDigit || others.utf8.contains($0) }
  }
}
