import TestSupport
import Testing

@testable import CodeArtifact

private let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
private let link = "https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d"

@Suite struct PoetrySourcesTests {
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
      #expect(PoetrySources(world.context).url(of: "acme") == (isAnswered ? variable : nil))
    }
  }

  @Test func oneSettingIsEnough() throws {
    let world = try World(["POETRY_REPOSITORIES_ACME_URL": "https://\(host)/pypi/internal/"])
    #expect(PoetrySources(world.context).url(of: "acme") == "https://\(host)/pypi/internal/")
    #expect(PoetrySources(world.context).url(of: "other") == nil)
  }
}
