import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct CredentialFailureTests {
  private static let service = AWSServiceFailure(
    operation: "AssumeRole", host: "sts.example", status: 400, code: "ValidationError", message: "m", attempts: 1,
    clockOffset: nil, retryAfter: nil)

  private static let keys = CredentialSource.keys(
    profile: "dev", Credentials(accessKeyID: "A", secretAccessKey: secretWord))

  private static let configured = CredentialSource.configuredKeys(
    Credentials(accessKeyID: "A", secretAccessKey: secretWord), at: .file("/k/keyringrc.cfg", line: 2))

  /// No tool of AWS's knows keys that are in another file.
  @Test(arguments: ["ExpiredTokenException", "UnrecognizedClientException", "SignatureDoesNotMatch"])
  func keysOfAnotherFileAreReplacedThere(_ code: String) throws {
    let failure = try #require(CredentialFailure(rejected: Self.refusal(code), source: Self.configured))
    #expect(
      failure.remedy
        == .edit(.file("/k/keyringrc.cfg", line: 2), "Replace aws_access_key_id and aws_secret_access_key"))
    #expect(failure.problem.contains("from keyringrc.cfg ") && !"\(failure)".contains("aws configure"))
  }

  /// What to do about keys that AWS refuses depends on where they are entered, and on the AWS CLI.
  @Test(
    arguments: [
      (configured, 3, true, "from keyringrc.cfg is wrong, or this machine's clock is. Replace aws_access_key_id and "),
      (keys, nil, true, "key from profile \"dev\" is wrong, or this machine's clock is. Run: aws configure "),
      (keys, 59, true, "or this machine's clock is. Run: aws configure --profile dev"),
      (keys, 3, false, "clock is. Correct the keys of profile \"dev\""),
      (keys, 900, true, "clock is (900 s behind AWS's)."), (keys, -900, true, "clock is (900 s ahead of AWS's)."),
      // AWS issued this secret.
      (.assumeRole(AssumedRole(profile: "r", roleARN: "R"), source: keys), 59, true, ". Check this machine's clock"),
      (
        .environment(Credentials(accessKeyID: "A", secretAccessKey: secretWord)), 0, true,
        "clock is. Set AWS_SECRET_ACCESS_KEY to the secret of AWS_ACCESS_KEY_ID"
      ),
    ] as [(CredentialSource, Int?, Bool, String)])
  func aRejectedSignatureHasTwoReasons(
    _ source: CredentialSource, _ offset: Int?, _ hasCLI: Bool, _ part: String
  ) throws {
    let refusal = Self.refusal("SignatureDoesNotMatch", offset)
    let failure = try #require(CredentialFailure(rejected: refusal, source: source))
    let line = try Self.line(failure, hasCLI)
    #expect(line.contains(part), "\(line)")
  }

  @Test(
    arguments: [
      (keys, true, "Run: aws sts get-caller-identity --profile dev"),
      (keys, false, "Correct the keys of profile \"dev\""),
      (
        .credentialProcess(profile: "my dev", command: "c"), true,
        "Run: aws sts get-caller-identity --profile 'my dev'"
      ),
      (
        .assumeRole(AssumedRole(profile: nil, roleARN: "R"), source: keys), true,
        "Run: aws sts get-caller-identity --profile dev"
      ),
      (.container(endpoint: "e"), true, "Run: aws sts get-caller-identity"),
      (.container(endpoint: "e"), false, "Get new keys where they came from"),
    ] as [(CredentialSource, Bool, String)])
  func keysThatAWSDoesNotKnowAreNamed(_ source: CredentialSource, _ hasCLI: Bool, _ remedy: String) throws {
    let refusal = Self.refusal("UnrecognizedClientException")
    let failure = try #require(CredentialFailure(rejected: refusal, source: source))
    let reason = "deleted, or other partition/region not enabled"
    #expect(try Self.line(failure, hasCLI) == "credentials from \(source.title) are not valid (\(reason)). \(remedy)")
  }

  /// What to do about a profile that is not there depends on those that are.
  @Test(arguments: [
    ("[default]\nregion = x\n", "Choose one of your profiles: default"),
    ("[profile dev]\n[profile 'a b']\n", "Choose one of your profiles: dev, a b"),
    ("[sso-session dve]\n", "Add it to ~/.aws/config"), ("[profile '']\n", "Add it to ~/.aws/config"),
  ])
  func aMissingProfileHasARemedy(_ config: String, _ remedy: String) throws {
    let world = try World(["AWS_PROFILE": "dve"], files: [".aws/config": config])
    let configuration = try SharedConfiguration(world.context)
    let problem = "AWS profile \"dve\" (from AWS_PROFILE) is not in ~/.aws/config or ~/.aws/credentials"
    #expect(throws: CredentialFailure.other(problem, .advice(remedy))) { try configuration.credentialSource() }
  }

  /// What a person is told on a machine with or without the AWS CLI.
  private static func line(_ failure: CredentialFailure, _ hasCLI: Bool) throws -> String {
    let world = try World()
    if hasCLI { try world.directory.file("bin/aws", "", mode: 0o755) }
    return "\(world.context.choosingRemedy(of: failure))"
  }

  /// No message names a command of the AWS CLI where that is not installed, and each says what to do without it.
  @Test(
    arguments: [
      (.loginNeeded(profile: "my dev", problem: "It is over"), true, "It is over. Run: aws login --profile 'my dev'"),
      (
        .loginNeeded(profile: "dev", problem: "It is over"), false,
        "It is over. Install AWS CLI 2.32 or later, and run: aws login --profile dev"
      ),
      (session.signInNeeded("It is over"), true, "It is over. Run: aws sso login --profile dev"),
      (session.signInNeeded("It is over"), false, "It is over. Run: codeartifact-keyring login --profile dev"),
      (.mfaNeeded(profile: "dev"), true, "asked for here. Run: codeartifact-keyring login --profile dev"),
      (
        .other("It is odd", .addSource(to: "dev", in: "~/.aws/config")), true,
        "It is odd. Run: aws configure --profile dev"
      ),
      (
        .other("It is odd", .addSource(to: "dev", in: "~/.aws/config")), false,
        "It is odd. Add keys or SSO settings to profile \"dev\" in ~/.aws/config"
      ),
    ] as [(CredentialFailure, Bool, String)])
  func theAWSCLIIsNamedWhereItIsInstalled(_ failure: CredentialFailure, _ hasCLI: Bool, _ end: String) throws {
    let line = try Self.line(failure, hasCLI)
    #expect(line.hasSuffix(end), "\(line)")
  }

  @Test func incompleteSSOSettingsAreAddedByHandWithoutTheAWSCLI() throws {
    let given = ChainCase(
      testDescription: "", config: "[default]\nsso_account_id = 1\nsso_role_name = R\nsso_region = r\n", plan: "")
    let failure = try #require(#expect(throws: CredentialFailure.self) { try given.source() })
    let start = "config line 3: profile default uses SSO but has no sso_start_url. "
    #expect(try Self.line(failure, true).hasSuffix(start + "Run: aws configure sso --profile default"))
    #expect(try Self.line(failure, false).hasSuffix(start + "Add what is missing"))
  }

  private static let session = SSOSession(name: "corp", startURL: "u", region: "r", profile: "dev")

  private static func refusal(_ code: String, _ offset: Int? = nil) -> AWSServiceFailure {
    AWSServiceFailure(
      operation: "GetAuthorizationToken", host: "h", status: 403, code: code, message: "m", attempts: 1,
      clockOffset: offset, retryAfter: nil)
  }

  @Test(arguments: [
    (CredentialFailure.other("it is odd", at: .file("/x/config")), ["/x/config: it is odd"]),
    (
      .other("it is odd", at: .file("/x", line: 3), .edit(.file("/x", line: 3), "Remove it")),
      ["/x line 3: it is odd. Remove it"]
    ),
    (.mfaNeeded(profile: "dev"), ["dev", "MFA", "codeartifact-keyring login --profile dev"]),
    (.mfaNeeded(profile: "my dev"), ["Run: codeartifact-keyring login --profile 'my dev'"]),
    (.loginNeeded(profile: "dev", problem: "It is over"), ["It is over", "aws login --profile dev"]),
    (.machineFailed("the container's role", problem: "silent"), ["the container's role", "silent"]),
    (.responseMalformed(from: "STS", source: "profile dev"), ["STS", "profile dev"]),
    (.credentialsExpired(source: "profile dev"), ["profile dev", "expired"]),
    (.service(service, source: "profile dev"), ["profile dev", "ValidationError"]),
    (.network(HTTPFailure(.unreachable, host: "sts.example", reason: "no route")), ["sts.example", "no route"]),
  ])
  func isOneLineWithProfileAndRemedy(_ failure: CredentialFailure, _ parts: [String]) {
    let line = "\(failure)"
    for part in parts { #expect(line.contains(part), "\(line)") }
    #expect(!line.contains("\n"))
  }

  @Test(arguments: [
    ("cn-north-1", "amazonaws.com.cn"), ("us-east-1", "amazonaws.com"), ("us-gov-east-1", "amazonaws.com"),
    ("eusc-de-east-1", "amazonaws.eu"), ("us-iso-east-1", "c2s.ic.gov"), ("us-isob-east-1", "sc2s.sgov.gov"),
    ("eu-isoe-west-1", "cloud.adc-e.uk"), ("us-isof-south-1", "csp.hci.ic.gov"), ("eu-west-1", "amazonaws.com"),
  ])
  func partitions(_ region: String, _ suffix: String) {
    #expect(Partition.of(region: region).suffix == suffix)
  }

  @Test(
    arguments: [
      ("<A>x</A>", "x"), ("<B>y</B><A>x</A><A>z</A>", "x"), ("<A></A>", ""),
      ("<A>&lt;&gt;&quot;&apos;&amp;</A>", "<>\"'&"),
      ("<A>&amp;lt;</A>", "&lt;"), ("<A>&amp;apos;</A>", "&apos;"), ("<A>x", nil), ("</A><A>", nil), ("", nil),
      ("<AB>x</AB>", nil),
    ] as [(String, String?)])
  func xml(_ document: String, _ text: String?) {
    #expect(xmlElement("A", in: document) == text)
  }
}
