import AWSCredentials
import CodeArtifact
import Platform

/// Gets tokens interactively, for any number of domains. Each session is signed in to once, and each MFA code is asked
/// for once.
struct Login {
  let context: Context
  let progress: Progress
  private let configuration: Configuration
  private let broker: TokenBroker
  /// The sessions that were signed in to by this command, so that none is tried twice.
  var started: Set<String> = []

  init(_ context: Context, _ configuration: Configuration) {
    let progress = Progress(context)
    self.context = context
    self.configuration = configuration
    self.progress = progress
    let profile = configuration.profile?.name ?? context.activeProfile
    broker = TokenBroker(context, configuration: configuration) { (serial) throws(CredentialFailure) in
      let code = progress.pausing { context.ask("MFA code for \(oneLine(serial, limit: 100)): ") }
      guard let code, !code.isEmpty else { throw .mfaNeeded(profile: profile) }
      return code
    }
  }

  /// Gets a new token for a repository's domain, and returns a line about it.
  mutating func token(for repository: Repository) throws -> String {
    let request = try TokenRequest(repository, configuration, context)
    try openSession(of: request.credentialSource, request.certificates)
    let token: AuthorizationToken
    do { token = try mint(repository) } catch {
      guard try reopenSession(of: request.credentialSource, request.certificates, after: error) else { throw error }
      token = try mint(repository)
    }
    let end = token.expiration.map { ", until \(context.clock.localTime($0))" } ?? ""
    let done = "\(repository.domainTitle): signed in with \(oneLine(request.credentialSource.title))\(end)"
    guard let place = EnvironmentToken(context).find(for: repository).token?.place else { return done }
    return "\(FailureRecord("\(done), but the token in \(place) takes precedence", remedy: place.removal))"
  }

  /// Signs in without a token, outside of a project.
  mutating func signIn() throws -> String {
    let shared = try SharedConfiguration(context)
    let source = try shared.credentialSource(profile: configuration.profile)
    guard source.ssoSession != nil || source.loginProfile != nil else {
      let option = configuration.profile.map { "--profile \(shellWord($0.name)) " } ?? ""
      throw FailureRecord(
        "no CodeArtifact source in this folder's project",
        remedy: .run("codeartifact-keyring login \(option)\(RepositoryArgument.example)"))
    }
    let certificates = TokenRequest.certificates(try shared.profile(source.profile ?? ""), context)
    try openSession(of: source, certificates)
    return "signed in with \(oneLine(source.title))"
  }

  private func mint(_ repository: Repository) throws(TokenFailure) -> AuthorizationToken {
    try progress.during("getting a token for \(repository.domain)") { () throws(TokenFailure) in
      try broker.token(for: repository, refreshing: true)
    }
  }
}
