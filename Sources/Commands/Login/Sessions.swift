import AWSCredentials
import CodeArtifact
import Platform
import TokenStores

/// The sessions behind AWS credentials. Each expired one is signed in to at most once.
extension Login {
  /// Seconds to wait for another process that signs in to the same session.
  private static let timeout = 900.0

  /// Signs in to the session behind a source, if it has one that is expired or missing.
  mutating func openSession(of source: CredentialSource, _ certificates: Certificates?) throws {
    if let session = source.ssoSession {
      try openSSO(session, certificates)
    } else if source.loginProfile != nil {
      try openLogin(source, certificates)
    }
  }

  /// Signs in again after a failure of the session; false for any other failure.
  mutating func reopenSession(of source: CredentialSource, _ certificates: Certificates?, after failure: TokenFailure)
    throws -> Bool
  {
    switch failure {
    case .afterSkipping(_, let failure): return try reopenSession(of: source, certificates, after: failure)
    case .credentials(.ssoSignInNeeded):
      guard let session = source.ssoSession, !started.contains(session.title) else { return false }
      try begin(session, certificates)
      return true
    default: return false
    }
  }

  // MARK: SSO

  private mutating func openSSO(_ session: SSOSession, _ certificates: Certificates?) throws {
    let sso = sso(session, certificates)
    guard !isOpen(sso) else { return }
    // If two terminals sign in at the same time, the second uses the session of the first.
    let lock = try progress.during("another login to \(session.title) is in progress") { () throws(FailureRecord) in
      try InterProcessLock.acquire(
        "sso-" + EntryKey.digest(session.title), context,
        deadline: Deadline(Self.timeout, on: context.clock), lease: .standard)
    }
    defer { withExtendedLifetime(lock) {} }
    guard !isOpen(sso) else { return }
    try begin(session, certificates)
  }

  private func isOpen(_ sso: DeviceAuthorization) -> Bool {
    progress.during("asking AWS SSO") { (try? sso.check()) != nil }
  }

  private mutating func begin(_ session: SSOSession, _ certificates: Certificates?) throws {
    started.insert(session.title)
    let tool = progress.during("asking the AWS CLI for its version") { AWSTool(self.context) }
    if let tool, tool.canSignIn(to: session) { return try tool.signIn(to: session) }
    let (context, sso, progress) = (context, sso(session, certificates), progress)
    try progress.during("asking AWS SSO") { () throws(CredentialFailure) in
      try sso.signIn { code in
        progress.pausing(then: "waiting for you to confirm in the browser") { context.show(code, for: session) }
      }
    }
    context.trace("signed in to \(session.title)")
  }

  private func sso(_ session: SSOSession, _ certificates: Certificates?) -> DeviceAuthorization {
    DeviceAuthorization(AWSClient(context, certificates: certificates), session: session)
  }

  // MARK: aws login

  private mutating func openLogin(_ source: CredentialSource, _ certificates: Certificates?) throws {
    let client = AWSClient(context, certificates: certificates)
    do {
      try progress.during("asking AWS Sign-In") { () throws(CredentialFailure) in try client.checkLogin(of: source) }
    } catch {
      guard case .loginNeeded(let failure) = error, let profile = source.loginProfile else { throw error }
      guard let tool = progress.during("asking the AWS CLI for its version", { AWSTool(context) }), tool.hasLogin
      else {
        throw FailureRecord(failure.problem, remedy: .installAWSLogin(profile))
      }
      guard started.insert("login \(profile)").inserted else { throw error }
      try tool.login(profile: profile)
    }
  }
}
