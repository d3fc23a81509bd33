import Platform
import Synchronization
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct AssumeRoleProviderTests {
  private static let arn = "arn:aws:iam::1:role/R"
  private static let serial = "arn:aws:iam::1:mfa/me"
  private static let base = CredentialSource.keys(
    profile: "base", Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "hunter2/base"))
  private static let withMFA = AssumedRole(profile: "dev", roleARN: arn, mfaSerial: serial)

  private func world(
    _ files: [String: String] = [:], _ answer: Result<HTTPResponse, HTTPFailure> = .answer(200, stsAnswer())
  ) throws -> World {
    try World(talkative, files: files, http: ScriptedHTTP(answer))
  }

  private func source(_ role: AssumedRole) -> CredentialSource { .assumeRole(role, source: Self.base) }

  /// A person at the terminal, who counts how often they are asked.
  private final class Person: Sendable {
    private let asked = Mutex<[String]>([])
    private let answer: Result<String, CredentialFailure>

    init(_ answer: Result<String, CredentialFailure> = .success("123456")) { self.answer = answer }

    var serials: [String] { asked.withLock { $0 } }

    var prompt: MFAPrompt {
      { serial throws(CredentialFailure) in
        self.asked.withLock { $0.append(serial) }
        return try self.answer.get()
      }
    }
  }

  // MARK: What the AWS CLI has cached

  struct Key: CustomTestStringConvertible {
    let testDescription: String
    let role: AssumedRole
    /// As botocore's `json.dumps(…, sort_keys=True)` writes it.
    let json: String
  }

  static let keys = [
    Key(
      testDescription: "nothing but the role", role: AssumedRole(profile: "dev", roleARN: arn),
      json: #"{"RoleArn": "arn:aws:iam::1:role/R"}"#),
    Key(
      testDescription: "MFA", role: withMFA,
      json: #"{"RoleArn": "arn:aws:iam::1:role/R", "SerialNumber": "arn:aws:iam::1:mfa/me"}"#),
    Key(
      testDescription: "everything",
      role: AssumedRole(
        profile: "dev", roleARN: arn, externalID: "e/x=1", mfaSerial: serial, duration: 900, sessionName: "me@home"),
      json: #"{"DurationSeconds": 900, "ExternalId": "e/x=1", "RoleArn": "arn:aws:iam::1:role/R", "#
        + #""RoleSessionName": "me@home", "SerialNumber": "arn:aws:iam::1:mfa/me"}"#),
    Key(
      testDescription: "quotes", role: AssumedRole(profile: "dev", roleARN: arn, externalID: #"a"b\c"#),
      json: #"{"ExternalId": "a\"b\\c", "RoleArn": "arn:aws:iam::1:role/R"}"#),
    Key(
      testDescription: "not ASCII", role: AssumedRole(profile: "dev", roleARN: arn, externalID: "ü😀\u{7F}"),
      json: #"{"ExternalId": "\u00fc\ud83d\ude00\u007f", "RoleArn": "arn:aws:iam::1:role/R"}"#),
  ]

  @Test(arguments: keys)
  func theCLIsCredentialsSpareAPrompt(_ given: Key) throws {
    let cached = #"{"Credentials": \#(processAnswer()), "AssumedRoleUser": {}, "ProviderType": "assume-role"}"#
    let file = cacheFile("cli/cache", sha1: given.json)
    let world = try world([file: cached])
    let person = Person()
    #expect(try world.credentials(for: source(given.role), askMFA: person.prompt) == givenCredentials())
    #expect(person.serials.isEmpty && world.http.requests.isEmpty)
    // They are the CLI's: only read.
    #expect(world.content(file) == Array(cached.utf8))
  }

  @Test func theCLIsCachedCredentialsNeedNoPrompt() throws {
    let world = try world([cacheFile("cli/cache", sha1: Self.keys[1].json): #"{"Credentials": \#(processAnswer())}"#])
    // Nor the source, which has none to give in this world.
    let source = CredentialSource.assumeRole(Self.withMFA, source: .credentialProcess(profile: "base", command: "x"))
    #expect(try world.credentials(for: source) == givenCredentials())
  }

  @Test(arguments: [(61.0, true), (60, false), (0, false), (-1, false)])
  func credentialsThatAreAboutToExpireAreReplaced(_ seconds: Double, _ isUsed: Bool) throws {
    let cached = processAnswer(expiration: moment(seconds)).replacing("ASIAGIVEN", with: "ASIAOLD")
    let world = try world([cacheFile("cli/cache", sha1: Self.keys[0].json): #"{"Credentials": \#(cached)}"#])
    let credentials = try world.credentials(for: source(AssumedRole(profile: "dev", roleARN: Self.arn)))
    #expect(credentials.accessKeyID == (isUsed ? "ASIAOLD" : "ASIAGIVEN"))
    #expect(world.http.requests.count == (isUsed ? 0 : 1))
  }

  @Test(arguments: [
    "", "hunter2", "[]", "{}", #"{"Credentials": null}"#, #"{"Credentials": \#(processAnswer(expiration: nil))}"#,
    #"{"Credentials": \#(processAnswer(expiration: "tomorrow"))}"#, processAnswer(),
    #"{"Credentials": \#(processAnswer().replacing("SecretAccessKey", with: "Secret"))}"#,
    #"{"Credentials": \#(processAnswer().replacing("hunter2-session==", with: #"hunter2\n"#))}"#,
  ])
  func anUnfitCacheIsPassedOver(_ content: String) throws {
    let world = try world([cacheFile("cli/cache", sha1: Self.keys[0].json): content])
    let role = AssumedRole(profile: "dev", roleARN: Self.arn)
    #expect(try world.credentials(for: source(role)) == givenCredentials())
    #expect(world.http.requests.count == 1)
  }

  @Test func theCacheOfAnotherRoleIsNotUsed() throws {
    let world = try world([cacheFile("cli/cache", sha1: Self.keys[0].json): #"{"Credentials": \#(processAnswer())}"#])
    for role in [
      AssumedRole(profile: "dev", roleARN: Self.arn + "2"),
      AssumedRole(profile: "dev", roleARN: Self.arn, externalID: "x"),
      AssumedRole(profile: "dev", roleARN: Self.arn, duration: 3600),
      AssumedRole(profile: "dev", roleARN: Self.arn, sessionName: "me"),
    ] {
      let before = world.http.requests.count
      _ = try world.credentials(for: source(role))
      #expect(world.http.requests.count == before + 1)
    }
  }

  // MARK: MFA

  @Test func theCodeIsAskedForOnce() throws {
    // One failed attempt is made good without a second question.
    let world = try World(http: ScriptedHTTP(.answer(503), .answer(200, stsAnswer())))
    let person = Person()
    #expect(try world.credentials(for: source(Self.withMFA), askMFA: person.prompt) == givenCredentials())
    #expect(person.serials == [Self.serial])
    #expect(world.http.requests.count == 2)
    for request in world.http.requests {
      #expect(
        request.text
          == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2FR"
          + "&RoleSessionName=codeartifact-keyring-1800000000&SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fme"
          + "&TokenCode=123456")
    }
  }

  @Test func whoNeedsNoMFAIsNotAsked() throws {
    let person = Person()
    let role = AssumedRole(profile: "dev", roleARN: Self.arn)
    let world = try world()
    _ = try world.credentials(for: source(role), askMFA: person.prompt)
    #expect(person.serials.isEmpty)
    #expect(world.http.requests.first?.text.contains("TokenCode") == false)
  }

  @Test func aWrongCodeIsRejected() throws {
    let message = "MultiFactorAuthentication failed with invalid MFA one time pass code."
    let world = try world([:], .answer(403, stsError("AccessDenied", message)))
    let person = Person()
    let failure = try world.failure(of: source(Self.withMFA), askMFA: person.prompt)
    guard case .role = failure else {
      Issue.record("failed otherwise")
      return
    }
    #expect("\(failure)" == "MFA code rejected for \(Self.serial). Wait for the next code, and try again")
    #expect(person.serials.count == 1 && world.http.requests.count == 1)
  }

  /// A denial that has nothing to do with the code must not send anybody to their device again.
  @Test func anotherDenialIsNotTheCodesFault() throws {
    let world = try world([:], .answer(403, stsError("AccessDenied", "not authorized to perform: sts:AssumeRole")))
    let failure = try world.failure(of: source(Self.withMFA), askMFA: Person().prompt)
    let expected = FailureRecord(
      #"profile "dev": role \#(Self.arn) cannot be assumed with profile "base": "#
        + "not authorized to perform: sts:AssumeRole",
      remedy: .advice(
        "Ask your administrator for sts:AssumeRole on the role, and for the role's trust policy to allow it"))
    #expect(failure == .role(expected))
  }

  @Test(arguments: [("dev", "dev"), (nil, "default")])
  func withoutATerminalTheProfileIsNamed(_ profile: String?, _ named: String) throws {
    let role = AssumedRole(profile: profile, roleARN: Self.arn, mfaSerial: Self.serial)
    let world = try world()
    #expect(try world.failure(of: source(role)) == .mfaNeeded(profile: named))
    #expect(world.http.requests.isEmpty)
  }

  @Test func whoGivesNoCodeIsNotSentOn() throws {
    let world = try world()
    let person = Person(.failure(.mfaNeeded(profile: "dev")))
    #expect(try world.failure(of: source(Self.withMFA), askMFA: person.prompt) == .mfaNeeded(profile: "dev"))
    #expect(person.serials.count == 1 && world.http.requests.isEmpty)
  }

  // MARK: Failures

  @Test(arguments: ["", "{}", "<html>hunter2</html>", stsAnswer().replacing("hunter2/secret+", with: "")])
  func anAnswerWithoutCredentialsIsNamed(_ body: String) throws {
    for profile in ["dev", nil] {
      let source = source(AssumedRole(profile: profile, roleARN: Self.arn))
      #expect(
        try world([:], .answer(200, body)).failure(of: source)
          == .responseMalformed(from: "STS", source: source.title))
    }
  }

  @Test func expiredCredentialsAreNotPassedOn() throws {
    let world = try world([:], .answer(200, stsAnswer(expiration: moment(0))))
    let source = source(AssumedRole(profile: "dev", roleARN: Self.arn))
    #expect(try world.failure(of: source) == .credentialsExpired(source: source.title))
  }

  @Test func theSourcesFailureIsTheFailure() throws {
    let world = try world()
    let source = CredentialSource.credentialProcess(profile: "base", command: "x")
    let role = AssumedRole(profile: "dev", roleARN: Self.arn)
    let failure = try world.failure(of: .assumeRole(role, source: source))
    #expect(failure.problem.hasPrefix("credential_process of profile base "))
    #expect(world.http.requests.isEmpty)
  }
}
