/// A word of a command that a person is told to run, in quotes where a shell would see anything special in it.
public func shellWord(_ text: String) -> String {
  let isPlain = text.isASCIILettersDigits(or: "-_./:@%+=,~")
  // A shell makes a home directory of a `~` that comes first.
  return isPlain && !text.isEmpty && !text.hasPrefix("~") ? text : quotedForShell(text)
}

/// A text in single quotes, between which a POSIX shell sees nothing special but their end.
public func quotedForShell(_ text: String) -> String { "'" + escaped(text, ["'": "'\\''"]) + "'" }
