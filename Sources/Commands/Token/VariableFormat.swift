import ArgumentParser
import Platform

/// The output formats of variables, each with its own quoting.
enum VariableFormat: String, ExpressibleByArgument, CaseIterable {
  case sh, fish, dotenv, json, github

  /// The variables as text; nil for `github`, where they go into a file.
  func text(_ variables: [ClientVariables.Variable]) throws -> String? {
    switch self {
    case .sh: variables.map { "export \($0.name)=\(quotedForShell($0.value))\n" }.joined()
    case .fish: variables.map { "set -gx \($0.name) \(Self.quotedForFish($0.value))\n" }.joined()
    case .dotenv:
      try variables.map {
        guard isAlikeToAllReaders($0.value) else { throw ValueForFewReaders(holder: $0.name, format: "dotenv files") }
        return "\($0.name)=\($0.value)\n"
      }.joined()
    case .json: try prettyJSON(Dictionary(variables.map { ($0.name, $0.value) }) { $1 })
    case .github: nil
    }
  }

  /// Inside single quotes fish knows two escapes.
  static func quotedForFish(_ text: String) -> String {
    "'" + escaped(text, ["\\": "\\\\", "'": "\\'"]) + "'"
  }
}

/// Whether a value means the same to everything that reads it without quotes: shells that source it, python-dotenv, Docker's
/// `--env-file`, Compose, GitHub and the readers of netrc. There are no quotes that all of them take for such: Docker makes
/// them a part of the value, python-dotenv looks for `${…}` within them, and they differ in what a backslash is.
/// Sources: https://docs.docker.com/reference/cli/docker/container/run/#env,
/// https://docs.docker.com/compose/how-tos/environment-variables/env-file/,
/// https://saurabh-kumar.com/python-dotenv/reference/, https://zsh.sourceforge.io/Doc/Release/Expansion.html
func isAlikeToAllReaders(_ value: String) -> Bool {
  var last = UInt8(ascii: ":")
  for byte in value.utf8 {
    switch byte {
    case _ where byte.isASCIILetterOrDigit: break
    // zsh looks a command up by what follows an equals sign at the beginning, or behind a colon.
    case UInt8(ascii: "=") where last == UInt8(ascii: ":"): return false
    default: guard "_.:/@%+=-,".utf8.contains(byte) else { return false }
    }
    last = byte
  }
  return !value.isEmpty
}

/// A value that readers of a format would read differently.
struct ValueForFewReaders: Failure, Equatable {
  let holder: String
  let format: String

  var problem: String { "\(holder) holds a character that readers of \(format) interpret differently" }

  var remedy: Remedy? {
    .advice("Use env --format sh, fish or json, or run: codeartifact-keyring exec -- COMMAND")
  }
}
