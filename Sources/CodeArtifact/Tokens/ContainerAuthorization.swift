import Platform
import TokenStores

/// A container's authorization at the endpoint of its role's credentials, which may serve many containers.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
struct ContainerAuthorization {
  private let context: Context

  init(_ context: Context) { self.context = context }

  /// A digest that identifies its holder: of a web token's subject, which stays the same when the token is renewed;
  /// otherwise of the whole authorization.
  var holder: String {
    let text = trimmed(inFile ?? context.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] ?? "")
    return EntryKey.digest(Self.subject(of: text) ?? text)
  }

  private var inFile: String? {
    guard let path = context.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
      let bytes = try? context.files.readToEnd(of: path, limit: 64 << 10)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
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
