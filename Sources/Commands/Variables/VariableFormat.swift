import ArgumentParser
import Platform

/// The ways in which variables are written down, each quoted as its reader wants it.
enum VariableFormat: String, ExpressibleByArgument, CaseIterable {
  case sh, fish, dotenv, json, github

  /// The variables as a text; nil for `github`, where they go into a file.
  func text(_ variables: [ClientVariables.Variable]) throws -> String? {
    switch self {
    case .sh: variables.map { "export \($0.name)=\(quotedForShell($0.value))\n" }.joined()
    case .fish: variables.map { "set -gx \($0.name) \(Self.quotedForFish($0.value))\n" }.joined()
    case .dotenv: variables.map { "\($0.name)=\(Self.quotedForDotenv($0.value))\n" }.joined()
    case .json: try prettyJSON(Dictionary(variables.map { ($0.name, $0.value) }) { $1 })
    case .github: nil
    }
  }

  /// Inside single quotes fish knows two escapes.
  static func quotedForFish(_ text: String) -> String {
    "'" + escaped(text, ["\\": "\\\\", "'": "\\'"]) + "'"
  }

  /// Quoted only where it must be: docker's `--env-file` takes quotes for a part of the value.
  static func quotedForDotenv(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "_.:/@%+=-~".utf8.contains(byte)
      }
    }
    if isPlain { return text }
    if !text.unicodeScalars.contains("'") { return "'\(text)'" }
    return "\"" + escaped(text, ["\\": "\\\\", "\"": "\\\"", "$": "\\$"]) + "\""
  }
}
