import AWSCredentials
import Platform
import TokenStores

extension TokenMinter {
  /// A token from `aws codeartifact get-authorization-token`, of either version of the AWS CLI.
  /// Source: https://docs.aws.amazon.com/cli/latest/reference/codeartifact/get-authorization-token.html
  func viaCommandLine(_ request: TokenRequest, _ deadline: Deadline) throws(TokenFailure) -> TokenEntry {
    let tool = "the AWS CLI (aws codeartifact get-authorization-token)"
    guard context.hasAWSCLI else {
      throw .other("\(tool) is not installed", SystemPackage.awsCLI.installation(on: SearchPath(context)))
    }
    guard request.roleARN == nil else {
      throw .other(
        "\(tool) cannot assume the role_arn of config.toml", .edit(.file("~/.aws/config"), "Write it into a profile"))
    }
    // It would use another identity, and the token would be stored as that of the keys.
    if case .configuredKeys = request.credentialSource {
      throw .other(
        "\(tool) cannot use the keys in keyringrc.cfg", .edit(.file("~/.aws/credentials"), "Write them into a profile"))
    }
    let repository = request.repository
    var arguments = [
      "codeartifact", "get-authorization-token", "--domain", repository.domain, "--domain-owner", repository.owner,
      "--region", repository.region, "--duration-seconds", String(request.duration.parameter), "--output", "json",
    ]
    if let profile = request.explicitProfile { arguments += ["--profile", profile] }
    let outcome: ProcessResult
    do {
      outcome = try context.run(context.awsCLI(arguments, timeout: deadline.remaining))
    } catch { throw .other("\(tool) \(error.problem)", nil) }
    guard outcome.code == 0 else {
      throw .other("\(tool) failed (exit \(outcome.code)): \(outcome.errorLine)", nil)
    }
    return try entry(from: tool, outcome.output, for: request)
  }
}
