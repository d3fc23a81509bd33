import AWSCredentials
import Platform
import TestSupport
import Testing

@testable import CodeArtifact
@testable import TokenStores

@Suite struct TokenRequestTests {
  private static let profiles = """
    [profile a]
    aws_access_key_id = AKA
    aws_secret_access_key = s
    [profile b]
    aws_access_key_id = AKB
    aws_secret_access_key = s

    """

  private func key(
    _ variables: [String: String] = Scene.keys, _ configuration: Configuration = Configuration(),
    repository: Repository = Scene.repository
  ) throws -> EntryKey {
    let world = try World(variables, files: [".aws/config": Self.profiles])
    return try TokenRequest(repository, configuration, world.context).key
  }

  @Test func eachOfTheseIsAnotherKey() throws {
    var short = Configuration()
    short.duration = TokenDuration(parameter: 900)
    var session = Configuration()
    session.duration = TokenDuration(parameter: 0)
    var named = Configuration()
    named.profile = ("a", "CODEARTIFACT_KEYRING_PROFILE")
    var role = Configuration()
    role.domains = [DomainSettings(roleARN: "arn:aws:iam::1:role/R")]
    var otherRole = Configuration()
    otherRole.domains = [DomainSettings(roleARN: "arn:aws:iam::1:role/S")]
    func other(_ domain: String = "acme", _ owner: String = "111122223333", _ region: String = "us-east-1")
      -> Repository
    {
      Repository(domain: domain, owner: owner, region: region, apiEndpoint: Scene.repository.apiEndpoint)
    }
    let keys = [
      try key(), try key(["AWS_PROFILE": "a"]), try key(["AWS_PROFILE": "b"]), try key(Scene.keys, short),
      try key(Scene.keys, session), try key(Scene.keys, role), try key(Scene.keys, otherRole),
      try key(["AWS_ACCESS_KEY_ID": "ANOTHER", "AWS_SECRET_ACCESS_KEY": "s"]),
      try key(Scene.keys.merging(["AWS_ENDPOINT_URL_CODEARTIFACT": "http://localhost:1"]) { $1 }),
      try key(repository: other("acme2")), try key(repository: other("acme", "444455556666")),
      try key(repository: other("acme", "111122223333", "eu-west-1")),
    ]
    #expect(Set(keys.map(\.name)).count == keys.count)
    // Naming the profile outright is the same identity as choosing it by AWS's own variable.
    #expect(try key(Scene.keys, named) == key(["AWS_PROFILE": "a"]))
    for key in keys { #expect(!key.attributes.values.joined().contains("AK")) }
  }

  @Test func renewedCredentialsKeepTheKey() throws {
    #expect(try key() == key(Scene.keys.merging(["AWS_SESSION_TOKEN": "T", "AWS_SECRET_ACCESS_KEY": "x"]) { $1 }))
    // The role of a domain that is not asked for changes nothing.
    var others = Configuration()
    others.domains = [DomainSettings(domain: "other", profile: "gone")]
    #expect(try key() == key(Scene.keys, others))
  }

  @Test func anotherProfileGetsAnotherToken() throws {
    let directory = try TemporaryDirectory()
    let files = [".aws/config": Self.profiles]
    let a = try Scene(["AWS_PROFILE": "a"], files: files, directory: directory)
    #expect(try a.token().value == "token-1")
    let b = try Scene(["AWS_PROFILE": "b"], files: files, directory: directory)
    let stores = StoreChain(.automatic, stores: [a.kernel], b.world.context)
    let broker = TokenBroker(b.world.context, configuration: Configuration(), stores: stores)
    #expect(try broker.token(for: Scene.repository).source == .minted)
    #expect(b.world.http.requests.first?.header("authorization")?.contains("Credential=AKB/") == true)
    #expect(try broker.token(for: Scene.repository).source == .cached(.kernel))
    #expect(try a.token().source == .cached(.kernel))
  }

  @Test(
    arguments: [
      (["AWS_CA_BUNDLE": "/a", "REQUESTS_CA_BUNDLE": "/b"], "/a", .variable("AWS_CA_BUNDLE")),
      (["REQUESTS_CA_BUNDLE": "/b", "AWS_PROFILE": "c"], "/c", .file("~/.aws/config", line: 4)),
      (["REQUESTS_CA_BUNDLE": "/b", "SSL_CERT_FILE": "/s"], "/b", .variable("REQUESTS_CA_BUNDLE")),
      (["SSL_CERT_FILE": "/s"], "/s", .variable("SSL_CERT_FILE")), ([:], nil, nil),
    ] as [([String: String], String?, Location?)])
  func certificatesKnowTheirSetting(_ variables: [String: String], _ path: String?, _ setBy: Location?) throws {
    let config = "[profile c]\naws_access_key_id = A\naws_secret_access_key = s\nca_bundle = /c\n"
    let world = try World(Scene.keys.merging(variables) { $1 }, files: [".aws/config": config])
    let certificates = try TokenRequest(Scene.repository, Configuration(), world.context).certificates
    #expect(certificates?.path == path)
    #expect(certificates?.setBy == setBy)
  }

  @Test func keysInKeyringsFileAreNoProfile() throws {
    let name = ".config/python_keyring/keyringrc.cfg"
    let world = try World(files: [
      name: "[codeartifact]\ntoken_duration = 1800\naws_access_key_id = A\naws_secret_access_key = s\n"
    ])
    let source = try TokenRequest(Scene.repository, try Configuration.load(world.context), world.context)
      .credentialSource
    let keys = Credentials(accessKeyID: "A", secretAccessKey: "s")
    #expect(source == .configuredKeys(keys, at: .file("\(world.home)/\(name)", line: 3)))
  }

  @Test func aRepositorysTokenServesItsWholeDomain() throws {
    let scene = try Scene()
    guard
      case .repository(let one) = Repository.recognise(
        "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/one/"),
      case .repository(let two) = Repository.recognise("acme-111122223333.d.codeartifact.us-east-1.amazonaws.com")
    else {
      Issue.record("not recognised")
      return
    }
    _ = try scene.broker().token(for: one)
    #expect(try scene.broker().token(for: two).source == .cached(.kernel))
  }

  @Test func aTokenOutlivesTheCredentialsThatGotIt() throws {
    let directory = try TemporaryDirectory()
    let config = "[profile a]\nsso_start_url = u\nsso_region = r\nsso_account_id = 1\nsso_role_name = R\n"
    let world = try World(["AWS_PROFILE": "a"], files: [".aws/config": config], directory: directory)
    let kernel = ScriptedStore(.kernel)
    let request = try TokenRequest(Scene.repository, Configuration(), world.context)
    let entry = TokenEntry(
      token: "cached", expiration: world.time.now + 40_000, mintedAt: world.time.now, key: request.key)
    kernel.put(entry.encoded, for: request.key)
    let broker = TokenBroker(
      world.context, configuration: Configuration(),
      stores: StoreChain(.automatic, stores: [kernel], world.context))
    // Nobody ever signed in here: there is no SSO session at all.
    #expect(try broker.token(for: Scene.repository).value == "cached")
    #expect(world.http.requests.isEmpty)
  }
}
