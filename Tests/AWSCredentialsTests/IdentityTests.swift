import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct IdentityTests {
  private static let secret = "wJalrXUtnFEMI"
  private static func keys(_ id: String, token: String? = nil) -> Credentials {
    Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
  }
  private static func role(
    _ profile: String? = "a", arn: String = "arn:A", externalID: String? = nil, name: String? = nil
  ) -> AssumedRole {
    AssumedRole(profile: profile, roleARN: arn, externalID: externalID, sessionName: name)
  }

  /// Each of these is another identity than all the others.
  static let different: [CredentialSource] = [
    .environment(keys("AK1")), .environment(keys("AK2")), .keys(profile: "a", keys("AK1")),
    .keys(profile: "b", keys("AK1")), .keys(profile: "a", keys("AK2")),
    .configuredKeys(keys("AK1"), at: .file("/f", line: 1)), .configuredKeys(keys("AK2"), at: .file("/f", line: 1)),
    .assumeRole(role(), source: .instanceMetadata), .assumeRole(role("b"), source: .instanceMetadata),
    .assumeRole(role(nil), source: .instanceMetadata), .assumeRole(role(arn: "arn:B"), source: .instanceMetadata),
    .assumeRole(role(externalID: "e"), source: .instanceMetadata),
    .assumeRole(role(name: "n"), source: .instanceMetadata), .assumeRole(role(), source: .environment(keys("AK1"))),
    .assumeRole(role(), source: .environment(keys("AK2"))),
    .assumeRole(role(), source: .assumeRole(role("b"), source: .instanceMetadata)),
    .webIdentity(profile: nil, roleARN: "arn:A", tokenFile: "/t", sessionName: nil),
    .webIdentity(profile: nil, roleARN: "arn:B", tokenFile: "/t", sessionName: nil),
    .webIdentity(profile: nil, roleARN: "arn:A", tokenFile: "/u", sessionName: nil),
    .sso(profile: "a", session: "c", startURL: "u", region: "r", account: "1", role: "R"),
    .sso(profile: "a", session: nil, startURL: "u", region: "r", account: "1", role: "R"),
    .sso(profile: "a", session: "c", startURL: "v", region: "r", account: "1", role: "R"),
    .sso(profile: "a", session: "c", startURL: "u", region: "s", account: "1", role: "R"),
    .sso(profile: "a", session: "c", startURL: "u", region: "r", account: "2", role: "R"),
    .sso(profile: "a", session: "c", startURL: "u", region: "r", account: "1", role: "S"),
    .login(profile: "a", session: "s"), .login(profile: "a", session: "t"),
    .credentialProcess(profile: "a", command: "x"), .credentialProcess(profile: "a", command: "y"),
    .container(endpoint: "http://a"), .container(endpoint: "http://b"), .instanceMetadata,
  ]

  @Test func eachIsItsOwn() {
    #expect(Set(Self.different.map(\.identity)).count == Self.different.count)
  }

  /// Credentials that are renewed stay the same identity, or every renewal would orphan a token.
  @Test(arguments: [
    (CredentialSource.environment(keys("AK1")), CredentialSource.environment(keys("AK1", token: "T"))),
    (.keys(profile: "a", keys("AK1")), .keys(profile: "a", keys("AK1", token: "T"))),
    (
      .environment(keys("AK1")),
      .environment(Credentials(accessKeyID: "AK1", secretAccessKey: "another", expiration: 5))
    ),
  ])
  func renewedCredentialsAreTheSameIdentity(_ first: CredentialSource, _ second: CredentialSource) {
    #expect(first != second)
    #expect(first.identity == second.identity)
  }

  @Test(arguments: different)
  func noSecretIsInIt(_ source: CredentialSource) {
    for text in [source.identity.joined(), source.title] { #expect(!text.contains(Self.secret)) }
  }

  @Test(
    arguments: [
      (CredentialSource.environment(keys("AK1")), nil, ["AWS_ACCESS_KEY_ID"]),
      (.keys(profile: "a", keys("AK1")), "a", ["\"a\""]),
      (.configuredKeys(keys("AK1"), at: .file("/h/keyringrc.cfg", line: 2)), nil, ["keyringrc.cfg"]),
      (.assumeRole(role(), source: .keys(profile: "b", keys("AK1"))), "a", ["a", "arn:A", "b"]),
      (.assumeRole(role(nil), source: .keys(profile: "b", keys("AK1"))), "b", ["arn:A", "\"b\""]),
      (.webIdentity(profile: nil, roleARN: "arn:A", tokenFile: "/t", sessionName: nil), nil, ["/t", "arn:A"]),
      (.webIdentity(profile: "a", roleARN: "arn:A", tokenFile: "/t", sessionName: nil), "a", ["\"a\"", "/t"]),
      (
        .sso(profile: "a", session: "corp", startURL: "u", region: "r", account: "1", role: "R"), "a",
        ["\"a\"", "\"corp\""]
      ),
      (
        .sso(profile: "a", session: nil, startURL: "https://u", region: "r", account: "1", role: "R"), "a",
        ["https://u"]
      ),
      (.login(profile: "a", session: "s"), "a", ["\"a\"", "aws login"]),
      (.credentialProcess(profile: "a", command: "x"), "a", ["\"a\"", "credential_process"]),
      (.container(endpoint: "http://a"), nil, ["container"]), (.instanceMetadata, nil, ["EC2"]),
    ] as [(CredentialSource, String?, [String])])
  func aMessageNamesProfileAndSource(_ source: CredentialSource, _ profile: String?, _ parts: [String]) {
    #expect(source.profile == profile)
    for part in parts { #expect(source.title.contains(part)) }
  }

  private static let config = """
    [profile role]
    source_profile = keys
    role_arn = arn:R
    [profile sso]
    region = r
    sso_session = corp
    [profile process]
    credential_process = x
    [profile login]
    login_session = s
    [profile web]
    web_identity_token_file = /t

    """

  @Test(
    arguments: [
      (CredentialSource.environment(keys("A")), .variable("AWS_ACCESS_KEY_ID")),
      (.keys(profile: "keys", keys("A")), .file("~/.aws/credentials", line: 3)),
      (.keys(profile: "gone", keys("A")), nil),
      (.configuredKeys(keys("A"), at: .file("/f", line: 1)), .file("/f", line: 1)),
      (.assumeRole(role("role"), source: .keys(profile: "keys", keys("A"))), .file("~/.aws/config", line: 3)),
      (.assumeRole(role(nil), source: .keys(profile: "keys", keys("A"))), .file("~/.aws/credentials", line: 3)),
      (
        .sso(profile: "sso", session: "corp", startURL: "u", region: "r", account: "1", role: "R"),
        .file("~/.aws/config", line: 6)
      ),
      (.credentialProcess(profile: "process", command: "x"), .file("~/.aws/config", line: 8)),
      (.login(profile: "login", session: "s"), .file("~/.aws/config", line: 10)),
      (.webIdentity(profile: "web", roleARN: "R", tokenFile: "/t", sessionName: nil), .file("~/.aws/config", line: 12)),
      (
        .webIdentity(profile: nil, roleARN: "R", tokenFile: "/t", sessionName: nil),
        .variable("AWS_WEB_IDENTITY_TOKEN_FILE")
      ),
      (.container(endpoint: "http://a"), nil), (.instanceMetadata, nil),
    ] as [(CredentialSource, Location?)])
  func whereItIsConfigured(_ source: CredentialSource, _ location: Location?) throws {
    let world = try World(files: [
      ".aws/config": Self.config, ".aws/credentials": "[keys]\n\naws_access_key_id = A\naws_secret_access_key = s\n",
    ])
    #expect(source.location(in: try SharedConfiguration(world.context)) == location)
  }

  @Test func theSourceAtTheEndOfAChainOfRoles() {
    let chain = CredentialSource.assumeRole(Self.role(), source: .assumeRole(Self.role("b"), source: .instanceMetadata))
    #expect(chain.base == .instanceMetadata)
    #expect(CredentialSource.instanceMetadata.base == .instanceMetadata)
  }

  @Test func credentialsDoNotShowTheirSecrets() {
    let credentials = Credentials(
      accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: "SESSION", expiration: 1)
    for text in ["\(credentials)", String(reflecting: credentials)] {
      #expect(!text.contains(Self.secret) && !text.contains("SESSION") && !text.contains("AKIDEXAMPLE"))
    }
  }
}
