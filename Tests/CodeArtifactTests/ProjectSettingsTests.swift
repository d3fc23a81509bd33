import AWSCredentials
import ClientConfig
import Platform
import TestSupport
import Testing

@testable import CodeArtifact

@Suite struct ProjectSettingsTests {
  private static let table = """
    [project]
    name = "x"
    [[tool.codeartifact-keyring.domain]]
    match = { domain = "acme", owner = "111122223333" }
    profile = "acme-dev"
    duration = "1h"

    """
  private static let awsFiles = [
    ".aws/config": """
    [default]
    aws_access_key_id = AKIADEFAULT
    aws_secret_access_key = s
    [profile acme-dev]
    aws_access_key_id = AKIADEV
    aws_secret_access_key = s
    """
  ]
  private let acme = Repository(
    domain: "acme", owner: "111122223333", region: "us-east-1", apiEndpoint: "https://aws.example")

  private func read(
    _ text: String, _ variables: [String: String] = [:], below folder: String = "", _ world: World? = nil
  ) throws -> [DomainSettings] {
    let world = try world ?? World(variables)
    try world.directory.file("home/p/pyproject.toml", text)
    try world.directory.directory("home/p/a/b")
    return try ProjectSettings.read(in: "\(world.home)/p/\(folder)", world.context)
  }

  @Test(arguments: ["", "a/b"])
  func aProjectNamesAProfileAndADuration(_ folder: String) throws {
    let settings = try read(Self.table, below: folder)
    #expect(settings.map(\.profile) == ["acme-dev"])
    #expect(settings.map(\.duration) == [TokenDuration(parameter: 3600)])
    #expect(settings.map(\.domain) == ["acme"])
    #expect(settings.first?.place.hasSuffix("/p/pyproject.toml") == true)
  }

  /// A member of a workspace has a `pyproject.toml` of its own.
  @Test(arguments: ["", "[project]\ndependencies = ['codeartifact-keyring']\n", "[tool.other]\n", "["])
  func theNearestFileWithTheTableCounts(_ member: String) throws {
    let world = try World(files: ["p/a/pyproject.toml": member])
    let settings = try read(Self.table, below: "a/b", world)
    #expect(settings.map(\.profile) == ["acme-dev"])
    #expect(settings.first?.place.hasSuffix("/p/pyproject.toml") == true)
    try world.directory.file("home/p/a/pyproject.toml", Self.table.replacing("acme-dev", with: "own"))
    #expect(try read(Self.table, below: "a/b", world).map(\.profile) == ["own"])
    try world.directory.file("home/p/a/pyproject.toml", "[tool.codeartifact-keyring]\n")
    #expect(try read(Self.table, below: "a/b", world).isEmpty)
  }

  @Test func aNearerFileThatCannotBeReadEndsTheSearch() throws {
    let world = try World()
    try world.directory.directory("home/p/a/pyproject.toml")
    #expect(try read(Self.table, below: "a/b", world).isEmpty)
  }

  @Test(arguments: [
    "", "[project]\nname = \"codeartifact-keyring\"\n", "[tool.other]\n", "[[tool]]\nname = \"codeartifact-keyring\"\n",
  ])
  func aProjectMaySayNothing(_ text: String) throws { #expect(try read(text).isEmpty) }

  /// A file that does not name this program is for other programs to complain about.
  @Test func aBrokenFileWithoutTheProgramsNameIsSkipped() throws { #expect(try read("[").isEmpty) }

  @Test(arguments: [
    ("[tool]\ncodeartifact-keyring = 1\n", 2, "is not a table"),
    ("[tool.codeartifact-keyring]\nstore = \"none\"\n", 2, "a project cannot set"),
    ("[[tool.codeartifact-keyring.host]]\nname = \"x\"\n", 1, "a project cannot set"),
    ("[tool.codeartifact-keyring]\ntypo = 1\n", 2, "unknown key \"typo\""),
    ("[tool.x]\nrole_arn = 1\n[[tool.codeartifact-keyring.domain]]\nrole_arn = \"r\"\n", 4, "a project cannot set"),
    ("[[tool.codeartifact-keyring.domain]]\nprofile = \"x\"\n", 1, "needs match"),
    ("[[tool.codeartifact-keyring.domain]]\nmatch = { domain = \"acme\" }\n", 1, "neither profile nor duration"),
    ("[[tool.codeartifact-keyring.domain]]\nmatch = { domain = \"ac\" }\nduration = \"1m\"\n", 3, "is not a duration"),
    ("a = \"codeartifact-keyring\"\n[", 2, "header"),
  ])
  func aMistakeIsReportedWithItsLine(_ text: String, _ line: Int, _ words: String) {
    #expect { try read(text) } throws: { error in
      guard let failure = error as? FailureRecord else { return false }
      return "\(failure)".contains("pyproject.toml line \(line): ") && failure.problem.contains(words)
    }
  }

  /// A name stands in messages, and in commands that they tell people to run.
  @Test(arguments: [
    "", "-x", "--help", "two words", "a;id", "$(id)", "`id`", "a'b", "a\\\"b", "a|b", "a&b", "a>b", "a\\nb",
    "a\\u202Eb",
    "a\\u2028b", "büro", "~", "#a", "*", String(repeating: "a", count: 129),
  ])
  func aProfileThatLooksLikeNoneIsRefused(_ name: String) {
    let text = "[[tool.codeartifact-keyring.domain]]\nmatch = { domain = \"acme\" }\nprofile = \"\(name)\"\n"
    #expect { try read(text) } throws: { error in
      (error as? FailureRecord).map { $0.location?.line == 3 && $0.problem.hasSuffix("is not a valid profile") }
        ?? false
    }
  }

  @Test(arguments: ["dev", "Acme_Dev-2.x", "anna@corp", "111122223333/role", "a:b+c=d,e", "_"])
  func aProfileThatLooksLikeOneIsTaken(_ name: String) throws {
    let text = "[[tool.codeartifact-keyring.domain]]\nmatch = { domain = \"acme\" }\nprofile = \"\(name)\"\n"
    #expect(try read(text).first?.profile == name)
  }

  private func accessKey(
    _ variables: [String: String] = [:], user: (inout Configuration) -> Void = { _ in }
  ) throws -> String {
    let world = try World(variables, files: Self.awsFiles)
    var configuration = Configuration()
    configuration.projectDomains = try read(Self.table, below: "", world)
    user(&configuration)
    let request = try TokenRequest(acme, configuration, world.context)
    return request.credentialSource.identity.last ?? ""
  }

  @Test func theProfileIsUsedWhereTheUserChoosesNone() throws { #expect(try accessKey() == "AKIADEV") }

  /// Who is signed in for one run, a CI job above all, is not sent to a profile that only developers have.
  @Test(arguments: [
    ["AWS_PROFILE": "default"], ["AWS_DEFAULT_PROFILE": "default"],
    ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"],
  ])
  func theEnvironmentGoesBeforeTheProject(_ variables: [String: String]) throws {
    #expect(try accessKey(variables) == variables["AWS_ACCESS_KEY_ID"] ?? "AKIADEFAULT")
  }

  @Test func theUsersOwnSettingsGoBeforeTheProjects() throws {
    #expect(try accessKey { $0.profile = ("default", "--profile") } == "AKIADEFAULT")
    #expect(try accessKey { $0.domains = [DomainSettings(domain: "acme", profile: "default")] } == "AKIADEFAULT")
    // Settings that do not say who signs in leave that to the project.
    #expect(try accessKey { $0.legacyDomains = [DomainSettings(duration: TokenDuration(parameter: 900))] } == "AKIADEV")
  }

  @Test func theDurationIsTheProjectsWhereTheUserHasNone() throws {
    let world = try World(files: Self.awsFiles)
    var configuration = Configuration()
    configuration.projectDomains = try read(Self.table, below: "", world)
    #expect(try TokenRequest(acme, configuration, world.context).duration == TokenDuration(parameter: 3600))
    configuration.duration = TokenDuration(parameter: 900)
    #expect(try TokenRequest(acme, configuration, world.context).duration == TokenDuration(parameter: 900))
  }

  @Test func aProfileThatIsNotThereIsAnErrorThatNamesTheFile() throws {
    let world = try World()
    var configuration = Configuration()
    configuration.projectDomains = try read(Self.table, below: "", world)
    #expect { try TokenRequest(acme, configuration, world.context) } throws: { error in
      "\(error)".contains("AWS profile \"acme-dev\"") && "\(error)".contains("/p/pyproject.toml")
    }
  }
}
