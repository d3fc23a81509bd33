import AWSCredentials
import CodeArtifact
import FoundationEssentials
import Platform

/// What comes of a real lookup and a real request: one domain, its token, and the repositories of it that are in use.
struct DomainView: Sendable {
  /// A repository's index, and what it answered.
  struct Page: Sendable {
    let name: String
    let answer: Result<Int, HTTPFailure>
  }

  let repository: Repository
  /// Where the sign-in leads, or why it leads nowhere. No network takes part in it.
  let signIn: Result<SignIn, TokenFailure>
  let token: Result<AuthorizationToken, TokenFailure>
  let passedOver: [String]
  let pages: [Page]

  /// Looks, with a deadline for each step.
  static func look(_ addresses: [RepositoryAddress], _ machine: Machine) -> DomainView? {
    guard let first = addresses.first?.repository else { return nil }
    let (surroundings, configuration) = (machine.surroundings, machine.configuration)
    let signIn = Result { () throws(TokenFailure) in try TokenRequest(first, configuration, surroundings).signIn }
    let broker = TokenBroker(surroundings, configuration: configuration, patience: Machine.tokenPatience)
    let token = Result { () throws(TokenFailure) in try broker.token(for: first) }
    var pages: [Page] = []
    if case .success(let token) = token {
      pages = addresses.compactMap { address in
        guard let index = address.index, let name = address.repository.name else { return nil }
        return Page(name: name, answer: Self.ask(index, with: token, surroundings))
      }
    }
    return DomainView(
      repository: first, signIn: signIn, token: token, passedOver: broker.uselessGivenTokens(for: first), pages: pages)
  }

  /// Reads an index as a client does. Returns the status.
  private static func ask(
    _ index: String, with token: AuthorizationToken, _ surroundings: Surroundings
  ) -> Result<Int, HTTPFailure> {
    let environment = surroundings.environment
    let certificates = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"].compactMap { environment[$0] }.first
    let client = surroundings.http(certificates.map(surroundings.directories.expand))
    let credential = Data("\(AuthorizationToken.username):\(token.value)".utf8).base64EncodedString()
    var request = HTTPRequest(
      method: "GET", url: index, headers: [("Authorization", "Basic \(credential)"), ("Accept", "text/html")],
      connectTimeout: Machine.repositoryPatience, timeout: Machine.repositoryPatience)
    request.isContentWithPart = true
    return Result { () throws(HTTPFailure) in try client.send(request).status }
  }
}
