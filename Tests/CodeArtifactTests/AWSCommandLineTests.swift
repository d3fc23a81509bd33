import AWSCredentials
import Synchronization
import TestSupport
import Testing
import TokenStores

@testable import CodeArtifact
@testable import Platform

@Suite struct AWSCommandLineTests {
  private static let repository = Repository(
    domain: "acme", owner: "111122223333", region: "us-east-1", apiEndpoint: "https://a")

  private final class Asked: Sendable {
    let requests = Mutex<[ProcessRequest]>([])
  }

  /// A user who has the AWS CLI, and no other way to AWS.
  private func world(
    _ variables: [String: String] = [:], isInstalled: Bool = true, asked: Asked = Asked(),
    _ answer: @escaping @Sendable () throws(FailureRecord) -> ProcessResult
  ) throws -> World {
    let directory = try TemporaryDirectory()
    let programs = try directory.directory("bin")
    if isInstalled { try directory.file("bin/aws", "", mode: 0o755) }
    return try World(
      ["PATH": programs, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hunter2secret"]
        .merging(variables) { $1 },
      http: ScriptedHTTP(.failing(.noLibrary)), directory: directory
    ) { request throws(FailureRecord) in
      asked.requests.withLock { $0.append(request) }
      return try answer()
    }
  }

  private func token(_ world: World, _ provider: Provider = .awsCLI) throws(TokenFailure) -> AuthorizationToken {
    var configuration = Configuration()
    configuration.provider = provider
    configuration.store = .none
    configuration.profile = world.context.environment["TEST_PROFILE"].map { ($0, "TEST_PROFILE") }
    return try TokenBroker(world.context, configuration: configuration).token(for: Self.repository)
  }

  private static func answering(_ text: String, code: Int = 0, _ errorLine: String = "") -> ProcessResult {
    ProcessResult(code: code, output: Array(text.utf8), errorLine: errorLine)
  }

  @Test(arguments: [
    ("1805384116.0", 1_805_384_116), ("1805384116", 1_805_384_116), ("\"2027-03-18T15:35:16+00:00\"", 1_805_384_116),
    ("\"2027-03-18T16:35:16.5+01:00\"", 1_805_384_116),
  ])
  func bothVersionsAreUnderstood(_ expiration: String, _ epoch: Double) throws {
    let world = try world {
      Self.answering("{\"authorizationToken\": \"tok-123\", \"expiration\": \(expiration)}\n")
    }
    let token = try token(world)
    #expect(token.value == "tok-123")
    #expect(token.expiration == epoch)
  }

  @Test func isAskedWithoutAnySecret() throws {
    let asked = Asked()
    let world = try world(asked: asked) {
      Self.answering(#"{"authorizationToken": "tok-123", "expiration": 1805384116}"#)
    }
    _ = try token(world)
    let request = try #require(asked.requests.withLock { $0.first })
    #expect(request.program == "aws")
    #expect(
      request.arguments.joined(separator: " ")
        == "codeartifact get-authorization-token --domain acme --domain-owner 111122223333 --region us-east-1 "
        + "--duration-seconds 43200 --output json")
    #expect(request.timeout <= TokenBroker.timeout)
    #expect(request.environment["AWS_CLI_AUTO_PROMPT"] == "off", "it asks nobody")
  }

  @Test func aMachineWithoutLibcurlGoesThroughIt() throws {
    let world = try world { Self.answering(#"{"authorizationToken": "tok-123", "expiration": 1805384116}"#) }
    #expect(try token(world, .native).value == "tok-123")
    #expect(world.http.requests.count == 1)
  }

  /// Without libcurl, the failure to load that is reported, with its own remedy.
  @Test(arguments: [(Provider.native, "it was scripted so"), (.awsCLI, "is not installed. Install the AWS CLI")])
  func whereItIsNotInstalledThatIsReported(_ provider: Provider, _ words: String) throws {
    let world = try world(isInstalled: false) { Self.answering("") }
    let failure = try #require(#expect(throws: TokenFailure.self) { try token(world, provider) })
    #expect("\(failure)".hasSuffix(words))
  }

  @Test(arguments: [
    "", "{}", "tok-123", "{\"authorizationToken\": \"t\"}", "{\"authorizationToken\": \"t\", \"expiration\": \"soon\"}",
    "{\"authorizationToken\": \"\", \"expiration\": 1805384116}",
    #"{"authorizationToken": "a\nb", "expiration": 1805384116}"#,
    #"{"authorizationToken": "t", "expiration": 1e300}"#, #"{"authorizationToken": "t", "expiration": -1}"#,
    #"{"authorizationToken": "t", "expiration": 1799999999}"#,
  ])
  func anInvalidResponseIsAFailure(_ text: String) throws {
    let world = try world { Self.answering(text) }
    let failure = try #require(#expect(throws: TokenFailure.self) { try token(world) })
    #expect("\(failure)".contains("aws codeartifact get-authorization-token"))
  }

  @Test func itsErrorLineIsPassedOn() throws {
    let world = try world { Self.answering("", code: 253, "Unable to locate credentials") }
    let failure = try #require(#expect(throws: TokenFailure.self) { try token(world) })
    #expect("\(failure)".contains("253") && "\(failure)".contains("Unable to locate credentials"))
    let slow = try self.world { () throws(FailureRecord) in throw FailureRecord("failed to answer within 30 s") }
    let silence = try #require(#expect(throws: TokenFailure.self) { try token(slow) })
    #expect("\(silence)".contains("30 s"))
  }

  @Test func keysOfKeyringrcAreNotForIt() throws {
    let asked = Asked()
    let world = try world(asked: asked) {
      Self.answering("{\"authorizationToken\": \"tok-123\", \"expiration\": 1805384116}")
    }
    var settings = DomainSettings()
    settings.keys = .configuredKeys(
      Credentials(accessKeyID: "AKIDOTHER", secretAccessKey: "hunter2other"), at: .file("/k/keyringrc.cfg"))
    var configuration = Configuration()
    configuration.provider = .awsCLI
    configuration.store = .none
    configuration.legacyDomains = [settings]
    let broker = TokenBroker(world.context, configuration: configuration)
    let failure = try #require(#expect(throws: TokenFailure.self) { try broker.token(for: Self.repository) })
    #expect("\(failure)".contains("~/.aws/credentials") && !"\(failure)".contains("hunter2"))
    #expect(asked.requests.withLock { $0.isEmpty }, "nobody else's token is got and kept as that of the keys")
  }
}
