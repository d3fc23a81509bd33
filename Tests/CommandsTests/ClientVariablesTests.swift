import CodeArtifact
import Testing
import TestSupport

@testable import Commands

@Suite struct ClientVariablesTests {
  private static func url(_ domain: String = "acme", _ repository: String = "internal") -> String {
    "https://\(domain)-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/\(repository)/"
  }

  /// The variables for these URLs, or for a project with this `pyproject.toml`; every domain's token is its name.
  private func variables(
    _ urls: [String] = [], project: String = "", pip: Bool = false
  ) throws -> [String: String] {
    let made = try made(urls, project: project, pip: pip)
    return Dictionary(made.list.map { ($0.name, $0.value) }) { $1 }
  }

  private func made(_ urls: [String], project: String, pip: Bool = false) throws -> ClientVariables {
    let world = try World(files: ["p/pyproject.toml": project])
    let errand = try Errand(urls, Configuration(), world.surroundings, directory: "\(world.home)/p")
    return try ClientVariables(
      errand, errand.domains.map { Grant(domain: $0, token: "token-\($0.domain)") }, includingPip: pip)
  }

  @Test func aRepositoryThatIsNamed() throws {
    #expect(
      try variables([Self.url()]) == [
        "CODEARTIFACT_TOKEN": "token-acme", "TWINE_REPOSITORY_URL": Self.url(), "TWINE_USERNAME": "aws",
        "TWINE_PASSWORD": "token-acme", "UV_PUBLISH_URL": Self.url(), "UV_PUBLISH_USERNAME": "aws",
        "UV_PUBLISH_PASSWORD": "token-acme",
      ])
  }

  /// Without the address twine and uv would send the token to the public index.
  @Test(arguments: [[url(), url("acme", "other")], ["acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"]])
  func whereItIsNotClearWhereToPublishNobodyIsGivenAPassword(_ urls: [String]) throws {
    #expect(try variables(urls) == ["CODEARTIFACT_TOKEN": "token-acme"])
  }

  @Test(arguments: [
    ("acme", "ACME", "ACME"), ("my-acme", "MY_ACME", "MY_ACME"), ("a.b_c1", "A_B_C1", "A_B_C1"),
    ("Acme", "ACME", "ACME"),
  ])
  func eachToolSpellsANameItsOwnWay(_ name: String, _ poetry: String, _ uv: String) throws {
    let poetrySource = "[[tool.poetry.source]]\nname = '\(name)'\nurl = '\(Self.url())simple/'\n"
    let uvIndex = "[[tool.uv.index]]\nname = '\(name)'\nurl = '\(Self.url())simple/'\n"
    let found = try variables(project: poetrySource + uvIndex)
    #expect(found["POETRY_HTTP_BASIC_\(poetry)_USERNAME"] == "aws")
    #expect(found["POETRY_HTTP_BASIC_\(poetry)_PASSWORD"] == "token-acme")
    #expect(found["UV_INDEX_\(uv)_USERNAME"] == "aws")
    #expect(found["UV_INDEX_\(uv)_PASSWORD"] == "token-acme")
  }

  @Test func aNameThatNoShellCanSetIsTold() throws {
    let made = try made([], project: "[[tool.poetry.source]]\nname = 'my repo'\nurl = '\(Self.url())'\n")
    #expect(made.list.allSatisfy { !$0.name.contains("POETRY") })
    #expect(made.passedOver == ["no variable can be spelled for the source \"my repo\": rename it"])
  }

  @Test func severalDomainsHaveATokenEach() throws {
    let found = try variables([Self.url("acme-one"), Self.url("two")])
    #expect(found == ["CODEARTIFACT_TOKEN_ACME_ONE": "token-acme-one", "CODEARTIFACT_TOKEN_TWO": "token-two"])
  }

  @Test func oneVariableCannotHaveTwoValues() throws {
    let project =
      "[tool.uv]\nindex = [{ name = 'a-b', url = '\(Self.url("one"))' }, { name = 'a_b', url = '\(Self.url("two"))' }]\n"
    #expect(throws: AmbiguousVariables.twoValues("UV_INDEX_A_B_PASSWORD")) { try variables(project: project) }
  }

  @Test func onlySourcesOfTheDomainsAskedForAreNamed() throws {
    let project =
      "[tool.uv]\nindex = [{ name = 'a', url = '\(Self.url("one"))' }, { name = 'b', url = '\(Self.url("two"))' }]\n"
    let found = try variables([Self.url("two")], project: project)
    #expect(found.keys.contains("UV_INDEX_B_PASSWORD") && !found.keys.contains("UV_INDEX_A_PASSWORD"))
    #expect(found["CODEARTIFACT_TOKEN"] == "token-two")
  }

  /// `uv publish --index` refuses an address beside it.
  @Test func anIndexThatKnowsItsAddressIsNotGivenAnother() throws {
    let found = try variables(
      project:
        "[[tool.uv.index]]\nname = 'a'\nurl = '\(Self.url())simple/'\npublish-url = '\(Self.url("acme", "releases"))'\n"
    )
    #expect(found["UV_PUBLISH_URL"] == nil)
    #expect(found["UV_PUBLISH_PASSWORD"] == "token-acme")
    #expect(found["TWINE_REPOSITORY_URL"] == Self.url("acme", "releases"))
  }

  @Test func pipIsGivenTheIndexOnRequest() throws {
    let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
    #expect(
      try variables([Self.url()], pip: true)["PIP_INDEX_URL"] == "https://aws:token-acme@\(host)/pypi/internal/simple/")
    #expect(throws: AmbiguousVariables.noSingleIndex) { try variables([host], pip: true) }
    #expect(throws: AmbiguousVariables.noSingleIndex) {
      try variables([Self.url(), Self.url("acme", "other")], pip: true)
    }
  }

  @Test func withoutAProjectSomethingMustBeNamed() {
    #expect(throws: NoRepository.self) { try variables(project: "[project]\nname = 'x'\n") }
    #expect(throws: NotARepository.self) { try variables(["https://pypi.org/simple/"]) }
  }

  @Test func aHostHasOneLineInANetrc() throws {
    let world = try World()
    let errand = try Errand(
      [Self.url(), Self.url("acme", "other"), Self.url("two")], Configuration(), world.surroundings,
      directory: world.home)
    let grants = errand.domains.map { Grant(domain: $0, token: "token-\($0.domain)") }
    #expect(
      try NetrcCommand.lines(errand, grants) == """
        machine acme-111122223333.d.codeartifact.us-east-1.amazonaws.com login aws password token-acme
        machine two-111122223333.d.codeartifact.us-east-1.amazonaws.com login aws password token-two

        """)
  }

  /// Behind PrivateLink one host serves all domains, which a netrc cannot tell apart.
  @Test func oneHostCannotHaveTwoPasswords() throws {
    let host = "https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d"
    let world = try World()
    let errand = try Errand(
      ["\(host)/one-111122223333/x1/", "\(host)/two-111122223333/x1/"], Configuration(), world.surroundings,
      directory: world.home)
    let grants = errand.domains.map { Grant(domain: $0, token: "token-\($0.domain)") }
    #expect(throws: AmbiguousVariables.self) { try NetrcCommand.lines(errand, grants) }
  }
}
