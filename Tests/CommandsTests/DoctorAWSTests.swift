import Platform
import TestSupport
import Testing

@testable import AWSCredentials
@testable import CodeArtifact
@testable import Commands

/// What `doctor` says about credentials and tokens: each problem has its place.
@Suite struct DoctorAWSTests {
  private static let repository = Repository(
    domain: "acme", owner: "111122223333", region: "us-east-1",
    apiEndpoint: "https://codeartifact.us-east-1.amazonaws.com")
  private static let keys = Credentials(accessKeyID: "AK", secretAccessKey: "hunter2")
  private static let files = [
    ".aws/credentials": "[base]\naws_access_key_id = AK\naws_secret_access_key = hunter2\n",
    ".aws/config": "[profile dev]\nsource_profile = base\nrole_arn = arn:R\n",
  ]
  private static let role = CredentialSource.assumeRole(
    AssumedRole(profile: "dev", roleARN: "arn:R"), source: .keys(profile: "base", keys))

  private func findings(
    _ world: World, _ source: CredentialSource, _ token: Result<AuthorizationToken, TokenFailure>,
    indexes: [DomainStatus.IndexResponse] = []
  ) -> [Finding] {
    let status = DomainStatus(
      repository: Self.repository, credentialSource: .success(source), token: token, skipped: [], indexes: indexes)
    return AWSCheck(doctor: DoctorContext(world.context), repositories: [Self.repository], domains: [status]).findings
  }

  @Test(
    arguments: [
      (.keys(profile: "base", keys), .credentials(.credentialsExpired(source: "x")), "~/.aws/credentials:2"),
      (.environment(keys), .credentials(.other("not valid")), "AWS_ACCESS_KEY_ID"),
      (
        .configuredKeys(keys, at: .file("/k/keyringrc.cfg", line: 5)), .credentials(.other("not valid")),
        "/k/keyringrc.cfg:5"
      ),
      // About the role, and about the keys that it is assumed with.
      (role, .denied(FailureRecord("no")), "~/.aws/config:3"),
      (role, .credentials(.role(FailureRecord("no"))), "~/.aws/config:3"),
      (role, .credentials(.credentialsExpired(source: "x")), "~/.aws/credentials:2"),
      // Neither of these is about the credentials.
      (role, .network(HTTPFailure(.timeout, host: "h", reason: "late")), nil),
      (role, .other(FailureRecord("the domain does not exist")), nil),
      // A failure that knows its place keeps it.
      (role, .credentials(.other("profile dev is odd", at: .file("/x", line: 9))), "/x:9"),
    ] as [(CredentialSource, TokenFailure, String?)])
  func aProblemOfATokenHasAPlace(_ source: CredentialSource, _ failure: TokenFailure, _ place: String?) throws {
    let found = findings(try World(files: Self.files), source, .failure(failure)).filter { $0.area == .token }
    let finding = try #require(found.first)
    #expect(found.count == 1 && finding.severity == .problem)
    #expect(finding.what.hasPrefix("acme (111122223333, us-east-1): "))
    #expect(finding.place.map { "\($0.name)\($0.line.map { ":\($0)" } ?? "")" } == place)
  }

  @Test(arguments: [
    (false, false, "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or add a profile to ~/.aws/config", nil),
    (true, false, nil, Optional("aws configure")),
    (true, true, "Set AWS_PROFILE to one of your profiles: dev, base", nil),
  ])
  func withoutCredentialsOnlyWhatWorksHereIsSuggested(
    _ hasCLI: Bool, _ hasProfiles: Bool, _ words: String?, _ command: String?
  ) throws {
    let world = try World(files: hasProfiles ? Self.files : [:])
    if hasCLI { try world.directory.file("bin/aws", "", mode: 0o755) }
    let found = AWSCheck(doctor: DoctorContext(world.context), repositories: [], domains: []).findings
    let finding = try #require(found.first { $0.area == .aws })
    #expect(finding.what.hasPrefix("no AWS credentials are configured: only an EC2 instance's role remains"))
    if let words { #expect(finding.what.hasSuffix(". \(words)")) }
    #expect((finding.severity, finding.command) == (.note, command))
  }

  /// The finding about the token says what to do.
  @Test func withoutCredentialsTheRemedyIsGivenOnce() throws {
    let found = findings(
      try World(), .instanceMetadata,
      .failure(.credentials(.noCredentials(FailureRecord("none", remedy: .run("aws configure"))))))
    #expect(found.map(\.severity) == [.note, .problem])
    #expect(found.map(\.command) == [nil, "aws configure"])
  }

  @Test(arguments: [(true, ": It is over", Optional("aws login")), (false, ": It is over. Install it", nil)])
  func aCommandOfTheAWSCLIIsGivenWhereThatIsInstalled(_ hasCLI: Bool, _ end: String, _ command: String?) throws {
    let world = try World()
    if hasCLI { try world.directory.file("bin/aws", "", mode: 0o755) }
    let remedy = Remedy.withAWSCLI(.run("aws login"), otherwise: .advice("Install it"))
    let failure = TokenFailure.credentials(.loginNeeded(FailureRecord("It is over", remedy: remedy)))
    let finding = try #require(findings(world, .instanceMetadata, .failure(failure)).first { $0.area == .token })
    #expect(finding.what.hasSuffix(end) && finding.command == command, "\(finding)")
  }

  @Test(arguments: [
    (
      true, " is missing",
      Optional(
        "aws codeartifact get-repository-permissions-policy --domain acme --domain-owner 111122223333 "
          + "--region us-east-1 --repository pypi")
    ),
    (false, " is missing. Ask your administrator for it", nil),
  ])
  func aForbiddenRepositoryIsShownWithTheAWSCLIWhereThatIsInstalled(
    _ hasCLI: Bool, _ end: String, _ command: String?
  ) throws {
    let world = try World()
    if hasCLI { try world.directory.file("bin/aws", "", mode: 0o755) }
    let token = AuthorizationToken(value: "hunter2", expiration: nil, source: .minted)
    let index = DomainStatus.IndexResponse(name: "pypi", url: "https://acme.example/", result: .success(403))
    let found = findings(world, .instanceMetadata, .success(token), indexes: [index])
    let finding = try #require(found.first { $0.area == .repository })
    #expect(finding.what.hasPrefix("pypi of acme cannot be read (HTTP 403): ") && finding.what.hasSuffix(end))
    #expect((finding.severity, finding.command, finding.change) == (.problem, command, nil))
  }

  @Test func aDomainThatDoesNotAnswerIsNamed() throws {
    let check = AWSCheck(
      doctor: DoctorContext(try World().context), repositories: [Self.repository], domains: [nil])
    #expect(
      check.findings.first { $0.area == .token }?.what
        == "acme (111122223333, us-east-1): AWS, or the source of its credentials, did not answer within 13 s")
  }
}
