import Crypto
import Platform

/// A session of AWS IAM Identity Center (SSO), which several profiles may share.
public struct SSOSession: Sendable, Equatable, CustomStringConvertible {
  /// The name of its `[sso-session …]` section; nil for the legacy form, in which the profile has all settings.
  public let name: String?
  /// The organisation's start page.
  public let startURL: String
  /// The region that it lives in.
  public let region: String
  /// What a client is registered for, if anything: only a session with `sso:account:access` can be renewed.
  public internal(set) var scopes: [String]?
  /// The profile that uses it.
  public let profile: String

  /// Its name in messages: two sessions with the same title share one token.
  public var title: String { name ?? startURL }

  /// The session and its profile, for messages.
  public var description: String { "AWS SSO session \"\(title)\" (profile \"\(profile)\")" }

  func signInNeeded(_ problem: String) -> CredentialFailure {
    .ssoSignInNeeded(FailureRecord(problem, remedy: .aws("sso login", profile, otherwise: .ownLogin(profile))))
  }

  /// The file, below `~/.aws`, in which the AWS CLI and the SDKs store its token. Source: botocore's `SSOTokenLoader`.
  var tokenFile: String { Self.file(title) }

  /// The file, below `~/.aws`, in which the AWS CLI stores the client that it registered.
  /// Source: `SSOTokenFetcher._registration_cache_key` of AWS CLI v2.
  var registrationFile: String {
    let scopes = scopes.map { "[\($0.map(jsonQuoted).joined(separator: ", "))]" } ?? "null"
    return Self.file(
      "{\"region\": \(jsonQuoted(region)), \"scopes\": \(scopes), \"session_name\": \(name.map(jsonQuoted) ?? "null"), "
        + "\"startUrl\": \(jsonQuoted(startURL)), \"tool\": \"botocore\"}")
  }

  private static func file(_ key: String) -> String {
    "sso/cache/\(hexadecimal(Insecure.SHA1.hash(data: Array(key.utf8)))).json"
  }
}

extension CredentialSource {
  /// The SSO session behind it; nil for every other source.
  public var ssoSession: SSOSession? {
    guard case .sso(let session, _, _) = base else { return nil }
    return session
  }

  /// The profile whose `aws login` is behind it; nil for every other source.
  public var loginProfile: String? {
    guard case .login(let profile, _) = base else { return nil }
    return profile
  }
}

extension ProviderInputs {
  /// A request to SSO's own OpenID Connect service, `oidc.<region>.amazonaws.com`; nothing there is signed.
  /// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
  func request(_ path: String, _ body: JSONValue, to session: SSOSession) throws(CredentialFailure) -> HTTPRequest {
    HTTPRequest(posting: body, to: try endpoints.endpoint(of: .oidc, region: session.region) + path)
  }
}
