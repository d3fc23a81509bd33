import AWSCredentials
import FoundationEssentials
import Platform
import Synchronization
import TokenStores

/// Gets a new token from AWS: with this program's own client, or through the AWS CLI where that is configured or needed.
/// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html
struct TokenMinter {
  let context: Context
  let askMFA: MFAPrompt?
  let credentialCache: CredentialCache?

  func token(for request: TokenRequest, deadline: Deadline) throws(TokenFailure) -> TokenEntry {
    guard request.provider == .native else { return try viaCommandLine(request, deadline) }
    do { return try viaAPI(request, deadline) } catch {
      guard Self.isCommandLineWorthAsking(after: error, request), context.hasAWSCLI else { throw error }
      do { return try viaCommandLine(request, deadline) } catch let second {
        context.trace("\(second)")
        throw error
      }
    }
  }

  private static func isCommandLineWorthAsking(after failure: TokenFailure, _ request: TokenRequest) -> Bool {
    switch failure {
    // The CLI needs no libcurl.
    case .network(let failure), .credentials(.network(let failure)): failure.kind == .noLibrary
    // A newer one may know a kind of profile that this program does not.
    case .credentials(.noCredentials): request.hasUnknownSettings
    default: false
    }
  }

  private func viaAPI(_ request: TokenRequest, _ deadline: Deadline) throws(TokenFailure) -> TokenEntry {
    let client = AWSClient(context, certificates: request.certificates)
    let credentials: Credentials
    if let cached = credentialCache?.credentials(for: request.credentialSource, at: context.clock.now()) {
      credentials = cached
    } else {
      credentials = try request.credentials(client, askMFA: askMFA, deadline: deadline)
      credentialCache?.store(credentials, for: request.credentialSource)
    }
    let repository = request.repository
    let query: [(String, String?)] = [
      ("domain", repository.domain), ("domain-owner", repository.owner), ("duration", "\(request.duration.parameter)"),
    ]
    let json = try request.call(
      TokenFailure.tokenOperation, "POST", "/v1/authorization-token", query, client, credentials, deadline: deadline)
    return try entry(from: hostName(of: request.endpoint), json, for: request, ifInvalid: .checkProxy)
  }

  /// The new token in a response of the API or the AWS CLI. Throws for an invalid response, and for an expired token.
  func entry(
    from origin: String, _ json: [UInt8], for request: TokenRequest, ifInvalid remedy: Remedy? = nil
  ) throws(TokenFailure) -> TokenEntry {
    guard let response = try? JSONDecoder().decode(Response.self, from: Data(json)),
      let expiration = response.expiration.epoch, expiration > 0, expiration < TokenEntry.lastMoment,
      TokenEntry.isToken(response.authorizationToken)
    else { throw .other("\(origin) gave an invalid response", remedy) }
    let now = context.clock.now()
    guard expiration > now else {
      throw .other("\(origin) gave a token that has already expired", .checkClock)
    }
    return TokenEntry(
      token: response.authorizationToken, expiration: expiration, mintedAt: now, key: request.key,
      identity: request.credentialSource.title)
  }

  private struct Response: Decodable {
    let authorizationToken: String
    let expiration: Moment
  }

  /// The API and version 1 of the CLI give epoch seconds, version 2 a date.
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

/// The credentials of one interactive command with several domains, since an MFA code can be used only once.
final class CredentialCache: Sendable {
  private let entries = Mutex<[(source: CredentialSource, credentials: Credentials)]>([])

  func credentials(for source: CredentialSource, at now: Double) -> Credentials? {
    entries.withLock { entries in
      entries.last { $0.source == source && $0.credentials.expiration ?? .infinity > now + 60 }?.credentials
    }
  }

  func store(_ credentials: Credentials, for source: CredentialSource) {
    entries.withLock { $0.append((source, credentials)) }
  }
}
