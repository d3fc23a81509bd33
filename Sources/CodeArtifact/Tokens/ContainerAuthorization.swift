import Platform
import TokenStores

extension Context {
  /// A digest that identifies the holder of a container's authorization at the endpoint of its role's credentials, which
  /// may serve many containers: of a web token's subject, which stays the same when the token is renewed; otherwise of the
  /// whole authorization.
  /// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
  var containerAuthorizationHolder: String {
    let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].flatMap {
      try? files.readToEnd(of: $0, limit: 64 << 10)
    }
    let text = trimmed(
      file.map { String(decoding: $0, as: UTF8.self) } ?? environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] ?? "")
    return EntryKey.digest(Self.subject(of: text) ?? text)
  }

  /// The subject of a signed token in three parts. Source: RFC 7519, section 4.1.2
  private static func subject(of token: String) -> String? {
    struct Claims: Decodable {
      let iss: String?
      let sub: String
    }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let claims = WebToken.content(of: parts[1], as: Claims.self) else { return nil }
    return "\(claims.iss ?? "")\u{0}\(claims.sub)"
  }
}
