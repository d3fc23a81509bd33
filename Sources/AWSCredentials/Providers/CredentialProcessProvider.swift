import Platform

/// The answer of a program of the user's choice (aws-vault, granted, saml2aws …), run by the shell.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
struct CredentialProcessProvider {
  let context: ProviderContext
  let profile: String

  func credentials(command: String, source: String) throws(CredentialFailure) -> Credentials {
    let outcome: ProcessOutcome
    do {
      outcome = try context.surroundings.run(
        ProcessRequest(
          program: "/bin/sh", arguments: ["-c", command], environment: context.surroundings.environment,
          timeout: min(60, context.deadline.remaining)))
    } catch { throw .processFailed(profile: profile, problem: "\(error)") }
    guard outcome.code == 0 else {
      let words = outcome.complaint.isEmpty ? "it said nothing" : outcome.complaint
      throw .processFailed(profile: profile, problem: "(exit \(outcome.code)): \(words)")
    }
    guard let answer = JSONValue(outcome.output) else {
      throw .processFailed(profile: profile, problem: ": its answer is no JSON")
    }
    guard answer["Version"]?.double == 1 else {
      throw .processFailed(profile: profile, problem: ": its answer has not \"Version\": 1")
    }
    guard let credentials = Credentials(processAnswer: answer, token: "SessionToken") else {
      throw .processFailed(profile: profile, problem: ": its answer lacks AccessKeyId or SecretAccessKey")
    }
    guard credentials.expiration ?? .infinity > context.now else { throw .sessionExpired(source: source) }
    return credentials
  }
}
