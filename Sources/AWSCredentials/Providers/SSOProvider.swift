import Crypto
import Platform

/// A role that AWS IAM Identity Center (SSO) grants, with the sign-in that `aws sso login` left behind.
/// Source: botocore's `SSOTokenProvider` and `SSOCredentialFetcher`.
struct SSOProvider {
  /// Seconds before its end from which a session's token is renewed.
  private static let refreshWindow = 900.0

  let context: ProviderContext
  let profile: String
  let session: String?
  let startURL: String
  let region: String
  let account: String
  let role: String

  func credentials(source: String) throws(CredentialFailure) -> Credentials {
    if let cached = CLICache(context: context)
      .credentials(ofSSO: account, role: role, session: session, startURL: startURL)
    {
      return cached
    }
    let token = try accessToken()
    let endpoint = try context.endpoints.endpoint(of: .sso, region: region)
    let query = "role_name=\(percentEncoded(role))&account_id=\(percentEncoded(account))"
    let request = HTTPRequest(
      method: "GET", url: "\(endpoint)/federation/credentials?\(query)",
      headers: [(name: "x-amz-sso_bearer_token", value: token)])
    let response: HTTPResponse
    do { response = try context.call("GetRoleCredentials", request) } catch { throw failure(error, source: source) }
    let credentials = Credentials(
      JSONValue(response.body)?["roleCredentials"], id: "accessKeyId", secret: "secretAccessKey", token: "sessionToken"
    ) { $0["expiration"]?.double.map { $0 / 1000 } }
    guard let credentials, credentials.sessionToken != nil else {
      throw .answerMalformed(from: "AWS SSO", source: source)
    }
    guard credentials.expiration ?? .infinity > context.now else { throw .sessionExpired(source: source) }
    return credentials
  }

  private var name: String { session ?? startURL }

  /// The signed-in user's token, renewed when it is about to end and that is possible.
  private func accessToken() throws(CredentialFailure) -> String {
    let file = hexadecimal(Insecure.SHA1.hash(data: Array(name.utf8))) + ".json"
    guard let path = context.path("sso/cache/\(file)"), let cache = context.cached(path),
      let token = cache["accessToken"]?.text
    else { throw .notSignedIn(session: name, profile: profile) }
    guard let end = cache["expiresAt"]?.text.flatMap({ Timestamp(iso8601: $0)?.epoch }) else {
      throw .notSignedIn(session: name, profile: profile)
    }
    if session != nil, end - context.now < Self.refreshWindow, let renewed = renew(cache, at: path) { return renewed }
    guard end > context.now else { throw .ssoExpired(session: name, profile: profile) }
    return token
  }

  /// A new token for the refresh token, written back for the other tools; nil when that is not to be had.
  private func renew(_ cache: JSONValue, at path: String) -> String? {
    guard case .object(var members) = cache, let refreshToken = cache["refreshToken"]?.text,
      let clientID = cache["clientId"]?.text, let clientSecret = cache["clientSecret"]?.text,
      let registrationEnd = cache["registrationExpiresAt"]?.text.flatMap({ Timestamp(iso8601: $0)?.epoch }),
      registrationEnd > context.now
    else { return nil }
    let body = JSONValue.object([
      "clientId": .string(clientID), "clientSecret": .string(clientSecret), "grantType": .string("refresh_token"),
      "refreshToken": .string(refreshToken),
    ])
    guard let endpoint = try? context.endpoints.endpoint(of: .oidc, region: region), let bytes = body.encoded else {
      return nil
    }
    let request = HTTPRequest(
      method: "POST", url: "\(endpoint)/token", headers: [(name: "Content-Type", value: "application/json")],
      body: bytes)
    guard let response = try? context.call("CreateToken", request), let answer = JSONValue(response.body),
      let token = answer["accessToken"]?.text, let seconds = answer["expiresIn"]?.double, seconds > 0
    else {
      context.surroundings.trace("the SSO token could not be renewed")
      return nil
    }
    members["accessToken"] = .string(token)
    members["expiresAt"] = .string(Timestamp(epoch: context.now + seconds).iso8601)
    if let next = answer["refreshToken"]?.text { members["refreshToken"] = .string(next) }
    if let bytes = JSONValue.object(members).encoded {
      try? context.surroundings.files.replace(path, with: bytes, mode: 0o600)
    }
    return token
  }

  private func failure(_ failure: AWSCallFailure, source: String) -> CredentialFailure {
    switch failure {
    case .network(let failure): .network(failure)
    case .service(let failure):
      switch failure.status {
      case 401: .ssoRevoked(session: name, profile: profile)
      case 403, 404: .ssoRoleNotAssigned(role: role, account: account, profile: profile)
      default: .service(failure, source: source)
      }
    }
  }
}
