import AWSCredentials
import CodeArtifact
import Platform
import TokenStores

/// The sessions behind sign-ins, begun again where they have ended: each of them once.
struct Sessions {
  /// Seconds for somebody else who is signing in to the same session just now.
  private static let patience = 900.0

  private let context: Context
  private let progress: Progress
  /// The sessions that were signed in to here, so that none is tried twice.
  private var begun: Set<String> = []

  init(_ context: Context, _ progress: Progress) {
    self.context = context
    self.progress = progress
  }

  /// Sees to it that the session behind a sign-in is there, if it has one.
  mutating func open(for signIn: CredentialSource, certificates: String?) throws {
    if let session = try signIn.ssoSession(SharedConfiguration(context)) {
      try openSSO(session, certificates)
    } else if signIn.loginProfile != nil {
      try openLogin(signIn, certificates)
    }
  }

  /// Begins the session again that a failure says has ended; false when the failure says nothing of the kind.
  mutating func reopen(after failure: TokenFailure, for signIn: CredentialSource, certificates: String?) throws -> Bool
  {
    switch failure {
    case .afterSkipping(_, let failure): return try reopen(after: failure, for: signIn, certificates: certificates)
    case .credentials(.ssoRevoked), .credentials(.ssoExpired), .credentials(.notSignedIn):
      guard let session = try signIn.ssoSession(SharedConfiguration(context)), !begun.contains(session.title)
      else { return false }
      try begin(session, certificates)
      return true
    default: return false
    }
  }

  // MARK: SSO

  private mutating func openSSO(_ session: SSOSession, _ certificates: String?) throws {
    let sso = sso(session, certificates)
    guard !isOpen(sso) else { return }
    // Two terminals, one person: whoever comes second finds what the first has got.
    let lock = try progress.during("another login to \(session.title) is under way") { () throws(LockTimeout) in
      try InterProcessLock.acquire(
        "sso-" + EntryKey.digest(session.title), context,
        deadline: Deadline(Self.patience, on: context.clock), lease: .standard)
    }
    defer { withExtendedLifetime(lock) {} }
    guard !isOpen(sso) else { return }
    try begin(session, certificates)
  }

  private func isOpen(_ sso: DeviceAuthorization) -> Bool {
    progress.during("asking AWS SSO") { (try? sso.check()) != nil }
  }

  private mutating func begin(_ session: SSOSession, _ certificates: String?) throws {
    begun.insert(session.title)
    let tool = progress.during("asking the AWS CLI for its version") { AWSTool(context) }
    if let tool, tool.knows(session) { return try tool.signIn(to: session) }
    let (page, sso, progress) = (VerificationPage(context), sso(session, certificates), progress)
    try progress.during("asking AWS SSO") { () throws(CredentialFailure) in
      try sso.signIn { code in
        progress.pausing(then: "waiting for you to confirm in the browser") { page.show(code, for: session) }
      }
    }
    context.trace("signed in to \(session.title)")
  }

  private func sso(_ session: SSOSession, _ certificates: String?) -> DeviceAuthorization {
    DeviceAuthorization(context, client: AWSClient(context, certificates: certificates), session: session)
  }

  // MARK: aws login

  private mutating func openLogin(_ signIn: CredentialSource, _ certificates: String?) throws {
    guard let (profile, problem) = try loginNeeded(signIn, certificates) else { return }
    guard begun.insert("login \(profile)").inserted,
      let tool = progress.during("asking the AWS CLI for its version", { AWSTool(context) }), tool.knowsLogin
    else { throw LoginNotKnown(problem: problem, profile: profile) }
    try tool.login(profile: profile)
  }

  /// The profile whose `aws login` has ended, and what happened; nil where none has.
  private func loginNeeded(_ signIn: CredentialSource, _ certificates: String?) throws -> (
    profile: String, problem: String
  )? {
    let resolver = CredentialResolver(context, client: AWSClient(context, certificates: certificates))
    do {
      try progress.during("asking AWS Sign-In") { () throws(CredentialFailure) in try resolver.checkLogin(of: signIn) }
      return nil
    } catch {
      guard case .loginNeeded(let profile, let problem) = error else { throw error }
      return (profile, problem)
    }
  }
}

/// `aws login` is the AWS CLI's own, and an older one has not got it.
struct LoginNotKnown: Error, CustomStringConvertible {
  let problem: String
  let profile: String

  var description: String {
    "\(problem). Run: aws login --profile \(profile) (AWS CLI 2.32 or later, which is not on PATH here)"
  }
}
