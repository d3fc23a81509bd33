import AWSCredentials
import Platform

/// The AWS CLI on PATH, used to sign in. Versions: https://github.com/aws/aws-cli/blob/v2/CHANGELOG.rst
struct AWSTool {
  private let context: Context
  private let version: Version

  /// Runs it for its version; nil if there is no AWS CLI, or if its output has another form.
  init?(_ context: Context) {
    guard context.hasAWSCLI,
      let outcome = try? context.run(context.awsCLI(["--version"], timeout: 20)),
      outcome.code == 0
    else { return nil }
    // aws-cli/2.9.19 Python/3.11.2 Linux/6.1 …
    let word = String(decoding: outcome.output, as: UTF8.self).prefix { !$0.isWhitespace }
    guard word.hasPrefix("aws-cli/") else { return nil }
    self.context = context
    version = Version(word.dropFirst("aws-cli/".count))
  }

  /// Whether it can sign in to a session; version 1 cannot at all.
  func canSignIn(to session: SSOSession) -> Bool { version >= Version(session.name == nil ? "2" : "2.9") }

  var hasLogin: Bool { version >= Version("2.32") }

  /// Runs `aws sso login`, which talks to the person itself.
  func signIn(to session: SSOSession) throws {
    var arguments = ["sso", "login", "--profile", session.profile]
    // By default it listens on a port of this machine, which a browser on the other side of SSH cannot reach.
    if context.isRemote, version >= Version("2.22") { arguments.append("--use-device-code") }
    if context.isRemote, version >= Version("2.9") { arguments.append("--no-browser") }
    try run(arguments)
  }

  /// Runs `aws login`, which talks to the person itself.
  func login(profile: String) throws {
    try run(["login", "--profile", profile] + (context.isRemote ? ["--remote"] : []))
  }

  private func run(_ arguments: [String]) throws {
    let outcome: String
    do {
      let code = try context.runInteractively(context.awsCLI(arguments, timeout: .infinity))
      if code == 0 { return }
      outcome = "failed (exit \(code))"
    } catch { outcome = error.problem }
    throw FailureRecord(
      "\((["aws"] + arguments).joined(separator: " ")) \(outcome)",
      remedy: .advice("Fix the error that it printed, and run it again"))
  }
}

extension Context {
  /// Whether the person is connected from another machine.
  var isRemote: Bool { ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].contains { environment[$0] != nil } }
}
