import AWSCredentials
import Platform

extension TokenMinter {
  /// A token from `aws codeartifact get-authorization-token`, of either version of the AWS CLI.
  /// Source: https://docs.aws.amazon.com/cli/latest/reference/codeartifact/get-authorization-token.html
  func viaCommandLine(_ request: TokenRequest, _ deadline: Deadline) throws(TokenFailure) -> MintedToken {
    guard context.hasAWSCLI else {
      throw .commandLineFailed(
        "is not installed", SystemPackage.awsCLI.installation(with: PackageManager(on: SearchPath(context))))
    }
    guard request.roleARN == nil else {
      throw .commandLineFailed(
        "cannot assume the role_arn of config.toml", .edit(.file("~/.aws/config"), "Write it into a profile"))
    }
    // It would use another identity, and the token would be stored as that of the keys.
    if case .configuredKeys = request.credentialSource {
      throw .commandLineFailed(
        "cannot use the keys in keyringrc.cfg", .edit(.file("~/.aws/credentials"), "Write them into a profile"))
    }
    let repository = request.repository
    var arguments = [
      "codeartifact", "get-authorization-token", "--domain", repository.domain, "--domain-owner", repository.owner,
      "--region", repository.region, "--duration-seconds", String(request.duration.parameter), "--output", "json",
    ]
    if let profile = request.explicitProfile { arguments += ["--profile", profile] }
    let outcome: ProcessResult
    do {
      outcome = try context.run(
        ProcessRequest(
          program: "aws", arguments: arguments, environment: context.environment, timeout: deadline.remaining))
    } catch { throw .commandLineFailed(error.problem) }
    guard outcome.code == 0 else {
      throw .commandLineFailed("failed (exit \(outcome.code)): \(outcome.errorLine)")
    }
    guard let minted = MintedToken(outcome.output) else { throw .commandLineFailed("gave an invalid response") }
    guard minted.expiration > context.clock.now() else {
      throw .commandLineFailed("gave a token that has already expired", .checkClock)
    }
    return minted
  }
}
