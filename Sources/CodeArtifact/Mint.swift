import AWSCredentials
import Platform
import Synchronization

/// Gets a new token from AWS: by ourselves, or through the AWS CLI where the user says so or nothing else will do.
struct Mint {
  let surroundings: Surroundings
  let askMFA: MFAPrompt?
  let memory: CredentialMemory?

  func token(
    for request: TokenRequest, deadline: Deadline
  ) throws(TokenFailure) -> (token: String, expiration: Double) {
    let commandLine = AWSCommandLine(surroundings: surroundings)
    guard request.provider == .native else { return try commandLine.token(for: request, deadline: deadline) }
    do { return try natively(request, deadline) } catch {
      // A machine without libcurl may well have the CLI, which brings its own; and a newer CLI may know a kind of
      // profile that we do not.
      let isWorthAsking = error.isForLackOfLibrary || (error.isForLackOfCredentials && request.hasUnknownSettings)
      guard isWorthAsking, surroundings.hasAWSCLI else { throw error }
      do { return try commandLine.token(for: request, deadline: deadline) } catch let second {
        surroundings.trace("\(second)")
        throw error
      }
    }
  }

  private func natively(
    _ request: TokenRequest, _ deadline: Deadline
  ) throws(TokenFailure) -> (token: String, expiration: Double) {
    let client = AWSClient(surroundings, certificates: request.certificates)
    let credentials: Credentials
    if let remembered = memory?.credentials(for: request.signIn, at: surroundings.clock.now()) {
      credentials = remembered
    } else {
      do {
        credentials = try CredentialResolver(
          surroundings, client: client, profile: request.explicitProfile, askMFA: askMFA
        ).credentials(for: request.signIn, deadline: deadline)
      } catch { throw .credentials(error) }
      memory?.keep(credentials, for: request.signIn)
    }
    return try GetAuthorizationToken(client: client, surroundings: surroundings)
      .mint(
        for: request.repository, endpoint: request.endpoint, duration: request.duration, credentials: credentials,
        source: request.signIn.source, deadline: deadline)
  }
}

/// The credentials of one run in which a person may be asked: a code serves once, and the domains may be many.
final class CredentialMemory: Sendable {
  private let known = Mutex<[(signIn: SignIn, credentials: Credentials)]>([])

  /// What a sign-in led to, if it lasts.
  func credentials(for signIn: SignIn, at now: Double) -> Credentials? {
    known.withLock { known in
      known.last { $0.signIn == signIn && $0.credentials.expiration ?? .infinity > now + 60 }?.credentials
    }
  }

  func keep(_ credentials: Credentials, for signIn: SignIn) {
    known.withLock { $0.append((signIn, credentials)) }
  }
}
