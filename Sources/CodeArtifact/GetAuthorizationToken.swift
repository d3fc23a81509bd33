import AWSCredentials
import FoundationEssentials
import Platform
import TokenStores

/// The one call to CodeArtifact.
/// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html
struct GetAuthorizationToken {
  let client: AWSClient
  let surroundings: Surroundings

  /// A token and when AWS says it ends. `source` says where the credentials came from.
  func mint(
    for repository: Repository, endpoint: String, duration: TokenDuration, credentials: Credentials, source: String,
    deadline: Deadline
  ) throws(TokenFailure) -> (token: String, expiration: Double) {
    let query =
      "domain=\(percentEncoded(repository.domain))&domain-owner=\(repository.owner)&duration=\(duration.parameter)"
    let request = HTTPRequest(method: "POST", url: "\(endpoint)/v1/authorization-token?\(query)")
    let response: HTTPResponse
    do {
      response = try client.send(
        "GetAuthorizationToken", request, service: "codeartifact", region: repository.region,
        credentials: credentials, deadline: deadline)
    } catch {
      throw TokenFailure(error, repository: repository, source: source)
    }
    struct Answer: Decodable {
      let authorizationToken: String
      let expiration: Double
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)),
      TokenEntry.isToken(answer.authorizationToken), answer.expiration > 0, answer.expiration < TokenEntry.lastMoment
    else { throw .answerMalformed(host: hostName(of: endpoint)) }
    guard answer.expiration > surroundings.clock.now() else { throw .endedAlready(host: hostName(of: endpoint)) }
    return (answer.authorizationToken, answer.expiration)
  }
}
