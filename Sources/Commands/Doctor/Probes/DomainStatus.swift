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

/// A repository in use, and the URL of its index.
struct RepositoryAddress: Sendable, Equatable {
  /// The largest number of domains that are checked.
  private static let limit = 8

  let repository: Repository
  /// Nil where only a host is known.
  let index: String?

  init?(_ url: String, _ configuration: Configuration) {
    let parts = URLParts(url)
    // The setting for a proxy is chosen by the scheme, which is compared as it is written.
    let bare = parts.prefix.lowercased() + parts.bare.dropFirst(parts.prefix.count)
    guard case .repository(let repository) = Repository.recognise(bare, mapped: configuration.hosts) else { return nil }
    self.repository = repository
    guard repository.name != nil, bare.contains("://") else {
      index = nil
      return
    }
    var base = String(bare.prefix { !"?#".contains($0) })
    while base.hasSuffix("/") { base.removeLast() }
    index = base.hasSuffix("/simple") ? "\(base)/" : "\(base)/simple/"
  }

  /// The repositories that URLs name, each one once, by domain.
  static func byDomain(_ urls: [String], _ configuration: Configuration) -> [[RepositoryAddress]] {
    var domains: [[RepositoryAddress]] = []
    for address in urls.compactMap({ RepositoryAddress($0, configuration) }).prefix(Self.limit * 4) {
      let place = domains.firstIndex { $0.first?.repository.isInDomain(of: address.repository) ?? false }
      if let place { domains[place].append(address) } else { domains.append([address]) }
    }
    return domains.prefix(Self.limit).map { $0.distinct { $0.repository.name == $1.repository.name } }
  }
}
