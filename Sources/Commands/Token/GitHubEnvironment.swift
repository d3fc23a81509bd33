import AWSCredentials
import CodeArtifact
import Platform

/// The variables of a GitHub Actions job: masked in its log, and set for later steps.
/// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
struct GitHubEnvironment {
  private static let escapes: [Unicode.Scalar: String] = ["%": "%25", "\r": "%0D", "\n": "%0A"]

  let context: Context

  /// Masks the tokens, then writes the variables.
  func set(_ variables: [ClientVariables.Variable], tokens: [String]) throws {
    guard let path = context.environment["GITHUB_ENV"] else {
      throw FailureRecord(
        "GITHUB_ENV is not set: --format github is for a step of GitHub Actions",
        remedy: .advice("Elsewhere use --format sh"))
    }
    // In a URL a token may be percent-encoded.
    let secrets = tokens.flatMap { [$0, percentEncoded($0)] }
    try context.writeOutput(secrets.distinct().map { "::add-mask::\(escaped($0, Self.escapes))\n" }.joined())
    var text = ""
    for variable in variables {
      let end = delimiter(notIn: variable.value)
      text += "\(variable.name)<<\(end)\n\(variable.value)\n\(end)\n"
    }
    try context.files.append(Array(text.utf8), to: path)
  }

  /// A random line that is not in the value: a value that could contain it could set other variables.
  private func delimiter(notIn value: String) -> String {
    var delimiter = ""
    repeat {
      let digits = (0..<2).map { _ in String(UInt64(context.random() * 0x1p53), radix: 16) }
      delimiter += "ghadelimiter_\(digits.joined())"
    } while value.contains(delimiter)
    return delimiter
  }
}
