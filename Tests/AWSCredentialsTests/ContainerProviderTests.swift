import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct ContainerProviderTests {
  private static let endpoint = "http://169.254.170.2/v2/credentials/x?id=1"
  private static let source = "the container's role"
  private static let tokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
  private static let fileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

  private func world(
    _ variables: [String: String] = [:],
    _ answer: Result<HTTPResponse, HTTPFailure> = .answer(200, processAnswer(token: "Token"))
  ) throws -> World {
    try World(variables.merging(talkative) { $1 }, http: ScriptedHTTP(answer))
  }

  @Test func theContainersRoleIsAsked() throws {
    let world = try world()
    #expect(try world.credentials(for: .container(endpoint: Self.endpoint)) == givenCredentials())
    let request = try #require(world.http.requests.first)
    #expect(world.http.requests.count == 1)
    #expect(request.method == "GET" && request.url == Self.endpoint && request.body.isEmpty)
    #expect(request.headerLines == ["Accept: application/json"])
    #expect(request.timeout == 2 && request.connectTimeout == 2)
  }

  /// The machine's own addresses are nothing that a proxy could reach.
  @Test(arguments: [(endpoint, false), ("http://localhost:8080/x", false), ("https://vault.example/x", true)])
  func aProxyOnlySeesHTTPS(_ endpoint: String, _ mayUseProxy: Bool) throws {
    let world = try world()
    _ = try world.credentials(for: .container(endpoint: endpoint))
    #expect(world.http.requests.map(\.mayUseProxy) == [mayUseProxy])
  }

  @Test func anEndIsNotAskedFor() throws {
    let world = try world([:], .answer(200, processAnswer(token: "Token", expiration: nil)))
    #expect(try world.credentials(for: .container(endpoint: Self.endpoint)) == givenCredentials(expiration: nil))
  }

  // MARK: Who may be asked

  @Test(arguments: [
    ("https://anywhere.example/x", true), ("https://10.0.0.1/x", true), ("http://169.254.170.2/x", true),
    ("http://169.254.170.23/v1/credentials", true), ("http://[fd00:ec2::23]/v1/credentials", true),
    ("http://[fd00:ec2::23]:80/v1", true), ("http://localhost/x", true), ("http://localhost:8080/x", true),
    ("http://localhost", true), ("http://127.0.0.1/x", true), ("http://127.0.0.1:80?x", true),
    ("http://127.255.255.255/x", true), ("http://[::1]/x", true), ("http://[::1]:8080/x", true),
    ("http://user@127.0.0.1/x", true),
    ("http://anywhere.example/x", false), ("http://10.0.0.1/x", false), ("http://169.254.170.3/x", false),
    ("http://169.254.169.254/x", false), ("http://192.168.0.1", false), ("http://128.0.0.1", false),
    ("http://[fd00:ec2::24]/x", false), ("http://[::2]/x", false), ("http://[::]/x", false),
    ("http://0.0.0.0/x", false), ("http://127.0.0.256/x", false), ("http://127.1/x", false),
    ("http://127.0.0.1.evil.example/x", false), ("http://127.0.0.1@evil.example/x", false),
    ("http://169.254.170.2:80@evil.example/x", false), ("http://evil.example/@127.0.0.1", false),
    ("http://evil.example?@127.0.0.1", false), ("http://evil.example#@127.0.0.1", false),
    ("http://localhost.evil.example", false), ("http://127.0.0.evil", false), ("http://127..0.1", false),
    ("http://169.254.170.23.evil.example/x", false), ("http:///x", false), ("http://", false), ("", false),
    ("169.254.170.2/x", false), ("ftp://127.0.0.1/x", false), ("file:///etc/passwd", false), ("/v2/x", false),
  ])
  func plainHTTPStaysOnTheMachine(_ endpoint: String, _ isAllowed: Bool) throws {
    #expect(ContainerProvider.isAllowed(endpoint) == isAllowed)
    guard !isAllowed, !endpoint.isEmpty else { return }
    let world = try world([Self.tokenVariable: "hunter2"])
    let expected = CredentialFailure.machineFailed(
      Self.source, problem: "\(hostName(of: endpoint)) is not allowed: it is neither https nor loopback",
      .advice("Correct AWS_CONTAINER_CREDENTIALS_FULL_URI"))
    #expect(try world.failure(of: .container(endpoint: endpoint)) == expected)
    #expect(world.http.requests.isEmpty)
  }

  // MARK: The authorization token

  @Test(
    arguments: [
      (["AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic hunter2"], "", "Basic hunter2"),
      (["AWS_CONTAINER_AUTHORIZATION_TOKEN": " hunter2 \n"], "", "hunter2"),
      (["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": ""], "hunter2-file\n", "hunter2-file"),
      // The file is the one that is renewed.
      (
        ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hunter2"], "hunter2-file",
        "hunter2-file"
      ),
      (["AWS_CONTAINER_AUTHORIZATION_TOKEN": ""], "", nil), (["AWS_CONTAINER_AUTHORIZATION_TOKEN": " "], "", nil),
      (["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": ""], " \n", nil),
    ] as [([String: String], String, String?)])
  func theTokenIsShown(_ variables: [String: String], _ file: String, _ token: String?) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("token", file)
    let world = try World(
      variables.merging(variables[Self.fileVariable].map { _ in [Self.fileVariable: path] } ?? [:]) { $1 },
      http: ScriptedHTTP(.answer(200, processAnswer(token: "Token"))))
    _ = try world.credentials(for: .container(endpoint: Self.endpoint))
    #expect(world.http.requests.first?.header("Authorization") == token)
  }

  @Test(arguments: ["hunter2\r\nX-Evil: 1", "hunter2\nX", "hunter2\rX", "hunter2\u{0}X", "hunter2\u{7F}"])
  func aTokenOfMoreThanOneLineIsRefused(_ token: String) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("token", token)
    for variables in [[Self.tokenVariable: token], [Self.fileVariable: path]] {
      let world = try world(variables)
      let expected = CredentialFailure.machineFailed(
        Self.source, problem: "its authorization token contains a line break",
        .advice("Correct AWS_CONTAINER_AUTHORIZATION_TOKEN"))
      #expect(try world.failure(of: .container(endpoint: Self.endpoint)) == expected)
      #expect(world.http.requests.isEmpty)
    }
  }

  @Test func aMissingTokenFileIsNamed() throws {
    let world = try world([Self.fileVariable: "/nonexistent/token", Self.tokenVariable: "hunter2"])
    let failure = FileFailure("read", "/nonexistent/token", code: 2)
    #expect(
      try world.failure(of: .container(endpoint: Self.endpoint))
        == .machineFailed(
          Self.source, problem: failure.problem, .advice("Correct AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")))
    #expect(world.http.requests.isEmpty)
  }

  // MARK: Failures

  struct Refusal: CustomTestStringConvertible {
    let testDescription: String
    let answer: Result<HTTPResponse, HTTPFailure>
    let part: String
    let attempts: Int
  }

  @Test(arguments: [
    Refusal(
      testDescription: "403", answer: .answer(403, #"{"code": "AccessDenied", "message": "not you"}"#),
      part: "AccessDenied: not you", attempts: 1),
    Refusal(testDescription: "404", answer: .answer(404), part: "HTTP 404", attempts: 1),
    Refusal(testDescription: "500", answer: .answer(500), part: "unavailable", attempts: 3),
    Refusal(testDescription: "unreachable", answer: .failing(.unreachable), part: "cannot reach", attempts: 3),
    Refusal(testDescription: "timeout", answer: .failing(.timeout), part: "cannot reach", attempts: 3),
  ])
  func aRefusalIsExplained(_ given: Refusal) throws {
    let world = try world([Self.tokenVariable: "hunter2"], given.answer)
    guard case .noCredentials(let failure) = try world.failure(of: .container(endpoint: Self.endpoint)) else {
      Issue.record("failed otherwise")
      return
    }
    #expect(failure.problem.hasPrefix("no credentials from \(Self.source): "))
    #expect(failure.problem.contains(given.part), "\(failure.problem)")
    #expect(world.http.requests.count == given.attempts)
  }

  @Test(arguments: [
    "", "{}", "[]", "hunter2", #"{"AccessKeyId": "A"}"#, #"{"AccessKeyId": "A", "SecretAccessKey": ""}"#,
    #"{"AccessKeyId": "A", "SecretAccessKey": "hunter2", "Token": "hunter2\n"}"#,
    #"{"AccessKeyId": "A", "SecretAccessKey": "hunter2", "Token": 7}"#,
  ])
  func anAnswerWithoutCredentialsIsNamed(_ body: String) throws {
    #expect(
      try world([:], .answer(200, body)).failure(of: .container(endpoint: Self.endpoint))
        == .responseMalformed(from: "169.254.170.2", source: Self.source))
  }

  @Test func expiredCredentialsAreNotPassedOn() throws {
    let world = try world([:], .answer(200, processAnswer(token: "Token", expiration: moment(0))))
    #expect(try world.failure(of: .container(endpoint: Self.endpoint)) == .credentialsExpired(source: Self.source))
  }
}
