import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct SSOProviderTests {
  private static let startURL = "https://corp.awsapps.com/start"
  private static let tokenFile = cacheFile("sso/cache", sha1: "corp")
  private static let legacyTokenFile = cacheFile("sso/cache", sha1: startURL)
  private static let portal = "https://portal.sso.eu-west-1.amazonaws.com"
  private static let oidc = "https://oidc.eu-west-1.amazonaws.com"
  private static let title = #"profile "dev" (SSO session "corp")"#

  /// The end of the credentials is in milliseconds here.
  private static let roleCredentials = """
    {"roleCredentials": {"accessKeyId": "ASIAGIVEN", "secretAccessKey": "hunter2/secret+",
    "sessionToken": "hunter2-session==", "expiration": 1800003600000}}
    """

  private static let renewed = """
    {"accessToken": "hunter2-next", "expiresIn": 3600, "refreshToken": "hunter2-refresh-next", "tokenType": "Bearer"}
    """

  private func source(session: String? = "corp") -> CredentialSource {
    .sso(
      profile: "dev", session: session, startURL: Self.startURL, region: "eu-west-1", account: "111122223333",
      role: "Dev+Ops")
  }

  /// What `aws sso login` leaves behind; `more` replaces members of it, nil takes one away.
  private static func token(endsIn seconds: Double, _ more: [String: JSONValue?] = [:]) throws -> String {
    var members: [String: JSONValue] = [
      "startUrl": .string(startURL), "region": .string("eu-west-1"), "accessToken": .string("hunter2-access"),
      "expiresAt": .string(moment(seconds)), "clientId": .string("hunter2-client"),
      "clientSecret": .string("hunter2-client-secret"), "registrationExpiresAt": .string(moment(86_400)),
      "refreshToken": .string("hunter2-refresh"), "x-of-another-tool": .array([.integer(1), .null]),
    ]
    for (name, value) in more { members[name] = value }
    return String(decoding: try #require(JSONValue.object(members).encoded), as: UTF8.self)
  }

  private func world(
    _ files: [String: String], oidc: Result<HTTPResponse, HTTPFailure> = .answer(200, renewed),
    portal: Result<HTTPResponse, HTTPFailure> = .answer(200, roleCredentials)
  ) throws -> World {
    try World(talkative, files: files, http: ScriptedHTTP { $0.url.hasPrefix(Self.oidc) ? oidc : portal })
  }

  private func paths(_ world: World) -> [String] {
    world.http.requests.map { String($0.url.prefix { $0 != "?" }) }
  }

  @Test func theCommandIsTheCLIsWhereThatIs() throws {
    let world = try world([:])
    let failure = try world.failure(of: source())
    #expect("\(world.context.choosingRemedy(of: failure))".hasSuffix("Run: codeartifact-keyring login --profile dev"))
    try world.directory.file("bin/aws", "", mode: 0o755)
    #expect("\(world.context.choosingRemedy(of: failure))".hasSuffix("Run: aws sso login --profile dev"))
  }

  // MARK: A sign-in that lasts

  @Test func aRoleIsGranted() throws {
    let token = try Self.token(endsIn: 3600)
    let world = try world([Self.tokenFile: token])
    #expect(try world.credentials(for: source()) == givenCredentials())
    let request = try #require(world.http.requests.first)
    #expect(world.http.requests.count == 1)
    #expect(request.method == "GET" && request.body.isEmpty)
    #expect(
      request.url == "\(Self.portal)/federation/credentials?role_name=Dev%2BOps&account_id=111122223333")
    #expect(request.headerLines == ["x-amz-sso_bearer_token: hunter2-access"])
    #expect(world.content(Self.tokenFile) == Array(token.utf8))
  }

  /// Before `sso-session` sections there were, the token was kept under the start URL and could not be renewed.
  @Test(arguments: [3600.0, 600, 1])
  func theLegacyFormIsNeverRenewed(_ seconds: Double) throws {
    let world = try world([Self.legacyTokenFile: try Self.token(endsIn: seconds)])
    #expect(try world.credentials(for: source(session: nil)) == givenCredentials())
    #expect(paths(world) == ["\(Self.portal)/federation/credentials"])
  }

  @Test func theOldFormOfAnEndIsRead() throws {
    let end = moment(60).replacing("Z", with: "UTC")
    let world = try world([Self.legacyTokenFile: try Self.token(endsIn: 0, ["expiresAt": .string(end)])])
    #expect(try world.credentials(for: source(session: nil)) == givenCredentials())
  }

  // MARK: Renewal

  @Test(arguments: [(901.0, false), (900, false), (899, true), (1, true), (0, true), (-86_400, true)])
  func renewedInItsLastQuarterOfAnHour(_ seconds: Double, _ isRenewed: Bool) throws {
    let world = try world([Self.tokenFile: try Self.token(endsIn: seconds)])
    #expect(try world.credentials(for: source()) == givenCredentials())
    let rest = ["\(Self.portal)/federation/credentials"]
    #expect(paths(world) == (isRenewed ? ["\(Self.oidc)/token"] + rest : rest))
    #expect(
      world.http.requests.last?.headerLines == [
        "x-amz-sso_bearer_token: \(isRenewed ? "hunter2-next" : "hunter2-access")"
      ])
  }

  @Test func theNewTokenIsLeftForTheOtherTools() throws {
    let world = try world([:])
    let path = try world.directory.file("home/\(Self.tokenFile)", try Self.token(endsIn: 60), mode: 0o644)
    _ = try world.credentials(for: source())
    let request = try #require(world.http.requests.first)
    #expect(request.method == "POST" && request.url == "\(Self.oidc)/token")
    #expect(request.headerLines == ["Content-Type: application/json"])
    #expect(
      request.text == #"{"clientId":"hunter2-client","clientSecret":"hunter2-client-secret","#
        + #""grantType":"refresh_token","refreshToken":"hunter2-refresh"}"#)
    let expected = try Self.token(
      endsIn: 3600, ["accessToken": .string("hunter2-next"), "refreshToken": .string("hunter2-refresh-next")])
    #expect(world.content(Self.tokenFile).flatMap { JSONValue($0) } == JSONValue(Array(expected.utf8)))
    #expect(world.directory.mode(of: path) == 0o600)
  }

  @Test func theOldRefreshTokenStaysWhereNoneIsGiven() throws {
    let world = try world(
      [Self.tokenFile: try Self.token(endsIn: 60)],
      oidc: .answer(200, #"{"accessToken": "hunter2-next", "expiresIn": 60}"#))
    _ = try world.credentials(for: source())
    let kept = try #require(world.content(Self.tokenFile).flatMap { JSONValue($0) })
    #expect(kept["refreshToken"] == .string("hunter2-refresh") && kept["expiresAt"] == .string(moment(60)))
  }

  struct Failing: CustomTestStringConvertible {
    let testDescription: String
    var without: String?
    var registrationEnds = 86_400.0
    var answer: Result<HTTPResponse, HTTPFailure> = .answer(200, renewed)
    var requests = 0
  }

  static let failing = [
    Failing(testDescription: "no refresh token", without: "refreshToken"),
    Failing(testDescription: "no client", without: "clientId"),
    Failing(testDescription: "no client secret", without: "clientSecret"),
    Failing(testDescription: "no end of the registration", without: "registrationExpiresAt"),
    Failing(testDescription: "the registration has expired", registrationEnds: 0),
    Failing(testDescription: "refused", answer: .answer(400, #"{"error": "invalid_grant"}"#), requests: 1),
    Failing(testDescription: "revoked", answer: .answer(401, #"{"error": "invalid_client"}"#), requests: 1),
    Failing(testDescription: "out of order", answer: .answer(503), requests: 3),
    Failing(testDescription: "unreachable", answer: .failing(.unreachable), requests: 3),
    Failing(testDescription: "no certificate", answer: .failing(.tls), requests: 1),
    Failing(testDescription: "no JSON", answer: .answer(200, "<html>hunter2</html>"), requests: 1),
    Failing(testDescription: "no token", answer: .answer(200, #"{"expiresIn": 60}"#), requests: 1),
    Failing(
      testDescription: "an empty token", answer: .answer(200, #"{"accessToken": "", "expiresIn": 1}"#), requests: 1),
    Failing(
      testDescription: "a token of two lines", answer: .answer(200, #"{"accessToken": "a\r\nb", "expiresIn": 60}"#),
      requests: 1),
    Failing(testDescription: "no life", answer: .answer(200, #"{"accessToken": "hunter2"}"#), requests: 1),
    Failing(
      testDescription: "a life of nothing", answer: .answer(200, #"{"accessToken": "hunter2", "expiresIn": 0}"#),
      requests: 1),
    Failing(
      testDescription: "a life in words", answer: .answer(200, #"{"accessToken": "hunter2", "expiresIn": "60"}"#),
      requests: 1),
  ]

  /// A token that still lives is good enough, whatever became of its successor; one that does not is not.
  @Test(arguments: failing, [60.0, 0])
  func whatCannotBeRenewedIsUsedToItsEnd(_ given: Failing, _ seconds: Double) throws {
    var members: [String: JSONValue?] = ["registrationExpiresAt": .string(moment(given.registrationEnds))]
    if let name = given.without { members[name] = .some(nil) }
    let token = try Self.token(endsIn: seconds, members)
    let world = try world([Self.tokenFile: token], oidc: given.answer)
    if seconds > 0 {
      #expect(try world.credentials(for: source()) == givenCredentials())
      #expect(world.http.requests.last?.header("x-amz-sso_bearer_token") == "hunter2-access")
    } else {
      #expect(try world.failure(of: source()) == Self.signIn(#"AWS SSO session "corp" (profile "dev") has expired"#))
    }
    #expect(paths(world).filter { $0 == "\(Self.oidc)/token" }.count == given.requests)
    #expect(world.content(Self.tokenFile) == Array(token.utf8))
  }

  @Test func theLegacyFormExpires() throws {
    let world = try world([Self.legacyTokenFile: try Self.token(endsIn: 0)])
    #expect(
      try world.failure(of: source(session: nil))
        == Self.signIn(#"AWS SSO session "\#(Self.startURL)" (profile "dev") has expired"#))
    #expect(world.http.requests.isEmpty)
  }

  // MARK: No sign-in

  @Test(arguments: [
    nil, "", "hunter2", "[]", "{}", #"{"accessToken": "hunter2"}"#, #"{"expiresAt": "2099-01-01T00:00:00Z"}"#,
    #"{"accessToken": "", "expiresAt": "2099-01-01T00:00:00Z"}"#,
    #"{"accessToken": 7, "expiresAt": "2099-01-01T00:00:00Z"}"#,
    #"{"accessToken": "hunter2\r\nX-Evil: 1", "expiresAt": "2099-01-01T00:00:00Z"}"#,
    #"{"accessToken": "hunter2", "expiresAt": "tomorrow"}"#, #"{"accessToken": "hunter2", "expiresAt": 1900000000}"#,
  ])
  func withoutASessionNothingIsRequested(_ content: String?) throws {
    let files = content.map { [Self.tokenFile: $0, Self.legacyTokenFile: $0] } ?? [:]
    let world = try world(files)
    let start = "You are not signed in to AWS SSO session"
    #expect(try world.failure(of: source()) == Self.signIn(start + #" "corp" (profile "dev")"#))
    #expect(
      try world.failure(of: source(session: nil)) == Self.signIn(start + #" "\#(Self.startURL)" (profile "dev")"#))
    #expect(world.http.requests.isEmpty)
  }

  // MARK: What the portal says

  private static let notAssigned = CredentialFailure.other(
    FailureRecord(
      #"Role Dev+Ops in account 111122223333 is not assigned to you in SSO (profile dev): "#
        + "ask your administrator for it, or choose another",
      remedy: .withAWSCLI(
        .run("aws configure sso --profile dev"),
        otherwise: .edit(.file("~/.aws/config"), "Correct sso_account_id or sso_role_name"))))

  private static func signIn(_ problem: String) -> CredentialFailure {
    .ssoSignInNeeded(
      FailureRecord(
        problem,
        remedy: .withAWSCLI(
          .run("aws sso login --profile dev"), otherwise: .run("codeartifact-keyring login --profile dev"))))
  }

  @Test(arguments: [
    (401, signIn(#"AWS SSO session "corp" (profile "dev") was revoked"#)), (403, notAssigned), (404, notAssigned),
  ])
  func aRefusalIsExplained(_ status: Int, _ failure: CredentialFailure) throws {
    let world = try world(
      [Self.tokenFile: try Self.token(endsIn: 3600)], portal: .answer(status, #"{"message": "No access"}"#))
    #expect(try world.failure(of: source()) == failure)
    #expect(world.http.requests.count == 1)
  }

  @Test(arguments: [(400, "InvalidRequestException", 1), (429, "TooManyRequestsException", 7), (503, "x", 3)])
  func otherRefusalsNameTheSource(_ status: Int, _ code: String, _ requests: Int) throws {
    let world = try world(
      [Self.tokenFile: try Self.token(endsIn: 3600)],
      portal: .answer(status, #"{"message": "AWS says so"}"#, headers: ["x-amzn-errortype": code]))
    let problem = try world.failure(of: source()).problem
    #expect(problem.contains(status == 429 ? "throttling" : code))
    #expect(problem.hasSuffix("(credentials from \(Self.title))"))
    #expect(world.http.requests.count == requests)
  }

  @Test func noNetworkIsSaid() throws {
    let world = try world([Self.tokenFile: try Self.token(endsIn: 3600)], portal: .failing(.proxy))
    guard case .network = try world.failure(of: source()) else {
      Issue.record("failed otherwise")
      return
    }
  }

  @Test(arguments: [
    "", "hunter2", "{}", #"{"roleCredentials": null}"#, #"{"roleCredentials": {"accessKeyId": "A"}}"#,
    #"{"roleCredentials": {"accessKeyId": "A", "secretAccessKey": "hunter2"}}"#,
    #"{"roleCredentials": {"accessKeyId": "A", "secretAccessKey": "hunter2", "sessionToken": "hunter2\n"}}"#,
    #"{"roleCredentials": {"accessKeyId": "", "secretAccessKey": "hunter2", "sessionToken": "hunter2"}}"#,
  ])
  func anAnswerWithoutCredentialsIsNamed(_ body: String) throws {
    let world = try world([Self.tokenFile: try Self.token(endsIn: 3600)], portal: .answer(200, body))
    #expect(try world.failure(of: source()) == .responseMalformed(from: "AWS SSO", source: Self.title))
  }

  @Test func expiredCredentialsAreNotPassedOn() throws {
    let ended = Self.roleCredentials.replacing("1800003600000", with: "1800000000000")
    let world = try world([Self.tokenFile: try Self.token(endsIn: 3600)], portal: .answer(200, ended))
    #expect(try world.failure(of: source()) == .credentialsExpired(source: Self.title))
  }

  // MARK: What the AWS CLI has cached

  @Test(arguments: [
    ("corp", #"{"accountId":"111122223333","roleName":"Dev+Ops","sessionName":"corp"}"#),
    (nil, #"{"accountId":"111122223333","roleName":"Dev+Ops","startUrl":"https://corp.awsapps.com/start"}"#),
  ])
  func theCLIsCredentialsAreShared(_ session: String?, _ key: String) throws {
    let world = try world([
      cacheFile("cli/cache", sha1: key): #"{"ProviderType": "sso", "Credentials": \#(processAnswer())}"#
    ])
    #expect(try world.credentials(for: source(session: session)) == givenCredentials())
    #expect(world.http.requests.isEmpty)
  }

  @Test func credentialsThatAreAboutToExpireAreReplaced() throws {
    let key = #"{"accountId":"111122223333","roleName":"Dev+Ops","sessionName":"corp"}"#
    let cached = processAnswer(expiration: moment(60)).replacing("ASIAGIVEN", with: "ASIAOLD")
    let world = try world([
      Self.tokenFile: try Self.token(endsIn: 3600), cacheFile("cli/cache", sha1: key): #"{"Credentials": \#(cached)}"#,
    ])
    #expect(try world.credentials(for: source()).accessKeyID == "ASIAGIVEN")
    #expect(world.http.requests.count == 1)
  }
}
