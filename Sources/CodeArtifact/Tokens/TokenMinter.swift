import AWSCredentials
import FoundationEssentials
import Platform
import Synchronization
import TokenStores

/// Gets a new token from AWS: with this program's own client, or through the AWS CLI where that is configured or needed.
struct TokenMinter {
  let context: Context
  let askMFA: MFAPrompt?
  let credentialCache: CredentialCache?

  func token(
    for request: TokenRequest, deadline: Deadline
  ) throws(TokenFailure) -> (token: String, expiration: Double) {
    let commandLine = AWSCommandLine(context: context)
    guard request.provider == .native else { return try commandLine.token(for: request, deadline: deadline) }
    do { return try viaAPI(request, deadline) } catch {
      // The CLI needs no libcurl, and a newer one may know a kind of profile that this program does not.
      let isWorthAsking = error.isForLackOfLibrary || (error.isForLackOfCredentials && request.hasUnknownSettings)
      guard isWorthAsking, context.hasAWSCLI else { throw error }
      do { return try commandLine.token(for: request, deadline: deadline) } catch let second {
        context.trace("\(second)")
        throw error
      }
    }
  }

  private func viaAPI(
    _ request: TokenRequest, _ deadline: Deadline
  ) throws(TokenFailure) -> (token: String, expiration: Double) {
    let client = AWSClient(context, certificates: request.certificates)
    let credentials: Credentials
    if let cached = credentialCache?.credentials(for: request.credentialSource, at: context.clock.now()) {
      credentials = cached
    } else {
      do {
        credentials = try CredentialResolver(
          context, client: client, profile: request.explicitProfile, askMFA: askMFA
        ).credentials(for: request.credentialSource, deadline: deadline)
      } catch { throw .credentials(error) }
      credentialCache?.store(credentials, for: request.credentialSource)
    }
    return try GetAuthorizationToken(client: client, context: context)
      .mint(
        for: request.repository, endpoint: request.endpoint, duration: request.duration, credentials: credentials,
        source: request.credentialSource, deadline: deadline)
  }
}

/// The credentials of one interactive command, since an MFA code can be used only once and there may be several
/// domains.
final class CredentialCache: Sendable {
  private let entries = Mutex<[(source: CredentialSource, credentials: Credentials)]>([])

  /// The credentials of a source, if they are still valid.
  func credentials(for source: CredentialSource, at now: Double) -> Credentials? {
    entries.withLock { entries in
      entries.last { $0.source == source && $0.credentials.expiration ?? .infinity > now + 60 }?.credentials
    }
  }

  func store(_ credentials: Credentials, for source: CredentialSource) {
    entries.withLock { $0.append((source, credentials)) }
  }
}

/// The one call to CodeArtifact.
/// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html
struct GetAuthorizationToken {
  let client: AWSClient
  let context: Context

  /// A token, and its expiration as AWS gives it. `source` is where the credentials came from.
  func mint(
    for repository: Repository, endpoint: String, duration: TokenDuration, credentials: Credentials,
    source: CredentialSource, deadline: Deadline
  ) throws(TokenFailure) -> (token: String, expiration: Double) {
    let query =
      "domain=\(percentEncoded(repository.domain))&domain-owner=\(repository.owner)&duration=\(duration.parameter)"
    let request = HTTPRequest(method: "POST", url: "\(endpoint)/v1/authorization-token?\(query)")
    let response: HTTPResponse
    do {
      response = try client.send(
        "GetAuthorizationToken", request,
        signedBy: SigV4(credentials: credentials, service: "codeartifact", region: repository.region),
        deadline: deadline)
    } catch {
      throw TokenFailure(error, repository: repository, source: source)
    }
    struct Response: Decodable {
      let authorizationToken: String
      let expiration: Double
    }
    guard let answer = try? JSONDecoder().decode(Response.self, from: Data(response.body)),
      TokenEntry.isToken(answer.authorizationToken), answer.expiration > 0, answer.expiration < TokenEntry.lastMoment
    else { throw .responseMalformed(host: hostName(of: endpoint)) }
    guard answer.expiration > context.clock.now() else { throw .alreadyExpired(host: hostName(of: endpoint)) }
    return (answer.authorizationToken, answer.expiration)
  }
}
