import AWSCredentials
import CodeArtifact
import FoundationEssentials
import Platform

/// The result of a real lookup and real requests: a domain, its token, and its repositories that are in use.
struct DomainStatus: Sendable {
  /// A repository's index, and the HTTP status that it returned.
  struct IndexResponse: Sendable {
    let name: String
    let url: String
    let result: Result<Int, HTTPFailure>
  }

  let repository: Repository
  /// The source of the credentials, or why there is none. No network is used.
  let credentialSource: Result<CredentialSource, TokenFailure>
  let token: Result<AuthorizationToken, TokenFailure>
  let skipped: [EnvironmentToken.Skipped]
  let indexes: [IndexResponse]

  /// Looks up the token, with a deadline for each step.
  static func probe(_ addresses: [RepositoryAddress], _ doctor: DoctorContext) -> DomainStatus? {
    guard let first = addresses.first?.repository else { return nil }
    let (context, configuration) = (doctor.context, doctor.configuration)
    let request = Result { () throws(TokenFailure) in try TokenRequest(first, configuration, context) }
    let certificates = (try? request.get().certificates) ?? TokenRequest.certificates(nil, context)
    let broker = TokenBroker(context, configuration: configuration, timeout: DoctorContext.tokenTimeout)
    let token = Result { () throws(TokenFailure) in try broker.token(for: first) }
    let indexes = addresses.compactMap { address -> IndexResponse? in
      guard let token = try? token.get(), let index = address.index, let name = address.repository.name else {
        return nil
      }
      return IndexResponse(name: name, url: index, result: Self.get(index, with: token, context.http(certificates)))
    }
    return DomainStatus(
      repository: first, credentialSource: request.map(\.credentialSource), token: token,
      skipped: EnvironmentToken(context).find(for: first).skipped, indexes: indexes)
  }

  /// Reads an index as a client does. Returns the status.
  private static func get(
    _ index: String, with token: AuthorizationToken, _ client: any HTTPClient
  ) -> Result<Int, HTTPFailure> {
    let credential = Data("\(AuthorizationToken.username):\(token.value)".utf8).base64EncodedString()
    var request = HTTPRequest(
      method: "GET", url: index, headers: [("Authorization", "Basic \(credential)"), ("Accept", "text/html")],
      connectTimeout: DoctorContext.repositoryTimeout, timeout: DoctorContext.repositoryTimeout)
    request.acceptsPartialBody = true
    return Result { () throws(HTTPFailure) in try client.send(request).status }
  }
}
