import ClientConfig
import Platform
import TestSupport
import Testing

@testable import CodeArtifact

private let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
private let link = "https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d"

@Suite struct ProjectRepositoryTests {
  @Test(arguments: [
    ("https://\(host)/pypi/internal/simple/", ["acme"]), ("https://aws@\(host)/pypi/internal/simple/", ["acme"]),
    ("https://bob@\(host)/pypi/internal/simple/", []), ("http://\(host)/pypi/internal/simple/", []),
    ("https://pypi.example/simple/", []),
  ])
  func aSourceIsARepositoryOrNot(_ url: String, _ domains: [String]) throws {
    let world = try World(files: ["p/pyproject.toml": "[tool.uv]\nindex-url = '\(url)'\n"])
    let sources = try ProjectSources.read(in: "\(world.home)/p", world.context)
    #expect(sources.repositories(Configuration()).map(\.repository.domain) == domains)
  }

  @Test func aMappedHostIsARepository() throws {
    let world = try World(files: ["p/pyproject.toml": "[tool.uv]\nindex-url = 'https://pypi.acme.example/simple/'\n"])
    var configuration = Configuration()
    configuration.hosts = [
      MappedHost(name: "pypi.acme.example", domain: "acme", owner: "111122223333", region: "us-east-1")
    ]
    let sources = try ProjectSources.read(in: "\(world.home)/p", world.context)
    #expect(sources.repositories(configuration).map(\.repository.owner) == ["111122223333"])
  }

  /// It is not said which of them an answer would be sent to.
  @Test(arguments: [
    ("https://\(host)/pypi/internal/", "https://\(host)/pypi/internal/simple/", true),
    ("https://\(host)/pypi/internal/", "https://aws@\(host.uppercased()):443/pypi/other/", true),
    ("https://pypi.acme.example/", "https://pypi.acme.example/simple/", true),
    ("https://\(host)/pypi/internal/", "https://pypi.acme.example/simple/", false),
    ("https://\(host)/pypi/internal/", "https://other-\(host)/pypi/internal/", false),
    ("https://\(host)/pypi/internal/", "http://\(host)/pypi/internal/", false),
    ("https://\(host)/pypi/internal/", "file:///pypi/", false),
    ("\(link)/one-111122223333/x1/", "\(link)/one-111122223333/x2/", true),
    ("\(link)/one-111122223333/x1/", "\(link)/two-111122223333/x1/", false),
  ])
  func aNameStandsForAURLIfAllSettingsAgree(_ one: String, _ other: String, _ isAnswered: Bool) throws {
    for (variable, file) in [(one, other), (other, one)] {
      let world = try World(
        ["POETRY_REPOSITORIES_ACME_URL": variable],
        files: [".config/pypoetry/config.toml": "[repositories.acme]\nurl = '\(file)'\n"])
      #expect(url(of: "acme", world) == (isAnswered ? variable : nil))
    }
  }

  @Test func oneSettingIsEnough() throws {
    let world = try World(["POETRY_REPOSITORIES_ACME_URL": "https://\(host)/pypi/internal/"])
    #expect(url(of: "acme", world) == "https://\(host)/pypi/internal/")
    #expect(url(of: "other", world) == nil)
  }

  private func url(of name: String, _ world: World) -> String? {
    Repository.url(of: PoetrySettings(world.context, in: world.home).urls(of: name))
  }
}
