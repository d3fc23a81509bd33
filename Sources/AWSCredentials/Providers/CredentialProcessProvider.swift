import Platform

/// The answer of a program of the user's choice (aws-vault, granted, saml2aws …). As with the AWS CLI, its command is taken
/// apart into words as a shell does, and no shell sees it.
/// Source: botocore's `ProcessProvider`; https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
struct CredentialProcessProvider {
  let context: ProviderContext
  let profile: String

  func credentials(command: String, source: String) throws(CredentialFailure) -> Credentials {
    guard let words = ShellWords.split(command.utf8), let program = words.first else {
      throw .processFailed(profile: profile, problem: ": a quote in its command is not closed")
    }
    let outcome: ProcessOutcome
    do {
      outcome = try context.surroundings.run(
        ProcessRequest(
          program: program, arguments: Array(words.dropFirst()),
          environment: ProcessCircle(context.surroundings.environment).adding(command, of: profile),
          timeout: min(60, context.deadline.remaining)))
    } catch { throw failed("\(error)", words) }
    guard outcome.code == 0 else {
      throw failed(
        "(exit \(outcome.code)): \(outcome.complaint.isEmpty ? "it said nothing" : outcome.complaint)", words)
    }
    guard let answer = JSONValue(outcome.output) else { throw failed(": its answer is no JSON", words) }
    guard answer["Version"]?.double == 1 else { throw failed(": its answer has not \"Version\": 1", words) }
    guard let credentials = Credentials(processAnswer: answer, token: "SessionToken") else {
      throw failed(": its answer lacks AccessKeyId or SecretAccessKey", words)
    }
    guard credentials.expiration ?? .infinity > context.now else { throw .sessionExpired(source: source) }
    return credentials
  }

  private func failed(_ problem: String, _ words: [String]) -> CredentialFailure {
    let operators = ["|", "||", "&", "&&", ";", "<", ">", ">>"]
    let isForShell = words.contains {
      operators.contains($0) || $0.hasSuffix(";") || $0.hasPrefix("~/") || $0.hasPrefix("$") || $0.hasPrefix("2>")
    }
    let advice = ". No shell runs it: for ~, $ or | write credential_process = sh -c '…'"
    return .processFailed(profile: profile, problem: problem + (isForShell ? advice : ""))
  }
}
