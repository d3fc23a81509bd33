import Platform
import TestSupport
import Testing

@testable import CodeArtifact
@testable import TokenStores

@Suite struct TokenFailureTests {
  @Test func tokensPassedOverAreNamedWhenNothingElseAnswers() throws {
    let over = webToken("over", expiring: ManualClock().now - 1)
    let scene = try Scene(Scene.keys.merging(["CODEARTIFACT_TOKEN": over]) { $1 })
    #expect(try scene.token().value == "token-1")
    try scene.broker().removeToken(for: Scene.repository)
    scene.world.http.answer { _ in .failing(.tls) }
    let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
    #expect("\(failure)".contains("CODEARTIFACT_TOKEN") && "\(failure)".contains("expired"))
    #expect(!"\(failure)".contains(over))
  }

  struct Refusal: CustomTestStringConvertible {
    let testDescription: String
    let answer: Result<HTTPResponse, HTTPFailure>
    let parts: [String]

    init(_ name: String, _ answer: Result<HTTPResponse, HTTPFailure>, _ parts: String...) {
      (testDescription, self.answer, self.parts) = (name, answer, parts)
    }

    static func error(_ code: String, _ message: String = "AWS says so", status: Int = 400) -> Result<
      HTTPResponse, HTTPFailure
    > {
      .answer(status, "{\"message\": \"\(message)\"}", headers: ["x-amzn-errortype": code])
    }
  }

  @Test(arguments: [
    Refusal(
      "domain missing", Refusal.error("ResourceNotFoundException", status: 404), "acme", "111122223333", "us-east-1",
      "Check the repository URL"),
    Refusal(
      "denied", Refusal.error("AccessDeniedException", status: 403), "AWS says so", "AWS_ACCESS_KEY_ID",
      "codeartifact:GetAuthorizationToken"),
    Refusal(
      "denied the bearer token",
      Refusal.error("AccessDeniedException", "not authorized to perform: sts:GetServiceBearerToken", status: 403),
      "Add sts:GetServiceBearerToken"),
    Refusal("expired", Refusal.error("ExpiredTokenException", status: 403), "AWS_ACCESS_KEY_ID", "expired"),
    Refusal(
      "unknown keys", Refusal.error("UnrecognizedClientException", status: 403), "AWS_ACCESS_KEY_ID", "not valid"),
    Refusal(
      "a wrong secret", Refusal.error("InvalidSignatureException", status: 403), "AWS_ACCESS_KEY_ID",
      "secret access key"),
    Refusal(
      "something else", Refusal.error("ValidationException"), "ValidationException", "AWS says so", "AWS_ACCESS_KEY_ID"),
    Refusal("throttled", .answer(429), "throttling"), Refusal("unavailable", .answer(503, "<html>"), "unavailable"),
    Refusal("unreachable", .failing(.unreachable, host: "aws.example"), "aws.example"),
    Refusal("TLS", .failing(.tls), "AWS_CA_BUNDLE"), Refusal("proxy", .failing(.proxy), "HTTPS_PROXY"),
    Refusal("no JSON", .answer(200, "<html>hello</html>"), "codeartifact.us-east-1.amazonaws.com", "HTTPS_PROXY"),
    Refusal("nothing", .answer(200), "invalid response"),
    Refusal("no token in it", .answer(200, "{\"expiration\": 1800043200}"), "invalid response"),
    Refusal(
      "an empty token", .answer(200, "{\"authorizationToken\": \"\", \"expiration\": 1800043200}"), "invalid response"),
    Refusal(
      "two lines", .answer(200, #"{"authorizationToken": "a\nb", "expiration": 1800043200}"#), "invalid response"),
    Refusal("two words", .answer(200, #"{"authorizationToken": "a b", "expiration": 1800043200}"#), "invalid response"),
    Refusal("no expiry", .answer(200, "{\"authorizationToken\": \"t\"}"), "invalid response"),
    Refusal(
      "an expiry of text", .answer(200, "{\"authorizationToken\": \"t\", \"expiration\": \"soon\"}"), "invalid response"
    ),
    Refusal(
      "a negative expiry", .answer(200, "{\"authorizationToken\": \"t\", \"expiration\": -1}"), "invalid response"),
    Refusal(
      "an expiry in milliseconds", .answer(200, "{\"authorizationToken\": \"t\", \"expiration\": 1800043200000}"),
      "invalid response"),
  ])
  func aRefusalIsExplained(_ given: Refusal) throws {
    let scene = try Scene()
    scene.world.http.answer { _ in given.answer }
    let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
    let line = "\(failure)"
    for part in given.parts { #expect(line.contains(part), "\(line)") }
    #expect(!line.contains("\n") && !line.contains("hunter2secret"))
    #expect(scene.kernel.calls.filter { $0 == "write" }.isEmpty)
  }

  @Test func noCredentialsMeanNoRequest() throws {
    let scene = try Scene(["AWS_PROFILE": "gone"])
    let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
    #expect("\(failure)".contains("gone") && "\(failure)".contains("AWS_PROFILE"))
    #expect(scene.mintCount == 0)
  }

  @Test func aProfileOfConfigTOMLIsNamedAsSuch() throws {
    let scene = try Scene([:])
    var configuration = Configuration()
    configuration.domains = [DomainSettings(domain: "acme", profile: "gone")]
    let failure = try #require(
      #expect(throws: TokenFailure.self) {
        try scene.broker(.automatic, configuration).token(for: Scene.repository)
      })
    #expect("\(failure)".contains("gone") && "\(failure)".contains("config.toml"))
  }
}
