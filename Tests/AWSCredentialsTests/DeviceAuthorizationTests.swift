import Platform
import Synchronization
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct DeviceAuthorizationTests {
  private static let session = SSOSession(
    name: "corp", startURL: "https://corp.awsapps.com/start", region: "eu-west-1", profile: "dev")
  private static let registered =
    #"{"clientId": "c", "clientSecret": "hunter2-client", "clientSecretExpiresAt": 1808000000}"#
  private static let started = """
    {"deviceCode": "hunter2-device", "userCode": "ABCD-EFGH", "verificationUri": "https://device.example/",
    "verificationUriComplete": "https://device.example/?user_code=ABCD-EFGH", "expiresIn": 600, "interval": 5}
    """
  private static let granted =
    #"{"accessToken": "hunter2-access", "expiresIn": 3600, "refreshToken": "hunter2-refresh", "tokenType": "Bearer"}"#

  typealias Response = Result<HTTPResponse, HTTPFailure>

  private static func refused(_ name: String) -> Response {
    .answer(400, #"{"error": "\#(name)", "error_description": "no"}"#)
  }

  /// A world whose SSO gives these answers to the question for a token, one after the other, and the last one for ever.
  private func world(
    _ answers: [Response], started: Response = .answer(200, started),
    registered: Response = .answer(200, registered),
    files: [String: String] = [:]
  ) throws -> World {
    let rest = Mutex(answers)
    return try World(
      talkative, files: files,
      http: ScriptedHTTP { request in
        if request.url.hasSuffix("/client/register") { return registered }
        if request.url.hasSuffix("/device_authorization") { return started }
        return rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
      })
  }

  private func signIn(
    _ world: World, _ session: SSOSession = session
  ) throws(CredentialFailure) -> [DeviceCode] {
    defer { #expect(!world.output.standardError.contains(secretWord)) }
    var shown: [DeviceCode] = []
    try DeviceAuthorization(AWSClient(world.context, certificates: nil), session: session).signIn { shown.append($0) }
    return shown
  }

  private func paths(_ world: World) -> [String] {
    world.http.requests.map { String($0.url.split(separator: "/").last ?? "") }
  }

  private func cache(_ world: World, _ name: String) throws -> JSONValue {
    try #require(world.content(".aws/\(name)").flatMap { JSONValue($0) })
  }

  @Test func aPersonConfirms() throws {
    let pending = Self.refused("authorization_pending")
    let world = try world([pending, pending, pending, .answer(200, Self.granted)])
    let code = DeviceCode(
      page: "https://device.example/", code: "ABCD-EFGH", pageWithCode: "https://device.example/?user_code=ABCD-EFGH")
    #expect(try signIn(world) == [code])
    #expect(world.time.sleeps == [5, 5, 5])
    #expect(paths(world) == ["register", "device_authorization", "token", "token", "token", "token"])
    let token = try cache(world, Self.session.tokenFile)
    #expect(token["accessToken"]?.text == "hunter2-access" && token["refreshToken"]?.text == "hunter2-refresh")
    #expect(token["expiresAt"]?.text == moment(15 + 3600))
    #expect(token["registrationExpiresAt"]?.text == iso8601(epochSeconds: 1_808_000_000))
    #expect(try cache(world, Self.session.registrationFile)["clientId"]?.text == "c")
  }

  @Test func whoIsKnownAlreadyIsNotBothered() throws {
    let world = try world([.answer(200, Self.granted)])
    #expect(try signIn(world).isEmpty)
    #expect(world.time.sleeps.isEmpty)
  }

  /// RFC 8628, section 3.5: five seconds more, for good.
  @Test func toldToSlowDownItSlowsDown() throws {
    let (slow, pending) = (Self.refused("slow_down"), Self.refused("authorization_pending"))
    let world = try world([pending, slow, pending, slow, .answer(200, Self.granted)])
    _ = try signIn(world)
    #expect(world.time.sleeps == [5, 10, 10, 15])
  }

  @Test(arguments: ["authorization_pending", "AuthorizationPendingException"])
  func errorsAreKnownByBothTheirNames(_ name: String) throws {
    let pending: Response = .answer(400, #"{"message": "no"}"#, headers: ["x-amzn-errortype": name])
    let world = try world([name.hasSuffix("Exception") ? pending : Self.refused(name), .answer(200, Self.granted)])
    #expect(try signIn(world).count == 1)
  }

  @Test(arguments: [Response.failing(.timeout), .failing(.unreachable), .answer(503), .answer(429)])
  func aShortBreakIsSurvived(_ answer: Response) throws {
    let world = try world(Array(repeating: answer, count: 3) + [.answer(200, Self.granted)])
    _ = try signIn(world)
    #expect(try cache(world, Self.session.tokenFile)["accessToken"]?.text == "hunter2-access")
  }

  private static let corp = "\"corp\" (profile \"dev\")"
  private static let again = "codeartifact-keyring login --profile dev"

  @Test(arguments: [
    (refused("access_denied"), ["\(corp) was denied", again]),
    (refused("expired_token"), ["was not confirmed within 10 min", corp, "10 min", again]),
    (refused("authorization_pending"), ["was not confirmed within 10 min", corp, "10 min", again]),
    (refused("unauthorized_client"), [corp, "CreateToken failed", "sso_start_url"]),
    (.answer(200, "{}"), ["invalid response, without credentials", "corp"]),
    (.failing(.tls), ["TLS"]),
  ])
  func anEndWithoutSignIn(_ answer: Response, _ words: [String]) throws {
    let world = try world([Self.refused("authorization_pending"), answer])
    let failure = try #require(#expect(throws: CredentialFailure.self) { try signIn(world) })
    for word in words { #expect("\(failure)".contains(word), "\(failure)") }
    #expect(world.time.sleeps.reduce(0, +) < 600)
    #expect(world.context.files.names(in: "\(world.home)/.aws").isEmpty, "nothing is left behind")
  }

  @Test func whatIsRegisteredIsUsedAgain() throws {
    let entry = #"{"clientId": "known", "clientSecret": "hunter2-known", "expiresAt": "\#(moment(86_400))"}"#
    let files = [".aws/\(Self.session.registrationFile)": entry]
    let world = try world([.answer(200, Self.granted)], files: files)
    _ = try signIn(world)
    #expect(paths(world) == ["device_authorization", "token"])
    #expect(try cache(world, Self.session.tokenFile)["clientId"]?.text == "known")
    #expect(world.content(".aws/\(Self.session.registrationFile)") == Array(entry.utf8))
  }

  /// One that ends within a quarter of an hour, and one that the CLI has registered for its other flow.
  @Test(arguments: [
    #"{"clientId": "known", "clientSecret": "x", "expiresAt": "\#(moment(899))"}"#,
    #"{"clientId": "known", "clientSecret": "x", "expiresAt": "\#(moment(86_400))", "grantTypes": ["authorization_code"]}"#,
  ])
  func aRegistrationThatCannotBeUsedIsReplaced(_ entry: String) throws {
    let world = try world([.answer(200, Self.granted)], files: [".aws/\(Self.session.registrationFile)": entry])
    _ = try signIn(world)
    #expect(paths(world).first == "register")
    #expect(try cache(world, Self.session.registrationFile)["clientId"]?.text == "c")
  }

  @Test func scopesAreRequestedAndSaved() throws {
    let session = SSOSession(
      name: "corp", startURL: Self.session.startURL, region: "eu-west-1", scopes: ["sso:account:access"], profile: "dev"
    )
    let world = try world([.answer(200, Self.granted)])
    _ = try signIn(world, session)
    let asked = try #require(world.http.requests.first.flatMap { JSONValue($0.body) })
    #expect(asked["scopes"] == .array([.string("sso:account:access")]))
    #expect(try cache(world, session.registrationFile)["scopes"] == asked["scopes"])
  }

  @Test(arguments: [
    "{}", #"{"deviceCode": "d", "userCode": "u", "verificationUri": "http://device.example/"}"#,
    #"{"deviceCode": "d", "userCode": "u", "verificationUri": "file:///etc/passwd"}"#, "no JSON",
  ])
  func anInvalidPageIsNotShown(_ answer: String) throws {
    let world = try world([.answer(200, Self.granted)], started: .answer(200, answer))
    let failure = #expect(throws: CredentialFailure.self) { try signIn(world) }
    #expect(failure == .responseMalformed(from: "AWS SSO", source: "SSO session \"corp\""))
  }

  /// Python's own `json.dumps` and `hashlib` made these of the same settings.
  @Test(
    arguments: [
      ("corp", nil, "a5ef4a75f83137c047e4ff336d1dade82162017b"), (nil, nil, "3a62fc7fd3ab838419eccab5b58d0124a95b510d"),
      ("corp", ["sso:account:access"], "787ef34d0a944c01385765faa28b5e67d1c08f33"),
      ("Ärzte & \"Co\" 😀\\/", ["a", "b"], "d02884557ffd94a8618284a0227480035b6311d9"),
      ("corp", [], "3185e08e1db2d8f4bd69a5e01ddd491e4ff3d9b9"),
    ] as [(String?, [String]?, String)])
  func theNameOfTheRegistrationsFile(_ name: String?, _ scopes: [String]?, _ digest: String) {
    let session = SSOSession(
      name: name, startURL: Self.session.startURL, region: "eu-west-1", scopes: scopes, profile: "dev")
    #expect(session.registrationFile == "sso/cache/\(digest).json")
  }
}
