import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct WebIdentityProviderTests {
  private static let role = "arn:aws:iam::1:role/CI"
  private static let tokenFile = "~/token"

  private func source(profile: String? = "ci", file: String = tokenFile, sessionName: String? = nil) -> CredentialSource
  {
    .webIdentity(profile: profile, roleARN: Self.role, tokenFile: file, sessionName: sessionName)
  }

  private func world(
    token: String? = "hunter2.token.x", _ answers: Result<HTTPResponse, HTTPFailure> = .answer(200, stsAnswer())
  ) throws -> World {
    try World(
      ["AWS_REGION": "eu-west-1"].merging(talkative) { $1 }, files: token.map { ["token": $0] } ?? [:],
      http: ScriptedHTTP(answers))
  }

  @Test func theTokenIsTheProof() throws {
    let world = try world()
    #expect(try world.credentials(for: source(sessionName: "job/42")) == givenCredentials())
    let request = try #require(world.http.requests.first)
    #expect(world.http.requests.count == 1)
    #expect(request.method == "POST" && request.url == "https://sts.eu-west-1.amazonaws.com/")
    // No signature: whoever is here has no credentials yet.
    #expect(request.headerLines == ["Content-Type: application/x-www-form-urlencoded; charset=utf-8"])
    #expect(
      request.text
        == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2FCI"
        + "&RoleSessionName=job%2F42&WebIdentityToken=hunter2.token.x")
  }

  @Test func withoutANameTheSessionIsNamedAfterTheProgram() throws {
    let world = try world()
    _ = try world.credentials(for: source())
    #expect(world.http.requests.first?.text.contains("&RoleSessionName=codeartifact-keyring-1800000000&") == true)
  }

  @Test(arguments: ["hunter2.token.x\n", "\n  hunter2.token.x\r\n\r\n", "\thunter2.token.x "])
  func spaceAroundTheTokenIsNoPartOfIt(_ content: String) throws {
    let world = try world(token: content)
    _ = try world.credentials(for: source())
    #expect(world.http.requests.first?.text.hasSuffix("&WebIdentityToken=hunter2.token.x") == true)
  }

  @Test func theFileIsReadEachTime() throws {
    let world = try world()
    _ = try world.credentials(for: source())
    try world.directory.file("home/token", "hunter2.next")
    _ = try world.credentials(for: source(file: "\(world.home)/token"))
    #expect(world.http.requests.last?.text.hasSuffix("&WebIdentityToken=hunter2.next") == true)
  }

  @Test func aMissingFileIsNamed() throws {
    let world = try world(token: nil)
    let unreadable = FileFailure("read", "\(world.home)/token", code: 2).problem
    let expected = CredentialFailure.other(
      "\(unreadable) (the web identity token for \(Self.role), see AWS_WEB_IDENTITY_TOKEN_FILE)",
      .advice("Correct the path, or the file"))
    #expect(try world.failure(of: source()) == expected)
    #expect(world.http.requests.isEmpty)
  }

  @Test func whatIsTooLargeIsNoToken() throws {
    let world = try world(token: String(repeating: "x", count: (64 << 10) + 1))
    #expect(try world.failure(of: source()).remedy == .advice("Correct the path, or the file"))
    #expect(world.http.requests.isEmpty)
  }

  private static let rejected = "the web identity token in \(tokenFile) was not accepted for \(role): "

  @Test(arguments: ["", "\n", " \t\r\n"])
  func anEmptyFileIsNotSent(_ content: String) throws {
    let world = try world(token: content)
    #expect(try world.failure(of: source()).problem == Self.rejected + "the file is empty")
    #expect(world.http.requests.isEmpty)
  }

  @Test(arguments: [
    (400, "InvalidIdentityToken"), (400, "ExpiredTokenException"), (403, "IDPRejectedClaim"), (403, "AccessDenied"),
  ])
  func aRefusalNamesFileAndRole(_ status: Int, _ code: String) throws {
    let world = try world(.answer(status, stsError(code)))
    let failure = try world.failure(of: source())
    #expect(failure.problem.hasPrefix(Self.rejected))
    #expect(failure.problem.contains(code) && failure.problem.contains("AWS says so"))
    #expect(failure.remedy == .advice("Renew the token, or correct the role's trust policy"))
    #expect(world.http.requests.count == 1)
  }

  /// Where AWS is out of order, a new token would not help.
  @Test(arguments: [
    (500, "InternalFailure"), (503, "ServiceUnavailable"), (400, "Throttling"), (400, "RequestTimeout"),
  ])
  func anOutageIsNoRefusal(_ status: Int, _ code: String) throws {
    let world = try world(.answer(status, stsError(code)))
    let failure = try world.failure(of: source())
    #expect(failure.remedy == .advice("Try again in a minute") || code == "RequestTimeout")
    #expect(failure.problem.hasSuffix(#"(credentials from profile "ci" web identity ~/token (role \#(Self.role)))"#))
  }

  @Test func noNetworkIsNoRefusal() throws {
    guard case .network = try world(.failing(.tls)).failure(of: source()) else {
      Issue.record("failed otherwise")
      return
    }
  }

  @Test(arguments: ["", "{}", "<html>hunter2</html>", stsAnswer().replacing("hunter2-session==", with: "")])
  func anAnswerWithoutCredentialsIsNamed(_ body: String) throws {
    let title = "web identity ~/token (role \(Self.role))"
    #expect(
      try world(.answer(200, body)).failure(of: source(profile: nil)) == .responseMalformed(from: "STS", source: title)
    )
  }

  @Test func expiredCredentialsAreNotPassedOn() throws {
    let world = try world(.answer(200, stsAnswer(expiration: moment(0))))
    #expect(try world.failure(of: source()) == .credentialsExpired(source: source().title))
  }
}
