import CodeArtifact
import Platform
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

  private func made(
    _ urls: [String] = [], project: String, files: [String: String] = [:], pip: Bool = false
  ) throws -> ClientVariables {
    let world = try World(files: files.merging(["p/pyproject.toml": project]) { $1 })
    let selection = try RepositorySelection(urls, Configuration(), world.context, directory: "\(world.home)/p")
    return try ClientVariables(
      selection, selection.domains.map { DomainToken(domain: $0, token: "token-\($0.domain)") }, includingPip: pip)
  }

  @Test func aRepositoryThatIsNamed() throws {
    #expect(
      try variables([Self.url()]) == [
        "CODEARTIFACT_TOKEN": "token-acme", "CODEARTIFACT_TOKEN_ACME": "token-acme", "TWINE_REPOSITORY_URL": Self.url(),
        "TWINE_USERNAME": "aws",
        "TWINE_PASSWORD": "token-acme", "UV_PUBLISH_URL": Self.url(), "UV_PUBLISH_USERNAME": "aws",
        "UV_PUBLISH_PASSWORD": "token-acme",
      ])
  }

  /// Without the address twine and uv would send the token to the public index.
  @Test(arguments: [[url(), url("acme", "other")], ["acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"]])
  func withoutAClearPublishTargetNoPasswordIsSet(_ urls: [String]) throws {
    #expect(
      try variables(urls) == ["CODEARTIFACT_TOKEN": "token-acme", "CODEARTIFACT_TOKEN_ACME": "token-acme"])
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

  /// uv refuses such names itself, and Poetry's could not be spelled.
  @Test(arguments: ["my repo", "bücher", "x`id`", "$(id)", "a;b", "-x", "\\u202Ea", "a\\nb", "a'b"])
  func anInvalidNameIsReported(_ name: String) throws {
    for table in ["tool.poetry.source", "tool.uv.index"] {
      let made = try made([], project: "[[\(table)]]\nname = \"\(name)\"\nurl = '\(Self.url())'\n")
      #expect(
        made.list.allSatisfy {
          $0.name.hasPrefix("CODEARTIFACT_TOKEN") || $0.name.hasPrefix("TWINE_") || $0.name.hasPrefix("UV_P")
        })
      #expect(made.skipped.count == 1 && made.skipped[0].contains("/p/pyproject.toml:3: a name can have only letters"))
      #expect(made.skipped[0].unicodeScalars.allSatisfy { $0 != "\n" && $0 != "\u{202E}" })
    }
  }

  /// What a name of the project's makes of a command that people copy.
  @Test func anInvalidNameIsInNoCommand() throws {
    let made = try made(
      project: "[[tool.uv.index]]\nname = '$(id)'\nurl = '\(Self.url())'\npublish-url = '\(Self.url())'\n")
    #expect(made.skipped.last == "UV_PUBLISH_PASSWORD is not set: use uv publish --index NAME, which needs none")
  }

  /// What AWS would call no repository is in no variable.
  @Test(arguments: ["a'b", "a`id`", "$(id)", "a;id", "a%27b", "..", "-x"])
  func aRepositoryWithAnInvalidNameIsRefused(_ name: String) throws {
    let project = "[[tool.poetry.source]]\nname = 'a'\nurl = \"\(Self.url("acme", name))simple/\"\n"
    #expect { try made(project: project) } throws: { "\($0)".contains("has a repository name with characters") }
    let failure = try #require(#expect(throws: FailureRecord.self) { try variables([Self.url("acme", name)]) })
    #expect(failure.problem.contains("a repository name with characters other than letters"))
  }

  @Test func severalDomainsHaveATokenEach() throws {
    let found = try variables([Self.url("acme-one"), Self.url("two")])
    #expect(found == ["CODEARTIFACT_TOKEN_ACME_ONE": "token-acme-one", "CODEARTIFACT_TOKEN_TWO": "token-two"])
  }

  /// Neither token is valid for the other domain of this name; sources have variables of their own.
  @Test func ofTwoDomainsWithOneNameNeitherTokenHasTheVariable() throws {
    let urls = [Self.url(), Self.url().replacing("111122223333", with: "444455556666"), Self.url("two")]
    let project = zip(["a", "b", "c"], urls).map { "[[tool.uv.index]]\nname = '\($0)'\nurl = '\($1)simple/'\n" }
      .joined()
    let world = try World(files: ["p/pyproject.toml": project])
    let selection = try RepositorySelection([], Configuration(), world.context, directory: "\(world.home)/p")
    let tokens = selection.domains.map { DomainToken(domain: $0, token: "token-\($0.domain)-\($0.owner)") }
    let made = try ClientVariables(selection, tokens)
    let passwords = made.list.filter { !$0.name.hasSuffix("_USERNAME") }
    #expect(made.removed == ["CODEARTIFACT_TOKEN", "CODEARTIFACT_TOKEN_ACME"])
    #expect(
      Dictionary(passwords.map { ($0.name, $0.value) }) { $1 } == [
        "CODEARTIFACT_TOKEN_TWO": "token-two-111122223333", "UV_INDEX_A_PASSWORD": "token-acme-111122223333",
        "UV_INDEX_B_PASSWORD": "token-acme-444455556666", "UV_INDEX_C_PASSWORD": "token-two-111122223333",
      ])
    #expect(
      made.skipped == [
        "CODEARTIFACT_TOKEN_ACME is not set: it would be the variable of both acme (111122223333, us-east-1) "
          + "and acme (444455556666, us-east-1)"
      ])
  }

  /// A variable with `_FILE` at its end names a file.
  @Test func aDomainThatIsCalledFileHasNoVariable() throws {
    let made = try made([Self.url("file")], project: "")
    #expect(made.list.filter { $0.name.hasPrefix("CODEARTIFACT_TOKEN") }.map(\.name) == ["CODEARTIFACT_TOKEN"])
    #expect(made.skipped.count == 1)
  }

  @Test(arguments: [("tool.poetry.source", 1), ("tool.uv.index", 0)])
  func whatNewPoetryDoesNotReadIsReported(_ table: String, _ count: Int) throws {
    let made = try made(project: "[[\(table)]]\nname = 'my.acme'\nurl = '\(Self.url())simple/'\n")
    #expect(made.list.contains { $0.name.hasSuffix("_MY_ACME_PASSWORD") })
    #expect(made.skipped.filter { $0.contains("Poetry 2.5 does not read") }.count == count)
  }

  private static let uv = "[[tool.uv.index]]\nname = 'a-b'\nurl = '\(url())simple/'\n"
  private static let poetry = "[[tool.poetry.source]]\nname = 'a-b'\nurl = '\(url())simple/'\n"

  /// Where else a name may stand, and whether that is in the domain as well.
  private static let others = [
    ("https://pypi.org/simple/", false), (url("other"), false), (url().replacing("https", with: "http"), false),
    (url().replacing("us-east-1", with: "eu-west-1"), false), (url("acme", "releases"), true),
  ]

  /// A client looks its variables up by a source's name, and does not care whose it is.
  @Test(arguments: [
    (uv, ".config/uv/uv.toml", "[[index]]\nname = 'A.b'\nurl = 'URL'\n"),
    (poetry, "p/poetry.toml", "[repositories.a_b]\nurl = 'URL'\n"),
    (poetry, ".config/pypoetry/config.toml", "[repositories]\na-b = { url = 'URL' }\n"),
  ])
  func aNameThatAlsoBelongsToAnotherServiceGetsNoToken(_ project: String, _ file: String, _ text: String) throws {
    for (url, isOurs) in Self.others {
      let made = try made([Self.url()], project: project, files: [file: text.replacing("URL", with: url)])
      #expect(made.list.contains { $0.name.hasSuffix("_A_B_PASSWORD") } == isOurs, "\(url)")
      #expect(made.list.contains { $0.name.hasSuffix("_A_B_USERNAME") } == isOurs, "\(url)")
      #expect(made.skipped.count == (isOurs ? 0 : 1), "\(url)")
      for line in made.skipped {
        #expect(line.contains("_A_B_PASSWORD is not set: "))
        #expect(line.contains("/p/pyproject.toml:3") && line.contains("/\(file):"))
      }
    }
  }

  /// Of two domains, neither's token is valid for the other.
  @Test func aNameOfTwoDomainsGetsNoToken() throws {
    let made = try made(
      project:
        "[tool.uv]\nindex = [{ name = 'a-b', url = '\(Self.url("one"))' }, { name = 'a_b', url = '\(Self.url("two"))' }]\n"
    )
    #expect(made.list.map(\.name) == ["CODEARTIFACT_TOKEN_ONE", "CODEARTIFACT_TOKEN_TWO"])
    #expect(made.skipped.count == 1)
  }

  /// Tools do not share their variables.
  @Test func aNameOfAnotherToolDoesNotMatter() throws {
    let made = try made(project: Self.uv + "[[tool.poetry.source]]\nname = 'a-b'\nurl = 'https://pypi.org/simple/'\n")
    #expect(made.list.contains { $0.name == "UV_INDEX_A_B_PASSWORD" })
    #expect(made.skipped.isEmpty)
  }

  /// `poetry publish` goes to the public index under this name.
  @Test func theNameOfThePublicIndexGetsNoToken() throws {
    let made = try made(project: "", files: ["p/poetry.toml": "[repositories.pypi]\nurl = '\(Self.url())'\n"])
    #expect(made.list.allSatisfy { !$0.name.contains("POETRY") })
    #expect(made.skipped.count == 1 && made.skipped[0].hasPrefix("POETRY_HTTP_BASIC_PYPI_PASSWORD is not set: "))
  }

  @Test func onlySourcesOfTheDomainsAskedForAreNamed() throws {
    let project =
      "[tool.uv]\nindex = [{ name = 'a', url = '\(Self.url("one"))' }, { name = 'b', url = '\(Self.url("two"))' }]\n"
    let found = try variables([Self.url("two")], project: project)
    #expect(found.keys.contains("UV_INDEX_B_PASSWORD") && !found.keys.contains("UV_INDEX_A_PASSWORD"))
    #expect(found["CODEARTIFACT_TOKEN"] == "token-two")
  }

  /// `uv publish --index` refuses an address beside it; without either, uv would send the token to the public index.
  @Test(arguments: ["", "[tool.uv]\npublish-url = '\(url("acme", "releases"))'\n"])
  func whereAnIndexKnowsItsAddressUvIsGivenNoPassword(_ own: String) throws {
    let index =
      "[[tool.uv.index]]\nname = 'a'\nurl = '\(Self.url())simple/'\npublish-url = '\(Self.url("acme", "releases"))'\n"
    let made = try made(project: own + index)
    #expect(made.list.allSatisfy { !$0.name.hasPrefix("UV_PUBLISH") })
    #expect(made.skipped == ["UV_PUBLISH_PASSWORD is not set: use uv publish --index a, which needs none"])
    #expect(made.list.contains { $0.name == "UV_INDEX_A_PASSWORD" && $0.value == "token-acme" })
    #expect(made.list.contains { $0.name == "TWINE_REPOSITORY_URL" && $0.value == Self.url("acme", "releases") })
  }

  @Test func whereUvItselfKnowsTheAddressItIsGivenThatToo() throws {
    let made = try made(project: "[tool.uv]\npublish-url = '\(Self.url())'\n")
    #expect(made.list.filter { $0.name.hasPrefix("UV_PUBLISH") }.map(\.value) == [Self.url(), "aws", "token-acme"])
    #expect(made.skipped.isEmpty)
  }

  @Test func pipIsGivenTheIndexOnRequest() throws {
    let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
    #expect(
      try variables([Self.url()], pip: true)["PIP_INDEX_URL"] == "https://aws:token-acme@\(host)/pypi/internal/simple/")
    #expect(throws: FailureRecord.ambiguous("there is more than one repository for pip, or none")) {
      try variables([host], pip: true)
    }
    #expect(throws: FailureRecord.ambiguous("there is more than one repository for pip, or none")) {
      try variables([Self.url(), Self.url("acme", "other")], pip: true)
    }
  }

  /// What is only published to is nothing to read from.
  @Test func pipIsNotGivenWhatIsPublishedTo() throws {
    let made = try made(
      project: "[[tool.poetry.source]]\nname = 'a'\nurl = '\(Self.url())simple/'\n",
      files: ["p/poetry.toml": "[repositories.b]\nurl = '\(Self.url("acme", "releases"))'\n"], pip: true)
    #expect(made.list.first { $0.name == "PIP_INDEX_URL" }?.value.hasSuffix("/pypi/internal/simple/") == true)
  }

  @Test func aTokenInAURLIsEscaped() throws {
    let world = try World()
    let selection = try RepositorySelection([Self.url()], Configuration(), world.context, directory: world.home)
    let tokens = selection.domains.map { DomainToken(domain: $0, token: "a/b@c=") }
    let made = try ClientVariables(selection, tokens, includingPip: true)
    #expect(made.list.first { $0.name == "PIP_INDEX_URL" }?.value.hasPrefix("https://aws:a%2Fb%40c%3D@acme-") == true)
  }

  @Test func eachSourceHasTheTokenOfItsDomain() throws {
    let found = try variables(
      project:
        "[tool.uv]\nindex = [{ name = 'a', url = '\(Self.url("one"))' }, { name = 'b', url = '\(Self.url("two"))' }]\n")
    #expect(found["UV_INDEX_A_PASSWORD"] == "token-one")
    #expect(found["UV_INDEX_B_PASSWORD"] == "token-two")
  }

  /// One account's domain is not that of another of the same name.
  @Test func aDomainIsOneByNameOwnerAndRegion() throws {
    let world = try World()
    let urls = [
      Self.url(), Self.url("other"), Self.url().replacing("111122223333", with: "444455556666"),
      Self.url().replacing("us-east-1", with: "eu-west-1"), Self.url("acme", "releases"),
    ]
    let selection = try RepositorySelection(urls, Configuration(), world.context, directory: world.home)
    #expect(selection.items.count == 5)
    #expect(selection.domains == selection.items.prefix(4).map(\.repository))
  }

  @Test func withoutAProjectSomethingMustBeNamed() throws {
    #expect(throws: NoRepository.self) { try variables(project: "[project]\nname = 'x'\n") }
    let failure = try #require(#expect(throws: FailureRecord.self) { try variables(["https://pypi.org/simple/"]) })
    #expect(failure.problem == "https://pypi.org/simple/ is not a CodeArtifact repository")
  }

  /// One for a URL with `aws@` in it, which older pip looks up with that.
  @Test func aHostHasTwoLinesInANetrc() throws {
    let world = try World()
    let selection = try RepositorySelection(
      [Self.url(), Self.url("acme", "other"), Self.url("two")], Configuration(), world.context,
      directory: world.home)
    let tokens = selection.domains.map { DomainToken(domain: $0, token: "token-\($0.domain)") }
    #expect(
      try NetrcCommand.lines(selection, tokens) == """
        machine acme-111122223333.d.codeartifact.us-east-1.amazonaws.com login aws password token-acme
        machine aws@acme-111122223333.d.codeartifact.us-east-1.amazonaws.com login aws password token-acme
        machine two-111122223333.d.codeartifact.us-east-1.amazonaws.com login aws password token-two
        machine aws@two-111122223333.d.codeartifact.us-east-1.amazonaws.com login aws password token-two

        """)
  }

  /// Behind PrivateLink one host serves all domains, which a netrc cannot tell apart.
  @Test func oneHostCannotHaveTwoPasswords() throws {
    let host = "https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d"
    let world = try World()
    let selection = try RepositorySelection(
      ["\(host)/one-111122223333/x1/", "\(host)/two-111122223333/x1/"], Configuration(), world.context,
      directory: world.home)
    let tokens = selection.domains.map { DomainToken(domain: $0, token: "token-\($0.domain)") }
    #expect(throws: FailureRecord.self) { try NetrcCommand.lines(selection, tokens) }
  }
}
