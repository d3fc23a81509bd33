import Crypto
import Platform

/// The output of a program that the profile names (aws-vault, granted …). As with the AWS CLI, no shell runs it.
/// Source: botocore's `ProcessProvider`; https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
struct CredentialProcessProvider {
  let inputs: ProviderInputs
  let profile: String

  func credentials(command: String) throws(CredentialFailure) -> Credentials {
    guard let words = ShellWords.split(command.utf8), let program = words.first else {
      throw failed("failed: a quote in its command is not closed", [])
    }
    let outcome: ProcessResult
    do {
      outcome = try inputs.context.run(
        ProcessRequest(
          program: program, arguments: Array(words.dropFirst()),
          environment: inputs.context.environment.whileRunning(command, of: profile),
          timeout: min(60, inputs.deadline.remaining)))
    } catch { throw failed(error.problem, words) }
    guard outcome.code == 0 else {
      throw failed(
        "failed (exit \(outcome.code)): \(outcome.errorLine.isEmpty ? "it wrote no error message" : outcome.errorLine)",
        words)
    }
    guard let answer = JSONValue(outcome.output) else { throw failed("failed: its output is not JSON", words) }
    guard answer["Version"]?.double == 1 else { throw failed("failed: its output has no \"Version\": 1", words) }
    guard let credentials = Credentials(processFormat: answer, token: "SessionToken") else {
      throw failed("failed: its output has no AccessKeyId or no SecretAccessKey", words)
    }
    return credentials
  }

  private func failed(_ problem: String, _ words: [String]) -> CredentialFailure {
    let operators = ["|", "||", "&", "&&", ";", "<", ">", ">>"]
    let isForShell = words.contains {
      operators.contains($0) || $0.hasSuffix(";") || $0.hasPrefix("~/") || $0.hasPrefix("$") || $0.hasPrefix("2>")
    }
    let advice = Remedy.advice("No shell runs it: for ~, $ or | write credential_process = sh -c '…'")
    return .other("credential_process of profile \(profile) \(problem)", isForShell ? advice : nil)
  }
}

/// The `credential_process` commands that are running, in a variable that they inherit: if one of them asked this
/// program for the same profile, that would be an endless loop.
extension Environment {
  private static let runningProcesses = "_CODEARTIFACT_CREDENTIAL_PROCESSES"

  /// Whether this process is one of them, or was started by one.
  public var isRunningCredentialProcess: Bool { self[Self.runningProcesses] != nil }

  /// Whether a profile's command is one of them.
  func isRunning(_ command: String, of profile: String) -> Bool {
    self[Self.runningProcesses]?.split(separator: " ").contains { $0 == Self.mark(command, profile) } ?? false
  }

  /// The variables for one more.
  func whileRunning(_ command: String, of profile: String) -> Environment {
    let marks = [self[Self.runningProcesses], Self.mark(command, profile)].compactMap { $0 }
    return Environment(all.merging([Self.runningProcesses: marks.joined(separator: " ")]) { $1 })
  }

  /// A digest, since a command may contain a secret.
  private static func mark(_ command: String, _ profile: String) -> String {
    String(hexadecimal(SHA256.hash(data: Array("\(profile)\n\(command)".utf8))).prefix(16))
  }
}
