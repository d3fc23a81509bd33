import Synchronization
import TestSupport
import Testing

@testable import AWSCredentials
@testable import Platform

@Suite struct CredentialProcessProviderTests {
  private static let source = CredentialSource.credentialProcess(
    profile: "dev", command: "vault --role 'a b' $HOME/* & | \"\"")

  private static let plain = CredentialSource.credentialProcess(profile: "dev", command: "vault")

  private static func answer(expiration: String? = moment(3600)) -> String {
    processAnswer(expiration: expiration, more: #""Version": 1, "#)
  }

  private func world(_ output: String, code: Int = 0, errorLine: String = "") throws -> World {
    try World { _ throws(FailureRecord) in
      ProcessResult(code: code, output: Array(output.utf8), errorLine: errorLine)
    }
  }

  @Test(arguments: [(30.0, 30.0), (60, 60), (600, 60), (0, 0)])
  func itRunsWithinTheTimeLeft(_ seconds: Double, _ timeout: Double) throws {
    let asked = Mutex<[ProcessRequest]>([])
    let world = try World(["AWS_VAULT_X": "1"]) { request throws(FailureRecord) in
      asked.withLock { $0.append(request) }
      return ProcessResult(code: 0, output: Array(Self.answer().utf8), errorLine: "")
    }
    #expect(try world.credentials(for: Self.source, seconds: seconds) == givenCredentials())
    let requests = asked.withLock { $0 }
    let request = try #require(requests.first)
    #expect(requests.count == 1)
    #expect(request.program == "vault")
    #expect(request.arguments == ["--role", "a b", "$HOME/*", "&", "|", ""])
    let variables = world.context.environment.all
    #expect(request.environment.all.filter { variables[$0.key] != nil } == variables)
    #expect(request.environment["AWS_VAULT_X"] == "1")
    #expect(request.timeout == timeout)
    #expect(world.http.requests.isEmpty)
  }

  /// Not even through another profile, whose program asks for the first.
  @Test func askingForTheSameProfileAgainIsALoop() throws {
    let config = "[profile dev]\ncredential_process = vault a\n[profile other]\ncredential_process = vault b\n"
    let asked = Mutex<[[String: String]]>([])
    func world(_ variables: [String: String]) throws -> World {
      try World(variables, files: [".aws/config": config]) { request throws(FailureRecord) in
        asked.withLock { $0.append(request.environment.all) }
        return ProcessResult(code: 0, output: Array(Self.answer().utf8), errorLine: "")
      }
    }
    func plan(_ profile: String, _ world: World) throws -> CredentialSource {
      try SharedConfiguration(world.context).credentialSource(profile: (profile, "x"))
    }
    func marks(_ index: Int) -> [String: String] {
      asked.withLock { $0[index].filter { $0.key == "_CODEARTIFACT_CREDENTIAL_PROCESSES" } }
    }
    let first = try world([:])
    _ = try first.credentials(for: try plan("dev", first))
    let second = try world(marks(0))
    func loop(_ profile: String, _ line: Int) -> CredentialFailure {
      let place = Location.file("~/.aws/config", line: line)
      return .other(
        "credential_process of profile \(profile) asks codeartifact-keyring for profile \(profile) again", at: place,
        .edit(place, "Name another profile in its command"))
    }
    #expect(throws: loop("dev", 2)) { try plan("dev", second) }
    _ = try second.credentials(for: try plan("other", second))
    let third = try world(marks(1))
    for (profile, line) in [("dev", 2), ("other", 4)] {
      #expect(throws: loop(profile, line)) { try plan(profile, third) }
    }
    // What the command holds is nobody else's.
    #expect(!marks(1).values.contains { $0.contains("vault") })
  }

  @Test(arguments: [
    ("a | b", true), ("~/bin/a", true), ("a; b", true), ("a $B", true), ("a 2>&1", true), ("a '~' b|c", false),
    ("a", false),
  ])
  func aCommandThatNeedsAShellIsExplained(_ command: String, _ isTold: Bool) throws {
    let source = CredentialSource.credentialProcess(profile: "dev", command: command)
    let failure = try world("", code: 2, errorLine: "no").failure(of: source)
    #expect("\(failure)".contains("credential_process = sh -c '…'") == isTold)
  }

  @Test func anOpenQuoteIsNamed() throws {
    let failure = try world("").failure(of: .credentialProcess(profile: "dev", command: "a 'b"))
    #expect("\(failure)" == "credential_process of profile dev failed: a quote in its command is not closed")
  }

  @Test func anEndIsNotAskedFor() throws {
    #expect(try world(Self.answer(expiration: nil)).credentials(for: Self.source) == givenCredentials(expiration: nil))
  }

  @Test func permanentKeysHaveNoSession() throws {
    let world = try world(#"{"Version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": "hunter2", "SessionToken": null}"#)
    #expect(
      try world.credentials(for: Self.source) == Credentials(accessKeyID: "AKIA", secretAccessKey: "hunter2"))
  }

  @Test(arguments: [moment(3600), "2027-01-15T10:30:00+01:30", "2027-01-15T09:00:00.000Z"])
  func theFormsOfAnEnd(_ end: String) throws {
    #expect(try world(Self.answer(expiration: end)).credentials(for: Self.source).expiration == 1_800_003_600)
  }

  @Test(arguments: [moment(0), moment(-1), "2020-01-01T00:00:00+00:00"])
  func expiredCredentialsAreNotPassedOn(_ end: String) throws {
    #expect(
      try world(Self.answer(expiration: end)).failure(of: Self.source)
        == .credentialsExpired(source: #"credential_process of profile "dev""#))
  }

  @Test(arguments: [
    (3, "no such vault", "credential_process of profile dev failed (exit 3): no such vault"),
    (127, "", "credential_process of profile dev failed (exit 127): it wrote no error message"),
    (137, "", "credential_process of profile dev failed (exit 137): it wrote no error message"),
  ])
  func itsExitCodeCounts(_ code: Int, _ errorLine: String, _ line: String) throws {
    // A good answer does not make up for it.
    #expect("\(try world(Self.answer(), code: code, errorLine: errorLine).failure(of: Self.plain))" == line)
  }

  @Test func complaintsOfASuccessAreNoFailure() throws {
    let world = try world(Self.answer(), errorLine: "a new version is out")
    #expect(try world.credentials(for: Self.source) == givenCredentials())
  }

  @Test(arguments: [
    (FailureRecord("failed to start: no shell"), "to start: no shell"),
    (FailureRecord("failed to answer within 30 s"), "to answer within 30 s"),
    (FailureRecord("failed with too much output"), "with too much output"),
  ])
  func whyItGaveNoAnswer(_ failure: FailureRecord, _ words: String) throws {
    let world = try World { _ throws(FailureRecord) in throw failure }
    #expect("\(try world.failure(of: Self.plain))" == "credential_process of profile dev failed \(words)")
  }

  @Test(arguments: [
    ("", "its output is not JSON"), ("hunter2", "its output is not JSON"),
    (#"{"Version": 1,"#, "its output is not JSON"),
    ("[]", #"its output has no "Version": 1"#), ("null", #"its output has no "Version": 1"#),
    (processAnswer(), #"its output has no "Version": 1"#),
    (processAnswer(more: #""Version": 2, "#), #"its output has no "Version": 1"#),
    (processAnswer(more: #""Version": "1", "#), #"its output has no "Version": 1"#),
    (processAnswer(more: #""Version": null, "#), #"its output has no "Version": 1"#),
    (#"{"Version": 1}"#, "its output has no AccessKeyId or no SecretAccessKey"),
    (#"{"Version": 1, "AccessKeyId": "AKIA"}"#, "its output has no AccessKeyId or no SecretAccessKey"),
    (#"{"Version": 1, "SecretAccessKey": "hunter2"}"#, "its output has no AccessKeyId or no SecretAccessKey"),
    (
      #"{"Version": 1, "AccessKeyId": "", "SecretAccessKey": "hunter2"}"#,
      "its output has no AccessKeyId or no SecretAccessKey"
    ),
    (
      #"{"Version": 1, "AccessKeyId": 7, "SecretAccessKey": "hunter2"}"#,
      "its output has no AccessKeyId or no SecretAccessKey"
    ),
    // What goes into a header must be one line.
    (
      answer().replacing("hunter2-session==", with: #"hunter2\r\nX-Evil: 1"#),
      "its output has no AccessKeyId or no SecretAccessKey"
    ),
  ])
  func anUnfitAnswerIsExplained(_ output: String, _ problem: String) throws {
    #expect(
      "\(try world(output).failure(of: Self.plain))" == "credential_process of profile dev failed: \(problem)")
  }
}
