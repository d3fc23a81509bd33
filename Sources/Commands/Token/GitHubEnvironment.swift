import AWSCredentials
import CodeArtifact
import Platform

/// The variables of a GitHub Actions job: hidden in its log, and set for the steps that follow.
/// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
struct GitHubEnvironment {
  /// What a command cannot hold.
  private static let escapes: [Unicode.Scalar: String] = ["%": "%25", "\r": "%0D", "\n": "%0A"]

  let context: Context

  /// Masks the tokens, then writes the variables. Nothing is set that the log would show.
  func set(_ variables: [ClientVariables.Variable], tokens: [String]) throws {
    guard let path = context.environment["GITHUB_ENV"] else { throw NotInGitHubActions() }
    // In a URL a token may be spelled another way.
    let secrets = tokens.flatMap { [$0, percentEncoded($0)] }
    var masks: [String] = []
    for secret in secrets where !masks.contains(secret) { masks.append(secret) }
    try context.answer(masks.map { "::add-mask::\(escaped($0, Self.escapes))\n" }.joined())
    var text = ""
    for variable in variables {
      let end = delimiter(notIn: variable.value)
      text += "\(variable.name)<<\(end)\n\(variable.value)\n\(end)\n"
    }
    try context.files.append(Array(text.utf8), to: path)
  }

  /// A line that no value can hold: whoever knew it could set variables of his own.
  private func delimiter(notIn value: String) -> String {
    var delimiter = ""
    repeat {
      let digits = (0..<2).map { _ in String(UInt64(context.random() * 0x1p53), radix: 16) }
      delimiter += "ghadelimiter_\(digits.joined())"
    } while value.contains(delimiter)
    return delimiter
  }
}

/// `--format github` outside of GitHub Actions.
struct NotInGitHubActions: Error, CustomStringConvertible {
  let description = "GITHUB_ENV is not set: --format github is for a step of GitHub Actions. Elsewhere use --format sh"
}
