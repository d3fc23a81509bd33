import Platform

/// A role that AWS IAM Identity Center (SSO) grants, with the session of `aws sso login`.
/// Source: botocore's `SSOTokenProvider` and `SSOCredentialFetcher`.
struct SSOProvider {
  let inputs: ProviderInputs
  let session: SSOSession
  let account: String
  let role: String

  func credentials(source: String) throws(CredentialFailure) -> Credentials {
    let cache = CLICache(inputs: inputs)
    if let cached = cache.credentials(ofSSO: account, role: role, session: session) { return cached }
    let token = try SSOToken(inputs: inputs, session: session).value()
    let endpoint = try inputs.endpoints.endpoint(of: .sso, region: session.region)
    let query = "role_name=\(percentEncoded(role))&account_id=\(percentEncoded(account))"
    let request = HTTPRequest(
      method: "GET", url: "\(endpoint)/federation/credentials?\(query)",
      headers: [(name: "x-amz-sso_bearer_token", value: token)])
    let response = try inputs.call("GetRoleCredentials", request) { failure in
      switch failure.status {
      case 401: session.signInNeeded("\(session) was revoked")
      case 403, 404:
        .other(
          "Role \(role) in account \(account) is not assigned to you in SSO (profile \(session.profile)): "
            + "ask your administrator for it, or choose another",
          .aws(
            "configure sso", session.profile,
            otherwise: .edit(
              inputs.profile?.location(of: "sso_role_name") ?? .file("~/.aws/config"),
              "Correct sso_account_id or sso_role_name")))
      default: .service(failure, source: source)
      }
    }
    let credentials = Credentials(
      JSONValue(response.body)?["roleCredentials"], id: "accessKeyId", secret: "secretAccessKey", token: "sessionToken"
    ) { $0["expiration"]?.double.map { $0 / 1000 } }
    guard let credentials, credentials.sessionToken != nil else {
      throw .responseMalformed(from: "AWS SSO", source: source)
    }
    return credentials
  }
}

/// The token of an SSO session, in the file that all AWS tools share.
/// Source: botocore's `SSOTokenProvider`.
struct SSOToken {
  /// Seconds before its expiration from which a session's token is renewed.
  private static let refreshWindow = 900.0

  let inputs: ProviderInputs
  let session: SSOSession

  /// The token, renewed when it is about to expire and can be.
  func value() throws(CredentialFailure) -> String {
    guard let path = inputs.path(session.tokenFile), let cache = inputs.cached(path),
      let token = cache["accessToken"]?.text, let end = cache["expiresAt"]?.moment
    else { throw session.signInNeeded("You are not signed in to \(session)") }
    if session.name != nil, end - inputs.now < Self.refreshWindow,
      let renewed = try inputs.withLock(on: path, { () throws(CredentialFailure) in renewed(after: token, at: path) })
    {
      return renewed
    }
    guard end > inputs.now else {
      throw session.signInNeeded("\(session) has expired")
    }
    return token
  }

  /// A token to use after one that is about to expire, renewed by another process or here; nil if there is none.
  private func renewed(after token: String, at path: String) -> String? {
    guard let cache = inputs.cached(path) else { return nil }
    return another(than: token, in: cache) ?? renew(cache, at: path)
      // AWS's tools, which do not take this lock, may have renewed it meanwhile.
      ?? inputs.cached(path).flatMap { another(than: token, in: $0) }
  }

  private func another(than token: String, in cache: JSONValue) -> String? {
    guard let other = cache["accessToken"]?.text, other != token, let end = cache["expiresAt"]?.moment,
      end > inputs.now
    else { return nil }
    return other
  }

  /// A new token for the refresh token, written back for the other tools; nil when it cannot be renewed.
  private func renew(_ cache: JSONValue, at path: String) -> String? {
    guard case .object(var members) = cache, let refreshToken = cache["refreshToken"]?.text,
      let clientID = cache["clientId"]?.text, let clientSecret = cache["clientSecret"]?.text,
      let registrationEnd = cache["registrationExpiresAt"]?.moment, registrationEnd > inputs.now
    else { return nil }
    let body = JSONValue.texts([
      "clientId": clientID, "clientSecret": clientSecret, "grantType": "refresh_token", "refreshToken": refreshToken,
    ])
    guard let request = try? inputs.request("/token", body, to: session),
      let response = try? inputs.client.send("CreateToken", request, deadline: inputs.deadline),
      let answer = JSONValue(response.body),
      let token = answer["accessToken"]?.text, let seconds = answer["expiresIn"]?.double, seconds > 0
    else {
      inputs.context.trace("the SSO token could not be renewed")
      return nil
    }
    members["accessToken"] = .string(token)
    members["expiresAt"] = .string(iso8601(epochSeconds: inputs.now + seconds))
    if let next = answer["refreshToken"]?.text { members["refreshToken"] = .string(next) }
    inputs.save(.object(members), at: path)
    return token
  }
}
