import Platform

/// The token of an SSO session, in the file that all AWS tools share.
/// Source: botocore's `SSOTokenProvider`.
struct SSOToken {
  /// Seconds before its expiration from which a session's token is renewed.
  private static let refreshWindow = 900.0

  let inputs: ProviderInputs
  let session: SSOSession

  /// The token, renewed when it is about to expire and can be.
  func value() throws(CredentialFailure) -> String {
    let hasCLI = inputs.context.hasAWSCLI
    guard let path = inputs.path(session.tokenFile), let cache = inputs.cached(path),
      let token = cache["accessToken"]?.text, let end = Self.moment(cache["expiresAt"])
    else { throw .notSignedIn(session: session.title, profile: session.profile, hasCLI: hasCLI) }
    if session.name != nil, end - inputs.now < Self.refreshWindow,
      let renewed = try inputs.withLock(on: path, { () throws(CredentialFailure) in renewed(after: token, at: path) })
    {
      return renewed
    }
    guard end > inputs.now else {
      throw .ssoExpired(session: session.title, profile: session.profile, hasCLI: hasCLI)
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
    guard let other = cache["accessToken"]?.text, other != token, let end = Self.moment(cache["expiresAt"]),
      end > inputs.now
    else { return nil }
    return other
  }

  /// A new token for the refresh token, written back for the other tools; nil when it cannot be renewed.
  private func renew(_ cache: JSONValue, at path: String) -> String? {
    guard case .object(var members) = cache, let refreshToken = cache["refreshToken"]?.text,
      let clientID = cache["clientId"]?.text, let clientSecret = cache["clientSecret"]?.text,
      let registrationEnd = Self.moment(cache["registrationExpiresAt"]), registrationEnd > inputs.now
    else { return nil }
    let body: [String: JSONValue] = [
      "clientId": .string(clientID), "clientSecret": .string(clientSecret), "grantType": .string("refresh_token"),
      "refreshToken": .string(refreshToken),
    ]
    guard let request = try? SSOService(inputs: inputs, region: session.region).request("/token", body),
      let response = try? inputs.call("CreateToken", request), let answer = JSONValue(response.body),
      let token = answer["accessToken"]?.text, let seconds = answer["expiresIn"]?.double, seconds > 0
    else {
      inputs.context.trace("the SSO token could not be renewed")
      return nil
    }
    members["accessToken"] = .string(token)
    members["expiresAt"] = .string(Timestamp(epoch: inputs.now + seconds).iso8601)
    if let next = answer["refreshToken"]?.text { members["refreshToken"] = .string(next) }
    inputs.save(.object(members), at: path)
    return token
  }

  /// The moment that a member of a cache file names.
  static func moment(_ member: JSONValue?) -> Double? {
    member?.text.flatMap { Timestamp(iso8601: $0)?.epoch }
  }
}
