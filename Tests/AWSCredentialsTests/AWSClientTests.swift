import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct AWSClientTests {
  private static let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "hunter2secret")
  private static let request = HTTPRequest(method: "POST", url: "https://codeartifact.us-east-1.amazonaws.com/v1/x")

  private func send(_ world: World, seconds: Double = 30) throws(AWSCallFailure) -> HTTPResponse {
    try AWSClient(world.context, certificates: nil).send(
      "GetAuthorizationToken", Self.request,
      signedBy: SigV4(credentials: Self.credentials, service: "codeartifact", region: "us-east-1"),
      deadline: Deadline(seconds, on: world.context.clock))
  }

  private func failure(_ world: World, seconds: Double = 30) throws -> AWSServiceFailure {
    let failure = #expect(throws: AWSCallFailure.self) { try send(world, seconds: seconds) }
    guard case .service(let service)? = failure else {
      Issue.record("failed otherwise")
      throw try #require(failure)
    }
    return service
  }

  @Test(arguments: [200, 201, 204, 299])
  func successIsHandedBack(_ status: Int) throws {
    let world = try World(http: ScriptedHTTP(.answer(status, "body")))
    #expect(try send(world).body == Array("body".utf8))
    #expect(world.http.requests.count == 1)
    #expect(world.time.sleeps.isEmpty)
    #expect(
      world.http.requests.first?.header("authorization")?.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") == true)
  }

  struct Retry: CustomTestStringConvertible {
    let testDescription: String
    let answer: Result<HTTPResponse, HTTPFailure>
    /// Nil for as many as the deadline allows.
    let attempts: Int?
  }

  @Test(arguments: [
    Retry(testDescription: "500", answer: .answer(500), attempts: 3),
    Retry(testDescription: "502", answer: .answer(502, "<html>Bad Gateway</html>"), attempts: 3),
    Retry(testDescription: "503", answer: .answer(503), attempts: 3),
    Retry(testDescription: "504", answer: .answer(504), attempts: 3),
    Retry(testDescription: "429", answer: .answer(429), attempts: nil),
    Retry(testDescription: "Throttling", answer: .answer(400, #"{"__type": "ThrottlingException"}"#), attempts: nil),
    Retry(testDescription: "Throttled", answer: .answer(400, #"{"__type": "ThrottledException"}"#), attempts: nil),
    Retry(testDescription: "too many", answer: .answer(400, #"{"__type": "TooManyRequestsException"}"#), attempts: nil),
    Retry(testDescription: "limit", answer: .answer(400, #"{"__type": "RequestLimitExceeded"}"#), attempts: nil),
    Retry(testDescription: "slow down", answer: .answer(400, #"{"__type": "SlowDown"}"#), attempts: nil),
    Retry(
      testDescription: "request timeout", answer: .answer(400, #"{"__type": "RequestTimeoutException"}"#), attempts: 3),
    Retry(
      testDescription: "the identity provider is not reached", answer: .answer(400, stsError("IDPCommunicationError")),
      attempts: 3),
    Retry(testDescription: "unreachable", answer: .failing(.unreachable), attempts: 3),
    Retry(testDescription: "timeout", answer: .failing(.timeout), attempts: 3),
    Retry(testDescription: "malformed", answer: .failing(.malformed), attempts: 3),
    Retry(testDescription: "TLS", answer: .failing(.tls), attempts: 1),
    Retry(testDescription: "proxy", answer: .failing(.proxy), attempts: 1),
    Retry(testDescription: "no libcurl", answer: .failing(.noLibrary), attempts: 1),
    Retry(testDescription: "301", answer: .answer(301), attempts: 1),
    Retry(testDescription: "400", answer: .answer(400, #"{"__type": "ValidationException"}"#), attempts: 1),
    Retry(testDescription: "401", answer: .answer(401), attempts: 1),
    Retry(testDescription: "403", answer: .answer(403, #"{"__type": "AccessDeniedException"}"#), attempts: 1),
    Retry(testDescription: "404", answer: .answer(404), attempts: 1),
    Retry(testDescription: "409", answer: .answer(409), attempts: 1),
    Retry(testDescription: "501", answer: .answer(501), attempts: 1),
  ])
  func attempts(_ given: Retry) throws {
    let world = try World(http: ScriptedHTTP(given.answer))
    #expect(throws: AWSCallFailure.self) { try send(world) }
    // Half of 1 s, then half of 2 s, and so on: the random number of these worlds is a half.
    let pauses = [0.5, 1, 2, 4, 8, 10]
    #expect(world.time.sleeps == Array(pauses.prefix(given.attempts.map { $0 - 1 } ?? pauses.count)))
    #expect(world.http.requests.count == world.time.sleeps.count + 1)
    #expect(world.time.sleeps.reduce(0, +) < 30)
  }

  @Test func aRetryMaySucceed() throws {
    let world = try World(http: ScriptedHTTP(.answer(503), .failing(.timeout), .answer(200, "ok")))
    #expect(try send(world).body == Array("ok".utf8))
    #expect(world.http.requests.count == 3)
    // Each attempt is signed for its own moment.
    #expect(Set(world.http.requests.map { $0.header("authorization") }).count > 1)
  }

  /// The pause that is asked for comes on top of the usual half a second, and has its limit.
  @Test(arguments: [
    ("2", 2.5), ("0.25", 0.75), ("5", 5.5), ("60", 5.5), ("inf", 5.5), ("-3", 0.5), ("nan", 0.5), ("", 0.5),
    ("Sun, 22 Nov 2026 21:48:36 GMT", 0.5),
  ])
  func retryAfterIsHonouredWithinLimits(_ value: String, _ pause: Double) throws {
    let world = try World(http: ScriptedHTTP(.answer(429, headers: ["retry-after": value])))
    _ = try failure(world)
    #expect(world.time.sleeps.first == pause)
    #expect(world.time.sleeps.allSatisfy { $0 >= 0 })
    #expect(world.time.sleeps.reduce(0, +) < 30)
  }

  @Test(arguments: [(0.4, 1), (0.6, 2), (1.4, 2), (1.6, 3)])
  func neverSleepsPastTheDeadline(_ seconds: Double, _ attempts: Int) throws {
    let world = try World(http: ScriptedHTTP(.answer(503)))
    #expect(try failure(world, seconds: seconds).attempts == attempts)
    #expect(world.time.sleeps.reduce(0, +) < seconds)
  }

  @Test func oneAttemptHasNoMoreTimeThanIsLeft() throws {
    let time = ManualClock()
    let http = ScriptedHTTP { _ in
      time.advance(4)
      return .failing(.timeout)
    }
    let world = try World(time: time, http: http)
    #expect(throws: AWSCallFailure.self) { try send(world, seconds: 9) }
    #expect(http.requests.map(\.timeout) == [9, 4.5])
    #expect(http.requests.map(\.connectTimeout) == [5, 4.5])
  }

  // MARK: The clock

  /// `offset` is by how much AWS's clock is ahead.
  private func skewed(_ offset: Double, code: String = "InvalidSignatureException", forEver: Bool = false)
    -> ScriptedHTTP
  {
    let refusal = Result.answer(
      403, "{\"__type\": \"\(code)\"}", headers: ["date": Self.httpDate(ManualClock().now + offset)])
    return forEver ? ScriptedHTTP(refusal) : ScriptedHTTP(refusal, .answer(200))
  }

  /// The two dates of the tests below as a Date header has them.
  private static func httpDate(_ epoch: Double) -> String {
    let text = Array(compactISO8601(epochSeconds: epoch))
    func part(_ range: Range<Int>) -> String { String(text[range]) }
    return "Fri, \(part(6..<8)) Jan \(part(0..<4)) \(part(9..<11)):\(part(11..<13)):\(part(13..<15)) GMT"
  }

  @Test(
    arguments: [900, -900, 86_400],
    ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired"])
  func aWrongClockIsCorrectedOnce(_ offset: Double, _ code: String) throws {
    let world = try World(http: skewed(offset, code: code))
    #expect(try send(world).status == 200)
    let dates = world.http.requests.map { $0.header("x-amz-date") }
    #expect(dates == [0, offset].map { compactISO8601(epochSeconds: world.time.now + $0) })
    #expect(world.time.sleeps.allSatisfy { $0 == 0 })
  }

  @Test func aClockThatStaysWrongIsNotCorrectedAgain() throws {
    let world = try World(http: skewed(900, forEver: true))
    let failure = try failure(world)
    #expect(failure.clockOffset == 900)
    #expect(failure.isSignatureRejection)
    #expect(world.http.requests.count == 2)
  }

  @Test(arguments: [0, 200, -200])
  func aClockThatIsRightIsNotCorrected(_ offset: Double) throws {
    let world = try World(http: skewed(offset))
    #expect(try failure(world).clockOffset == Int(offset))
    #expect(world.http.requests.count == 1)
  }

  @Test func withoutADateThereIsNothingToCorrect() throws {
    let world = try World(http: ScriptedHTTP(.answer(403, #"{"__type": "InvalidSignatureException"}"#)))
    #expect(try failure(world).clockOffset == nil)
    #expect(world.http.requests.count == 1)
  }

  @Test func anotherErrorDoesNotCorrectTheClock() throws {
    let world = try World(http: skewed(900, code: "AccessDeniedException"))
    #expect(try failure(world).code == "AccessDeniedException")
    #expect(world.http.requests.count == 1)
  }

  // MARK: What an error says

  struct Body: CustomTestStringConvertible {
    let testDescription: String
    let body: String
    var headers: [String: String] = [:]
    let code: String
    let message: String
  }

  @Test(arguments: [
    Body(
      testDescription: "a header", body: #"{"message": "m"}"#, headers: ["x-amzn-errortype": "AccessDeniedException"],
      code: "AccessDeniedException", message: "m"),
    Body(
      testDescription: "a header with an address", body: "{}",
      headers: ["x-amzn-errortype": "ValidationException:http://internal.amazon.com/coral/"],
      code: "ValidationException", message: ""),
    Body(
      testDescription: "the header before the body", body: #"{"__type": "Other"}"#,
      headers: ["x-amzn-errortype": "First"], code: "First", message: ""),
    Body(
      testDescription: "__type", body: #"{"__type": "ExpiredTokenException", "message": "m"}"#,
      code: "ExpiredTokenException", message: "m"),
    Body(
      testDescription: "__type with a prefix", body: #"{"__type": "com.amazon.coral.service#Name", "Message": "M"}"#,
      code: "Name", message: "M"),
    Body(
      testDescription: "__type in its longest form", body: #"{"__type": "com.a#Name:http://x"}"#, code: "Name",
      message: ""),
    Body(testDescription: "code", body: #"{"code": "Name", "message": "m"}"#, code: "Name", message: "m"),
    Body(
      testDescription: "XML",
      body:
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>a &lt;b&gt; &amp;amp; c</Message></Error></ErrorResponse>",
      code: "AccessDenied", message: "a <b> &amp; c"),
    Body(testDescription: "HTML", body: "<html><body>no</body></html>", code: "", message: ""),
    Body(testDescription: "nothing", body: "", code: "", message: ""),
    Body(testDescription: "a JSON text", body: #""no""#, code: "", message: ""),
    Body(
      testDescription: "members of other kinds", body: #"{"__type": 1, "code": "N", "message": "m", "error": {}}"#,
      code: "N", message: "m"),
    Body(
      testDescription: "control characters", body: #"{"__type": "N", "message": "a\nb\u001b[31m"}"#, code: "N",
      message: "a b [31m"),
    Body(testDescription: "noise", body: "\u{0}\u{1}", code: "", message: ""),
  ])
  func errors(_ given: Body) throws {
    let world = try World(http: ScriptedHTTP(.answer(403, given.body, headers: given.headers)))
    let failure = try failure(world)
    #expect(failure.code == given.code)
    #expect(failure.message == given.message)
    #expect(failure.status == 403)
    #expect(failure.host == "codeartifact.us-east-1.amazonaws.com")
    #expect(failure.attempts == 1)
    #expect(!"\(failure)".contains("\n"))
  }

  @Test func aLongMessageHasAnEnd() throws {
    let body = "{\"__type\": \"N\", \"message\": \"\(String(repeating: "x", count: 100_000))\"}"
    let world = try World(http: ScriptedHTTP(.answer(400, body)))
    #expect("\(try failure(world))".count < 400)
  }

  @Test(arguments: [(429, "throttling"), (503, "unavailable"), (400, "HTTP 400")])
  func aLineForAPerson(_ status: Int, _ part: String) throws {
    let world = try World(http: ScriptedHTTP(.answer(status)))
    #expect("\(try failure(world))".contains(part))
  }
}
