import ClientConfig
import Platform
import TestSupport
import Testing
import TokenStores

@testable import CodeArtifact

@Suite struct ConfigurationTests {
  private static let file = ".config/codeartifact-keyring/config.toml"

  private func load(_ text: String?, _ variables: [String: String] = [:]) throws -> Configuration {
    try Configuration.load(try World(variables, files: text.map { [Self.file: $0] } ?? [:]).context)
  }

  private func repository(
    _ domain: String = "acme", _ owner: String = "111122223333", _ region: String = "us-east-1"
  ) -> Repository {
    Repository(domain: domain, owner: owner, region: region, apiEndpoint: "https://a")
  }

  @Test(arguments: [nil, "", "# nothing but a comment\n"] as [String?])
  func noneIsNeeded(_ text: String?) throws {
    let configuration = try load(text)
    #expect(configuration.duration == nil && configuration.domains.isEmpty && configuration.hosts.isEmpty)
    #expect(configuration.store == .automatic)
    #expect(configuration.provider == .native)
  }

  @Test func everyKeyIsRead() throws {
    let configuration = try load(
      """
      duration = "1h"
      store = "secret-service"
      provider = "aws-cli"

      [[domain]]
      match = { domain = "acme", owner = "111122223333", region = "us-east-1" }
      profile = "acme-dev"
      role_arn = "arn:aws:iam::111122223333:role/PackageReader"

      [[domain]]
      profile = "everybody-else"

      [[host]]
      name = "Pypi.Acme.Example"
      domain = "acme"
      owner = "111122223333"
      region = "us-east-1"
      """)
    #expect(configuration.duration == TokenDuration(parameter: 3600))
    #expect(configuration.store == .only(.secretService))
    #expect(configuration.provider == .awsCLI)
    try #require(configuration.domains.map(\.profile) == ["acme-dev", "everybody-else"])
    #expect(configuration.domains[0].domain == "acme" && configuration.domains[0].owner == "111122223333")
    #expect(configuration.domains[0].region == "us-east-1")
    #expect(configuration.domains[0].roleARN == "arn:aws:iam::111122223333:role/PackageReader")
    #expect(configuration.domains[1].domain == nil)
    #expect(
      configuration.hosts
        == [MappedHost(name: "pypi.acme.example", domain: "acme", owner: "111122223333", region: "us-east-1")])
  }

  struct Mistake: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let line: Int?
    let parts: [String]

    init(_ name: String, _ text: String, line: Int?, _ parts: String...) {
      (testDescription, self.text, self.line, self.parts) = (name, text, line, parts)
    }
  }

  @Test(arguments: [
    Mistake("no TOML", "duration = \n", line: 1),
    Mistake("no TOML further down", "store = \"auto\"\n\n[[domain\n", line: 3),
    Mistake("no TOML at all", "{{{{", line: 1), Mistake("a key twice", "store = \"auto\"\nstore = \"file\"\n", line: 2),
    Mistake("an unknown key", "store = \"auto\"\ncolour = \"red\"\n", line: 2, "\"colour\"", "duration"),
    Mistake("an unknown table", "[proxy]\nhost = \"x\"\n", line: 1, "\"proxy\""),
    Mistake("an unknown key in a domain", "[[domain]]\nprofil = \"x\"\n", line: 2, "\"profil\"", "profile"),
    Mistake(
      "an unknown key in a match", "[[domain]]\nmatch = { account = \"x\" }\nprofile = \"p\"\n", line: 2, "\"account\"",
      "owner"),
    Mistake("an unknown key in a host", "[[host]]\nalias = \"x\"\n", line: 2, "\"alias\"", "name"),
    Mistake("a number for a duration", "duration = 12\n", line: 1, "duration"),
    Mistake("no duration", "duration = \"12 hours\"\n", line: 1, "\"12 hours\"", "15m"),
    Mistake("too long", "\nduration = \"13h\"\n", line: 2, "\"13h\"", "12h"),
    Mistake("too short", "duration = \"14m\"\n", line: 1, "\"14m\""),
    Mistake("an unknown store", "store = \"disk\"\n", line: 1, "\"disk\"", "secret-service"),
    Mistake("a truth for a store", "store = true\n", line: 1, "store"),
    Mistake("an unknown provider", "provider = \"boto\"\n", line: 1, "\"boto\"", "aws-cli"),
    Mistake("a single domain table", "store = \"auto\"\n[domain]\nprofile = \"x\"\n", line: 2, "[[domain]]"),
    Mistake("a domain that is a text", "domain = \"acme\"\n", line: 1, "[[domain]]"),
    Mistake("a list of texts", "domain = [\"acme\"]\n", line: 1, "[[domain]]"),
    Mistake("a match that is a text", "[[domain]]\nmatch = \"acme\"\nprofile = \"x\"\n", line: 2, "match"),
    Mistake(
      "a domain that says nothing", "[[domain]]\nmatch = { domain = \"acme\" }\n", line: 1, "profile", "role_arn"),
    Mistake("no owner", "[[domain]]\nmatch = { owner = \"1234\" }\nprofile = \"x\"\n", line: 2, "\"1234\"", "owner"),
    Mistake(
      "a number for an owner", "[[domain]]\nmatch = { owner = 111122223333 }\nprofile = \"x\"\n", line: 2, "owner"),
    Mistake("no region", "[[domain]]\nmatch = { region = \"Ohio\" }\nprofile = \"x\"\n", line: 2, "\"Ohio\"", "region"),
    Mistake("no role", "[[domain]]\nrole_arn = \"PackageReader\"\n", line: 2, "\"PackageReader\"", "role_arn"),
    Mistake(
      "a host without a name", "[[host]]\ndomain = \"acme\"\nowner = \"111122223333\"\nregion = \"us-east-1\"\n",
      line: 1, "name"),
    Mistake(
      "a host without a region", "[[host]]\nname = \"a.example\"\ndomain = \"acme\"\nowner = \"111122223333\"\n",
      line: 1, "region"),
    Mistake("a URL for a host's name", "[[host]]\nname = \"https://a.example/\"\n", line: 2, "name"),
    Mistake("a port in a host's name", "[[host]]\nname = \"a.example:8443\"\n", line: 2, "\"a.example:8443\""),
    Mistake("an empty host's name", "[[host]]\nname = \"\"\n", line: 2, "name"),
  ])
  func aMistakeIsNamedWithFileAndLine(_ given: Mistake) throws {
    let failure = try #require(#expect(throws: FailureRecord.self) { try load(given.text) })
    #expect(failure.location?.line == given.line)
    for part in given.parts { #expect(failure.problem.contains(part), "\(failure)") }
    #expect("\(failure)".contains("config.toml line \(given.line ?? 0): "))
    #expect(!"\(failure)".contains("\n"))
  }

  @Test func whatIsNoTextIsAMistakeAndNoCrash() throws {
    let deep = Array("duration = ".utf8) + Array(repeating: UInt8(ascii: "["), count: 5000)
    for bytes in [[0xFF, 0xFE, 0x00], [0xEF, 0xBB], [0x01], deep] as [[UInt8]] {
      let world = try World()
      try world.directory.file("home/\(Self.file)", bytes)
      #expect(throws: FailureRecord.self) { try Configuration.load(world.context) }
    }
  }

  @Test func aFileThatCannotBeReadIsAMistake() throws {
    let world = try World()
    try world.directory.directory("home/\(Self.file)")
    let failure = try #require(
      #expect(throws: FailureRecord.self) { try Configuration.load(world.context) })
    #expect(failure.location?.line == nil)
    #expect("\(failure)".contains("config.toml"))
  }

  @Test func theEnvironmentSaysItForOneRun() throws {
    let configuration = try load(
      "duration = \"1h\"\nstore = \"file\"\nprovider = \"native\"\n",
      [
        "CODEARTIFACT_KEYRING_DURATION": "session", "CODEARTIFACT_KEYRING_STORE": "none",
        "CODEARTIFACT_KEYRING_PROVIDER": "aws-cli", "CODEARTIFACT_KEYRING_PROFILE": "dev",
      ])
    #expect(configuration.duration == TokenDuration(parameter: 0))
    #expect(configuration.store == .none)
    #expect(configuration.provider == .awsCLI)
    #expect(configuration.profile?.name == "dev")
    #expect(configuration.profile?.setBy == "CODEARTIFACT_KEYRING_PROFILE")
  }

  /// A file of variables may have Windows line ends.
  @Test func aLineEndBehindAVariableDoesNotMatter() throws {
    let configuration = try load(
      "store = \"none\"\n",
      [
        "CODEARTIFACT_KEYRING_DURATION": "1h\r", "CODEARTIFACT_KEYRING_STORE": "file\r",
        "CODEARTIFACT_KEYRING_PROVIDER": "aws-cli\r", "CODEARTIFACT_KEYRING_PROFILE": "dev\r",
      ])
    #expect(configuration.duration == TokenDuration(parameter: 3600))
    #expect(configuration.store == .only(.file))
    #expect(configuration.provider == .awsCLI)
    #expect(configuration.profile?.name == "dev")
    #expect(try load("store = \"none\"\n", ["CODEARTIFACT_KEYRING_STORE": "\r"]).store == .none)
  }

  @Test(arguments: [
    ("CODEARTIFACT_KEYRING_DURATION", "forever"), ("CODEARTIFACT_KEYRING_STORE", "disk"),
    ("CODEARTIFACT_KEYRING_PROVIDER", "boto"),
  ])
  func aMistakeInTheEnvironmentIsNamed(_ variable: String, _ value: String) throws {
    let failure = try #require(#expect(throws: FailureRecord.self) { try load(nil, [variable: value]) })
    #expect("\(failure)".hasPrefix("\(variable): "))
    #expect("\(failure)".contains("\"\(value)\""))
    #expect(try load("store = \"file\"\n", [variable: ""]).store == .only(.file))
  }

  @Test(
    arguments: [
      ("12h", 43_200), ("15m", 900), ("900s", 900), ("43200s", 43_200),
      ("90m", 5400), ("session", 0), ("720m", 43_200), ("1h", 3600),
      ("0h", nil), ("13h", nil), ("14m", nil), ("899s", nil), ("43201s", nil), ("721m", nil), ("-1h", nil),
      ("1.5h", nil),
      ("h", nil), ("", nil), ("12", nil), ("12H", nil), ("12 h", nil), ("1d", nil), ("9223372036854775807h", nil),
      ("99999999999999999999s", nil), ("Session", nil), ("１h", nil),
    ] as [(String, Int?)])
  func durations(_ text: String, _ parameter: Int?) {
    #expect(TokenDuration(text)?.parameter == parameter)
  }

  @Test(
    arguments: [
      ("auto", .automatic), ("none", StorePolicy.none), ("kernel", .only(.kernel)), ("file", .only(.file)),
      ("secret-service", .only(.secretService)), ("secretService", nil), ("", nil), ("Auto", nil),
    ] as [(String, StorePolicy?)])
  func stores(_ text: String, _ policy: StorePolicy?) {
    #expect(StorePolicy(text) == policy)
  }

  struct Choice: CustomTestStringConvertible {
    let testDescription: String
    let matches: [[String: String]]
    let chosen: Int?
  }

  /// The repository asked for is acme, 111122223333, us-east-1.
  @Test(arguments: [
    Choice(testDescription: "none", matches: [], chosen: nil),
    Choice(testDescription: "one for all", matches: [[:]], chosen: 0),
    Choice(testDescription: "another domain", matches: [["domain": "other"]], chosen: nil),
    Choice(testDescription: "another owner", matches: [["domain": "acme", "owner": "444455556666"]], chosen: nil),
    Choice(testDescription: "another region", matches: [["region": "eu-west-1"]], chosen: nil),
    Choice(testDescription: "the more specific", matches: [[:], ["domain": "acme"]], chosen: 1),
    Choice(testDescription: "the more specific first", matches: [["domain": "acme"], [:]], chosen: 0),
    Choice(
      testDescription: "two keys before one",
      matches: [["domain": "acme"], ["owner": "111122223333", "region": "us-east-1"]], chosen: 1),
    Choice(
      testDescription: "three before two",
      matches: [
        ["domain": "acme", "owner": "111122223333"],
        ["domain": "acme", "owner": "111122223333", "region": "us-east-1"], ["domain": "acme", "region": "us-east-1"],
      ], chosen: 1),
    Choice(
      testDescription: "file order among equals", matches: [["domain": "acme"], ["owner": "111122223333"]], chosen: 0),
    Choice(
      testDescription: "a specific one that does not match",
      matches: [["domain": "acme", "region": "eu-west-1"], [:]], chosen: 1),
  ])
  func theMostSpecificWins(_ given: Choice) {
    var configuration = Configuration()
    for (index, match) in given.matches.enumerated() {
      configuration.domains.append(
        DomainSettings(
          domain: match["domain"], owner: match["owner"], region: match["region"], profile: "\(index)", roleARN: nil))
    }
    #expect(configuration.settings(for: repository())?.profile == given.chosen.map { "\($0)" })
  }
}
