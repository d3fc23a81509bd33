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
  func noSecretIsInIt(_ signIn: CredentialSource) {
    for text in [signIn.identity.joined(), signIn.source] { #expect(!text.contains(Self.secret)) }
  }

  @Test(
    arguments: [
      (CredentialSource.environment(keys("AK1")), nil, ["AWS_ACCESS_KEY_ID"]),
      (.keys(profile: "a", keys("AK1")), "a", ["\"a\""]),
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
  func aMessageNamesProfileAndSource(_ signIn: CredentialSource, _ profile: String?, _ parts: [String]) {
    #expect(signIn.profile == profile)
    for part in parts { #expect(signIn.source.contains(part)) }
  }

  @Test func credentialsDoNotShowTheirSecrets() {
    let credentials = Credentials(
      accessKeyID: "AKIDEXAMPLE", secretAccessKey: Self.secret, sessionToken: "SESSION", expiration: 1)
    for text in ["\(credentials)", String(reflecting: credentials)] {
      #expect(!text.contains(Self.secret) && !text.contains("SESSION") && !text.contains("AKIDEXAMPLE"))
    }
  }
}
