import CProcess

/// Whether a word stands somewhere in bytes.
public func holds(_ bytes: [UInt8], _ word: String) -> Bool {
  cprocess_holds(bytes, bytes.count, word) != 0
}

/// A text without white space (spaces, tabs, line ends) at its ends.
public func trimmed(_ text: some StringProtocol) -> String {
  var rest = Substring(text)
  while let first = rest.first, first.isWhitespace { rest.removeFirst() }
  while let last = rest.last, last.isWhitespace { rest.removeLast() }
  return String(rest)
}

/// A text in which some characters have given way to what stands for them. `replacing` would pass over those that make one
/// `Character` with what follows: a quote with a combining mark behind it, a carriage return with a line feed.
public func escaped(_ text: String, _ escapes: [Unicode.Scalar: String]) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if let escape = escapes[scalar] { result += escape.unicodeScalars } else { result.append(scalar) }
  }
  return String(result)
}

/// Text from outside made fit for one line of a terminal: control characters become spaces, and it ends after `limit`
/// characters.
public func oneLine(_ text: some StringProtocol, limit: Int = 300) -> String {
  let clean = String.UnicodeScalarView(
    text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
  let line = trimmed(String(clean))
  return line.count > limit ? line.prefix(limit) + "…" : line
}
