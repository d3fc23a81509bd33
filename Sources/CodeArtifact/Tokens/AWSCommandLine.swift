import AWSCredentials
import FoundationEssentials
import Platform
import TokenStores

/// `aws codeartifact get-authorization-token`, of either version of the AWS CLI.
/// Source: https://docs.aws.amazon.com/cli/latest/reference/codeartifact/get-authorization-token.html
struct AWSCommandLine {
  let context: Context

  /// A token, and when it expires.
  func token(
    for request: TokenRequest, deadline: Deadline
  ) throws(TokenFailure) -> (token: String, expiration: Double) {
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
    guard let answer = try? JSONDecoder().decode(Response.self, from: Data(outcome.output)),
      let expiration = answer.expiration.epoch, expiration > 0, expiration < TokenEntry.lastMoment,
      TokenEntry.isToken(answer.authorizationToken)
    else { throw .commandLineFailed("gave an invalid response") }
    guard expiration > context.clock.now() else {
      throw .commandLineFailed("gave a token that has already expired", .checkClock)
    }
    return (answer.authorizationToken, expiration)
  }

  private struct Response: Decodable {
    let authorizationToken: String
    let expiration: Moment
  }

  /// Version 1 prints epoch seconds, version 2 a date.
  private struct Moment: Decodable {
    let epoch: Double?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let seconds = try? container.decode(Double.self) {
        epoch = seconds
      } else {
        epoch = epochSeconds(iso8601: try container.decode(String.self))
      }
    }
  }
}
