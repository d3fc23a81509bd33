/// A word of a command that a person is told to run, in quotes if it has characters that are special to a shell.
public func shellWord(_ text: String) -> String {
  let isPlain = text.isASCIILettersDigits(or: "-_./:@%+=,~")
  // A shell expands a leading `~` to a home directory.
  return isPlain && !text.isEmpty && !text.hasPrefix("~") ? text : quotedForShell(text)
}

/// A text in single quotes for a POSIX shell.
public func quotedForShell(_ text: String) -> String { "'" + escaped(text, ["'": "'\\''"]) + "'" }
