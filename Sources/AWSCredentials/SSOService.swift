import Platform

/// SSO's own OpenID Connect service, `oidc.<region>.amazonaws.com`.
/// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
struct SSOService {
  let context: ProviderContext
  let region: String

  /// A request to it; nothing there is signed.
  func request(_ path: String, _ body: [String: JSONValue]) throws(CredentialFailure) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: try context.endpoints.endpoint(of: .oidc, region: region) + path,
      headers: [(name: "Content-Type", value: "application/json")], body: JSONValue.object(body).encoded ?? [])
  }
}
