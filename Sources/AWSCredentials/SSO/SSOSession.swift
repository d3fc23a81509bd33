import Crypto
import Platform

/// A session of AWS IAM Identity Center (SSO), which several profiles may share.
public struct SSOSession: Sendable, Equatable {
  /// The name of its `[sso-session …]` section; nil for the legacy form, in which the profile has all settings.
  public let name: String?
  /// The organisation's start page.
  public let startURL: String
  /// The region that it lives in.
  public let region: String
  /// The scopes that a client is registered for; nil if the section has none. Only a session with `sso:account:access`
  /// can be renewed.
  public let scopes: [String]?
  /// The profile that uses it.
  public let profile: String

  /// A session with these settings.
  public init(name: String?, startURL: String, region: String, scopes: [String]? = nil, profile: String) {
    self.name = name
    self.startURL = startURL
    self.region = region
    self.scopes = scopes
    self.profile = profile
  }

  /// Its name in messages: two sessions with the same title share one token.
  public var title: String { name ?? startURL }

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
  public func ssoSession(_ configuration: SharedConfiguration) throws(CredentialFailure) -> SSOSession? {
    switch self {
    case .sso(let profile, let name, let startURL, let region, _, _):
      let section = try name.map { name throws(CredentialFailure) in try configuration.ssoSession(name) } ?? nil
      let scopes = section?["sso_registration_scopes"].map {
        $0.split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }
      }
      return SSOSession(name: name, startURL: startURL, region: region, scopes: scopes, profile: profile)
    case .assumeRole(_, let source): return try source.ssoSession(configuration)
    case .environment, .keys, .configuredKeys, .webIdentity, .login, .credentialProcess, .container, .instanceMetadata:
      return nil
    }
  }

  /// The profile whose `aws login` is behind it; nil for every other source.
  public var loginProfile: String? {
    switch self {
    case .login(let profile, _): profile
    case .assumeRole(_, let source): source.loginProfile
    case .environment, .keys, .configuredKeys, .webIdentity, .sso, .credentialProcess, .container, .instanceMetadata:
      nil
    }
  }
}

/// SSO's own OpenID Connect service, `oidc.<region>.amazonaws.com`.
/// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
struct SSOService {
  let inputs: ProviderInputs
  let region: String

  /// A request to it; nothing there is signed.
  func request(_ path: String, _ body: [String: JSONValue]) throws(CredentialFailure) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: try inputs.endpoints.endpoint(of: .oidc, region: region) + path,
      headers: [(name: "Content-Type", value: "application/json")], body: JSONValue.object(body).encoded ?? [])
  }
}
