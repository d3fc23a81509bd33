import Crypto
import FoundationEssentials
import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct LoginProviderTests {
  private static let session = "arn:aws:iam::111122223333:user/me"
  private static let source = CredentialSource.login(profile: "dev", session: session)
  private static let file = hexadecimal(SHA256.hash(data: Array(session.utf8))) + ".json"
  private static let cacheFile = ".aws/login/cache/\(file)"
  private static let url = "https://eu-west-1.signin.aws.amazon.com/v1/token"
  private static let title = #"profile "dev" (aws login)"#
  private static let expired = CredentialFailure.loginNeeded(
    profile: "dev", problem: "The aws login session of profile dev has expired")
  private static let key = P256.Signing.PrivateKey()

  private static let renewed = """
    {"accessToken": {"accessKeyId": "ASIAGIVEN", "secretAccessKey": "hunter2/secret+",
    "sessionToken": "hunter2-session=="}, "expiresIn": 900, "refreshToken": "hunter2-refresh-next",
    "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4"}
    """

  private static let old = Credentials(
    accessKeyID: "ASIAOLD", secretAccessKey: "hunter2-old", sessionToken: "hunter2-old-session")

  /// What `aws login` leaves behind; `more` replaces members of it, nil takes one away.
  private static func cache(endsIn seconds: Double, _ more: [String: JSONValue?] = [:]) throws -> String {
    var members: [String: JSONValue] = [
      "accessToken": .object([
        "accessKeyId": .string(old.accessKeyID), "secretAccessKey": .string(old.secretAccessKey),
        "sessionToken": .string("hunter2-old-session"), "accountId": .string("111122223333"),
        "expiresAt": .string(moment(seconds)),
      ]),
      "clientId": .string("arn:aws:signin:::devtools/same-device"), "refreshToken": .string("hunter2-refresh"),
      "idToken": .string("hunter2-id"), "tokenType": .string("aws_sigv4"), "dpopKey": .string(key.pemRepresentation),
      "x-of-another-tool": .number(1.5),
    ]
    for (name, value) in more { members[name] = value }
    return String(decoding: try #require(JSONValue.object(members).encoded), as: UTF8.self)
  }

  private func world(
    _ cache: String?, _ answer: Result<HTTPResponse, HTTPFailure> = .answer(200, renewed),
    _ variables: [String: String] = ["AWS_REGION": "eu-west-1"]
  ) throws -> World {
    try World(
      variables.merging(talkative) { $1 }, files: cache.map { [Self.cacheFile: $0] } ?? [:], http: ScriptedHTTP(answer))
  }

  // MARK: Renewal

  @Test(arguments: [(900.0, false), (301, false), (300, true), (11, true), (0, true), (-86_400, true)])
  func renewedInItsLastFiveMinutes(_ seconds: Double, _ isRenewed: Bool) throws {
    let cache = try Self.cache(endsIn: seconds)
    let world = try world(cache)
    let credentials = try world.credentials(for: Self.source)
    if isRenewed {
      #expect(credentials == givenCredentials(expiration: 1_800_000_900))
    } else {
      #expect(credentials.accessKeyID == "ASIAOLD" && credentials.expiration == 1_800_000_000 + seconds)
      #expect(credentials.sessionToken == "hunter2-old-session")
      #expect(world.content(Self.cacheFile) == Array(cache.utf8))
    }
    #expect(world.http.requests.map(\.url) == (isRenewed ? [Self.url] : []))
  }

  @Test func theNewCredentialsAreLeftForTheOtherTools() throws {
    let world = try world(nil)
    let path = try world.directory.file("home/\(Self.cacheFile)", try Self.cache(endsIn: 60), mode: 0o644)
    _ = try world.credentials(for: Self.source)
    let request = try #require(world.http.requests.first)
    #expect(request.method == "POST")
    #expect(request.headers.map(\.name) == ["Content-Type", "DPoP"])
    #expect(request.header("content-type") == "application/json")
    #expect(
      request.text == #"{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"refresh_token","#
        + #""refreshToken":"hunter2-refresh"}"#)
    let token = JSONValue.object([
      "accessKeyId": .string("ASIAGIVEN"), "secretAccessKey": .string("hunter2/secret+"),
      "sessionToken": .string("hunter2-session=="), "accountId": .string("111122223333"),
      "expiresAt": .string(moment(900)),
    ])
    let expected = try Self.cache(
      endsIn: 0, ["accessToken": token, "refreshToken": .string("hunter2-refresh-next")])
    #expect(world.content(Self.cacheFile).flatMap { JSONValue($0) } == JSONValue(Array(expected.utf8)))
    #expect(world.directory.mode(of: path) == 0o600)
  }

  @Test func theCacheMayLieElsewhere() throws {
    let world = try World(
      ["AWS_LOGIN_CACHE_DIRECTORY": "~/logins"], files: ["logins/\(Self.file)": try Self.cache(endsIn: 60)],
      http: ScriptedHTTP(.answer(200, Self.renewed)))
    #expect(try world.credentials(for: Self.source).accessKeyID == "ASIAGIVEN")
    let kept = try #require(world.content("logins/\(Self.file)").flatMap { JSONValue($0) })
    #expect(kept["accessToken"]?["accessKeyId"] == .string("ASIAGIVEN"))
    #expect(world.content(Self.cacheFile) == nil)
  }

  @Test func whereItLiesElsewhereTheUsualPlaceIsNotLookedAt() throws {
    let world = try world(try Self.cache(endsIn: 900), .answer(500), ["AWS_LOGIN_CACHE_DIRECTORY": "/nonexistent"])
    guard case .loginNeeded = try world.failure(of: Self.source) else {
      Issue.record("failed otherwise")
      return
    }
    #expect(world.http.requests.isEmpty)
  }

  @Test(arguments: [
    ([:], "https://us-east-1.signin.aws.amazon.com/v1/token"),
    (["AWS_REGION": "cn-north-1"], "https://cn-north-1.signin.amazonaws.cn/v1/token"),
    (["AWS_ENDPOINT_URL_SIGNIN": "http://localhost:1/"], "http://localhost:1/v1/token"),
  ])
  func whereItIsRenewed(_ variables: [String: String], _ url: String) throws {
    let world = try world(try Self.cache(endsIn: 60), .answer(200, Self.renewed), variables)
    _ = try world.credentials(for: Self.source)
    let request = try #require(world.http.requests.first)
    #expect(request.url == url)
    let proof = try Proof(try #require(request.header("DPoP")))
    #expect(proof.claims["htu"] == .string(url))
  }

  // MARK: The proof of possession

  private struct Proof {
    let head: JSONValue
    let claims: JSONValue
    let signed: String
    let signature: P256.Signing.ECDSASignature

    init(_ text: String) throws {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      try #require(parts.count == 3)
      #expect(text.utf8.allSatisfy { !"+/=".utf8.contains($0) })
      head = try #require(JSONValue(try Self.bytes(parts[0])))
      claims = try #require(JSONValue(try Self.bytes(parts[1])))
      signed = "\(parts[0]).\(parts[1])"
      signature = try P256.Signing.ECDSASignature(rawRepresentation: try Self.bytes(parts[2]))
    }

    static func bytes(_ text: String) throws -> [UInt8] {
      let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
      let plain = text.replacing("-", with: "+").replacing("_", with: "/") + padding
      return Array(try #require(Data(base64Encoded: plain)))
    }
  }

  /// The key in either of the forms that PEM has for it: PKCS #8, and SEC 1 as older OpenSSL writes it.
  private static func pem(isSEC1: Bool) -> String {
    guard isSEC1 else { return key.pemRepresentation }
    let head: [UInt8] = [0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20]
    let middle: [UInt8] = [
      0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0xA1, 0x44, 0x03, 0x42, 0x00,
    ]
    let der = head + Array(key.rawRepresentation) + middle + Array(key.publicKey.x963Representation)
    let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN EC PRIVATE KEY-----\n\(text)\n-----END EC PRIVATE KEY-----\n"
  }

  @Test(arguments: [true, false])
  func theProofIsSignedWithTheKeyOfTheSignIn(_ isSEC1: Bool) throws {
    let world = try world(try Self.cache(endsIn: 60, ["dpopKey": .string(Self.pem(isSEC1: isSEC1))]))
    _ = try world.credentials(for: Self.source)
    let proof = try Proof(try #require(world.http.requests.first?.header("DPoP")))
    #expect(proof.head["typ"] == .string("dpop+jwt") && proof.head["alg"] == .string("ES256"))
    let jwk = try #require(proof.head["jwk"])
    #expect(jwk["kty"] == .string("EC") && jwk["crv"] == .string("P-256"))
    // The private half has no place in it.
    #expect(jwk["d"] == nil)
    let point = try ["x", "y"].flatMap { try Proof.bytes(try #require(jwk[$0]?.text)) }
    #expect(point == Array(Self.key.publicKey.rawRepresentation))
    #expect(proof.claims["htm"] == .string("POST") && proof.claims["htu"] == .string(Self.url))
    #expect(proof.claims["iat"] == .integer(1_800_000_000))
    #expect(proof.claims["jti"]?.text?.count == 32)
    #expect(Self.key.publicKey.isValidSignature(proof.signature, for: Array(proof.signed.utf8)))
  }

  @Test func noTwoProofsAreTheSame() throws {
    var identifiers: Set<String> = []
    for _ in 0..<3 {
      let world = try world(try Self.cache(endsIn: 60))
      _ = try world.credentials(for: Self.source)
      let proof = try Proof(try #require(world.http.requests.first?.header("DPoP")))
      identifiers.insert(try #require(proof.claims["jti"]?.text))
    }
    #expect(identifiers.count == 3)
  }

  // MARK: Failures

  struct Failing: CustomTestStringConvertible {
    let testDescription: String
    var cache: [String: JSONValue?] = [:]
    var answer: Result<HTTPResponse, HTTPFailure> = .answer(200, renewed)
    var failure: CredentialFailure? = expired
    var requests = 1
  }

  private static let malformed = CredentialFailure.responseMalformed(from: "AWS Sign-In", source: title)

  static let failing = [
    Failing(testDescription: "no refresh token", cache: ["refreshToken": nil], requests: 0),
    Failing(testDescription: "no client", cache: ["clientId": nil], requests: 0),
    Failing(testDescription: "no key", cache: ["dpopKey": nil], requests: 0),
    Failing(testDescription: "no PEM", cache: ["dpopKey": .string("hunter2")], requests: 0),
    Failing(testDescription: "400", answer: .answer(400, #"{"error": "invalid_request", "message": "no"}"#)),
    Failing(testDescription: "401", answer: .answer(401, #"{"error": "TOKEN_EXPIRED", "message": "no"}"#)),
    Failing(testDescription: "403", answer: .answer(403, #"{"error": "USER_CREDENTIALS_CHANGED"}"#)),
    Failing(
      testDescription: "no permission",
      answer: .answer(403, #"{"error": "INSUFFICIENT_PERMISSIONS", "message": "AWS says so"}"#),
      failure: .other(
        "AWS refuses credentials to the aws login session of profile dev: AWS says so",
        .advice("Ask your administrator for the permission signin:CreateOAuth2Token"))),
    // What another host answers, or a proxy.
    Failing(testDescription: "404", answer: .answer(404, "<html>Not Found</html>"), failure: nil),
    Failing(
      testDescription: "404 of a service", answer: .answer(404, #"{"__type": "UnknownOperation"}"#), failure: nil),
    Failing(testDescription: "a page of a proxy", answer: .answer(403, "<html>Forbidden</html>"), failure: nil),
    Failing(testDescription: "out of order", answer: .answer(503), failure: nil, requests: 3),
    Failing(testDescription: "no certificate", answer: .failing(.tls), failure: nil),
    Failing(testDescription: "no JSON", answer: .answer(200, "<html>hunter2</html>"), failure: malformed),
    Failing(testDescription: "no token", answer: .answer(200, #"{"expiresIn": 900}"#), failure: malformed),
    Failing(
      testDescription: "a token of another kind", answer: .answer(200, #"{"accessToken": "hunter2", "expiresIn": 9}"#),
      failure: malformed),
    Failing(
      testDescription: "no life", answer: .answer(200, renewed.replacing(#""expiresIn": 900, "#, with: "")),
      failure: malformed),
    Failing(
      testDescription: "a life of nothing", answer: .answer(200, renewed.replacing("900", with: "0")),
      failure: malformed),
    Failing(
      testDescription: "half of the keys",
      answer: .answer(200, renewed.replacing(#""secretAccessKey": "hunter2/secret+","#, with: "")), failure: malformed),
    Failing(
      testDescription: "a session of two lines",
      answer: .answer(200, renewed.replacing("session==", with: #"\r\nX: 1"#)),
      failure: malformed),
  ]

  /// What still lives a little is good enough for one call, whatever became of its renewal.
  @Test(arguments: failing, [20.0, 10, 0])
  func whatCannotBeRenewedIsUsedToItsEnd(_ given: Failing, _ seconds: Double) throws {
    let cache = try Self.cache(endsIn: seconds, given.cache)
    let world = try world(cache, given.answer)
    if seconds > 10 {
      #expect(try world.credentials(for: Self.source).accessKeyID == "ASIAOLD")
    } else {
      let failure = try world.failure(of: Self.source)
      switch failure {
      case .network: #expect(given.failure == nil)
      case .other where given.failure == nil:
        #expect(failure.problem.hasSuffix("(credentials from \(Self.title))"))
      default: #expect(failure == given.failure)
      }
    }
    #expect(world.http.requests.count == given.requests)
    #expect(world.content(Self.cacheFile) == Array(cache.utf8))
  }

  @Test(arguments: [
    nil, "", "hunter2", "[]", "{}", #"{"accessToken": "hunter2"}"#,
    #"{"accessToken": {"accessKeyId": "A", "secretAccessKey": "hunter2"}}"#,
    #"{"accessToken": {"accessKeyId": "A", "secretAccessKey": "hunter2", "expiresAt": "tomorrow"}}"#,
    #"{"accessToken": {"accessKeyId": "A", "expiresAt": "2099-01-01T00:00:00Z"}}"#,
  ])
  func withoutASessionNothingIsRequested(_ cache: String?) throws {
    let world = try world(cache)
    let expected = CredentialFailure.loginNeeded(
      profile: "dev", problem: "You are not signed in to AWS with profile dev")
    #expect(try world.failure(of: Self.source) == expected)
    #expect(world.http.requests.isEmpty)
  }
}
