import Crypto
import FoundationEssentials
import Platform

/// The session of `aws login`: credentials of 15 minutes, renewed with a proof of possession (DPoP).
/// Source: botocore's `LoginCredentialFetcher`; RFC 9449.
struct LoginProvider {
  /// Seconds before their expiration from which the credentials are renewed.
  private static let refreshWindow = 300.0

  let inputs: ProviderInputs
  let profile: String
  let session: String

  func credentials(source: String) throws(CredentialFailure) -> Credentials {
    let file = hexadecimal(SHA256.hash(data: Array(session.utf8))) + ".json"
    let environment = inputs.context.environment
    let directory = environment["AWS_LOGIN_CACHE_DIRECTORY"]
      .map { inputs.context.directories.expand($0, variables: environment) }
    guard let path = directory.map({ "\($0)/\(file)" }) ?? inputs.path("login/cache/\(file)"),
      let cache = inputs.cached(path), let cached = credentials(in: cache), let end = cached.expiration
    else { throw .loginNeeded(profile: profile, problem: "You are not signed in to AWS with profile \(profile)") }
    if end - inputs.now > Self.refreshWindow { return cached }
    do {
      return try inputs.withLock(on: path) { () throws(CredentialFailure) in
        if let fresh = fresh(at: path) { return fresh }
        return try renew(inputs.cached(path) ?? cache, at: path, source: source)
      }
    } catch {
      // The AWS CLI, which does not take this lock, may have renewed it meanwhile.
      if let fresh = fresh(at: path) { return fresh }
      // Enough for the single call that follows.
      guard end - inputs.now > 10 else { throw error }
      return cached
    }
  }

  private func fresh(at path: String) -> Credentials? {
    guard let credentials = inputs.cached(path).flatMap(credentials(in:)), let end = credentials.expiration,
      end - inputs.now > Self.refreshWindow
    else { return nil }
    return credentials
  }

  private func credentials(in cache: JSONValue) -> Credentials? {
    Credentials(cache["accessToken"], id: "accessKeyId", secret: "secretAccessKey", token: "sessionToken") {
      $0["expiresAt"]?.moment
    }
  }

  private func renew(_ cache: JSONValue, at path: String, source: String) throws(CredentialFailure) -> Credentials {
    let expired = CredentialFailure.loginNeeded(
      profile: profile, problem: "The aws login session of profile \(profile) has expired")
    guard case .object(var members) = cache, let refreshToken = cache["refreshToken"]?.text,
      let clientID = cache["clientId"]?.text, let pem = cache["dpopKey"]?.string,
      let key = try? P256.Signing.PrivateKey(pemRepresentation: pem)
    else { throw expired }
    let url = try inputs.endpoints.endpoint(of: .signIn, region: inputs.region ?? "us-east-1") + "/v1/token"
    let body = JSONValue.texts([
      "clientId": clientID, "grantType": "refresh_token", "refreshToken": refreshToken,
    ])
    guard let proof = proofOfPossession(of: key, for: url) else { throw expired }
    var request = HTTPRequest(posting: body, to: url)
    request.headers.append((name: "DPoP", value: proof))
    let response = try inputs.call("CreateOAuth2Token", request) { failure in
      // Signing in again does not help without the permission.
      if failure.detail == "INSUFFICIENT_PERMISSIONS", !failure.isTransient {
        return .other(
          "AWS refuses credentials to the aws login session of profile \(profile): \(failure.message)",
          .advice("Ask your administrator for the permission signin:CreateOAuth2Token"))
      }
      // A response without an error code is not from AWS Sign-In; it may be from a proxy.
      let isFromProxy = (failure.detail.isEmpty && failure.code.isEmpty) || failure.status == 404
      return failure.isTransient || isFromProxy ? .service(failure, source: source) : expired
    }
    guard let answer = JSONValue(response.body), case .object(var token)? = answer["accessToken"],
      let seconds = answer["expiresIn"]?.double, seconds > 0
    else { throw .responseMalformed(from: "AWS Sign-In", source: source) }
    token["expiresAt"] = .string(iso8601(epochSeconds: inputs.now + seconds))
    token["accountId"] = cache["accessToken"]?["accountId"]
    members["accessToken"] = .object(token)
    if let next = answer["refreshToken"]?.text { members["refreshToken"] = .string(next) }
    let renewed = JSONValue.object(members)
    guard let credentials = credentials(in: renewed) else {
      throw .responseMalformed(from: "AWS Sign-In", source: source)
    }
    inputs.save(renewed, at: path)
    return credentials
  }

  /// A DPoP proof: a small token, signed with the key that the session is bound to. Source: RFC 9449, section 4.
  private func proofOfPossession(of key: P256.Signing.PrivateKey, for url: String) -> String? {
    let point = Array(key.publicKey.rawRepresentation)
    let jwk = JSONValue.texts([
      "kty": "EC", "crv": "P-256", "x": base64URL(point.prefix(32)), "y": base64URL(point.suffix(32)),
    ])
    let head = JSONValue.object(["typ": .string("dpop+jwt"), "alg": .string("ES256"), "jwk": jwk])
    let claims = JSONValue.object([
      "htm": .string("POST"), "htu": .string(url), "iat": .integer(Int64(inputs.now)),
      "jti": .string(hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255) })),
    ])
    guard let first = head.encoded, let second = claims.encoded else { return nil }
    let input = "\(base64URL(first)).\(base64URL(second))"
    guard let signature = try? key.signature(for: Array(input.utf8)) else { return nil }
    return "\(input).\(base64URL(Array(signature.rawRepresentation)))"
  }

  private func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
