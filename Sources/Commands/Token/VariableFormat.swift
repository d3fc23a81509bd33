import ArgumentParser
import Platform

/// The output formats of variables, each with its own quoting.
enum VariableFormat: String, ExpressibleByArgument, CaseIterable {
  case sh, fish, dotenv, json, github

  /// The variables as text; nil for `github`, which writes them to a file. Only a shell can remove variables.
  func text(_ variables: [ClientVariables.Variable], removing removed: [String] = []) throws -> String? {
    switch self {
    case .sh:
      removed.map { "unset \($0)\n" }.joined()
        + variables.map { "export \($0.name)=\(quotedForShell($0.value))\n" }.joined()
    case .fish:
      removed.map { "set -e \($0)\n" }.joined()
        + variables.map { "set -gx \($0.name) \(Self.quotedForFish($0.value))\n" }.joined()
    case .dotenv:
      try variables.map {
        try checkPortable($0.value, of: $0.name, "dotenv files")
        return "\($0.name)=\($0.value)\n"
      }.joined()
    case .json: try prettyJSON(Dictionary(variables.map { ($0.name, $0.value) }) { $1 })
    case .github: nil
    }
  }

  /// In single quotes fish has two escapes.
  static func quotedForFish(_ text: String) -> String {
    "'" + escaped(text, ["\\": "\\\\", "'": "\\'"]) + "'"
  }
}

/// Whether an unquoted value is read the same by everything: shells, python-dotenv, Docker's `--env-file`, Compose,
/// GitHub and the readers of netrc. There are no quotes that all of them accept: for Docker they are part of the value,
/// python-dotenv expands `${…}` in them, and backslashes differ.
/// Sources: https://docs.docker.com/reference/cli/docker/container/run/#env,
/// https://docs.docker.com/compose/how-tos/environment-variables/env-file/,
/// https://saurabh-kumar.com/python-dotenv/reference/, https://zsh.sourceforge.io/Doc/Release/Expansion.html
private func isPortable(_ value: String) -> Bool {
  var last = UInt8(ascii: ":")
  for byte in value.utf8 {
    switch byte {
    case _ where byte.isASCIILetterOrDigit: break
    // zsh expands a command name after an equals sign at the beginning, or after a colon.
    case UInt8(ascii: "=") where last == UInt8(ascii: ":"): return false
    default: guard "_.:/@%+=-,".utf8.contains(byte) else { return false }
    }
    last = byte
  }
  return !value.isEmpty
}

/// Throws for a value that readers of a format would read differently.
func checkPortable(_ value: String, of holder: String, _ format: String) throws(FailureRecord) {
  guard !isPortable(value) else { return }
  throw FailureRecord(
    "\(holder) holds a character that readers of \(format) interpret differently",
    remedy: .advice("Use env --format sh, fish or json, or run: codeartifact-keyring exec -- COMMAND"))
}
