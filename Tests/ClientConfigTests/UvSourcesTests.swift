import Platform
import TestSupport
import Testing

@testable import ClientConfig

private let url = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/"
private let index = "[[tool.uv.index]]\nname = \"acme\"\nurl = \"\(url)\"\nauthenticate = \"always\"\n"

@Suite struct UvSourcesTests {
  private func sources(in directory: String, _ files: [String: String]) throws -> [ProjectSource] {
    let world = try World(files: files)
    return try ProjectSources.read(in: "\(world.home)/\(directory)", world.context).all
  }

  // MARK: dependencies

  /// What a dependency says about `authenticate` is not what counts.
  @Test(arguments: [
    "[tool.uv.sources]\nlib = { path = \"../lib\", editable = true }\n",
    "[tool.uv.sources]\nlib = [{ git = \"x\" }, { path = \"../lib\", marker = \"x\" }]\n",
    "[tool.uv.workspace]\nmembers = [\"packages/*\", \"../lib\"]\n",
    "[tool.uv.workspace]\nmembers = [\"../l?b\", \"./none\"]\n",
    "[tool.uv.workspace]\nmembers = [\"../*\"]\nexclude = [\"../other\"]\n",
  ])
  func aPathDependencyOrAMember(_ text: String) throws {
    let files = ["root/pyproject.toml": text, "lib/pyproject.toml": index, "other/pyproject.toml": ""]
    let found = try sources(in: "root", files)
    #expect(found.map(\.url) == [url])
    #expect(found.map(\.line) == [3])
    #expect(found.map(\.isOfDependency) == [true])
    #expect(found.map(\.authenticates) == [false])
  }

  @Test func whatIsExcludedIsNoMember() throws {
    let text = "[tool.uv.workspace]\nmembers = [\"*\"]\nexclude = [\"a\"]\n"
    let files = ["root/pyproject.toml": text, "root/a/pyproject.toml": index, "root/b/pyproject.toml": ""]
    #expect(try sources(in: "root", files).isEmpty)
  }

  @Test func theDependenciesOfDependenciesAndThoseThatGoRound() throws {
    func project(_ name: String) -> String { "[tool.uv.sources]\nx = { path = \"../\(name)\" }\n" }
    let found = try sources(
      in: "a",
      [
        "a/pyproject.toml": project("b") + index, "b/pyproject.toml": project("c"),
        "c/pyproject.toml": project("a") + index, "d/pyproject.toml": index,
      ])
    #expect(found.map(\.isOfDependency) == [false, true])
    #expect(found.map(\.authenticates) == [true, false])
  }

  @Test func fromAMemberTheWorkspaceIsTheRoot() throws {
    let found = try sources(
      in: "root/lib",
      ["root/pyproject.toml": "[tool.uv.workspace]\nmembers = [\"lib\"]\n", "root/lib/pyproject.toml": index])
    #expect(found.map(\.isOfDependency) == [true])
  }

  @Test func aDependencyThatCannotBeReadIsForUvToTellOf() throws {
    let text = "[tool.uv.sources]\na = { path = \"../a\" }\nb = { path = \"../b\" }\n"
    #expect(try sources(in: "root", ["root/pyproject.toml": text, "a/pyproject.toml": "[\n", "b/x": ""]).isEmpty)
  }

  /// A pattern that takes a naive reader for ever.
  @Test func aPatternOfManyStars() throws {
    let pattern = String(repeating: "*a", count: 40) + "b"
    let name = String(repeating: "a", count: 200)
    let text = "[tool.uv.workspace]\nmembers = [\"\(pattern)\", \"\(String(repeating: "*/", count: 50))\"]\n"
    #expect(try sources(in: "root", ["root/pyproject.toml": text, "root/\(name)/x": ""]).isEmpty)
  }

  // MARK: scripts

  private func script(_ toml: String, before: String = "#!/usr/bin/env python\n") -> String {
    let lines = toml.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return before + "# /// script\n" + lines.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined() + "# ///\nimport acme\n"
  }

  @Test(arguments: ["\n", "\r\n"])
  func aScriptNamesItsIndexes(_ newline: String) throws {
    let text = script("dependencies = [\"a\"]\n\n" + index).replacing("\n", with: newline)
    let found = try sources(in: "p", ["p/run.py": text])
    #expect(found.map(\.url) == [url])
    #expect(found.map(\.line) == [7])
    #expect(found.map(\.authenticates) == [true])
  }

  @Test(arguments: [
    "import x\n", "", "# /// script\n# [tool.uv]\n", "# /// script\nimport x\n# ///\n",
    "# /// scripts\n# a = 1\n# ///\n",
    "# /// script\n# a = 1\n# ///\n",
  ])
  func whatHasNoBlockNamesNone(_ text: String) throws {
    #expect(try sources(in: "p", ["p/run.py": text]).isEmpty)
  }

  /// One in the folder may be anybody's; one that is named is meant.
  @Test func aBrokenBlockIsAMistakeWhereTheScriptIsNamed() throws {
    let world = try World(files: ["p/run.py": script("a = 1\n[tool.uv\n")])
    let directory = "\(world.home)/p"
    #expect(try ProjectSources.read(in: directory, world.context).all.isEmpty)
    #expect {
      try ProjectSources.read(in: directory, scripts: ["\(directory)/run.py"], world.context)
    } throws: { ($0 as? FailureRecord)?.location?.line == 4 }
  }

  @Test func aScriptElsewhereIsReadWhereItIsNamed() throws {
    let world = try World(files: ["p/x": "", "scripts/run": script(index)])
    let found = try ProjectSources.read(
      in: "\(world.home)/p", scripts: ["\(world.home)/scripts/run", "\(world.home)/p"], world.context)
    #expect(found.all.map(\.place) == ["\(world.home)/scripts/run"])
  }

  // MARK: lines

  /// Two tools may name the same URL: each has its own line.
  @Test func eachToolHasItsOwnLine() throws {
    let text =
      "[[tool.poetry.source]]\nname = \"acme\"\nurl = \"\(url)\"\n\n[[ tool.\"uv\".index ]]\nname = \"acme\"\nurl = '\(url)'\n"
      + "[[tool.pdm.source]]\nurl = \"\(url)\"\n"
    let found = try sources(in: "p", ["p/pyproject.toml": text])
    #expect(found.map(\.tool) == [.poetry, .uv, .pdm])
    #expect(found.map(\.line) == [3, 7, 9])
  }
}

@Suite struct PdmSourcesTests {
  @Test(arguments: [
    ("[pypi]\nurl = \"\(url)\"\n", nil, false), ("[pypi.acme]\nurl = \"\(url)\"\n", "acme", false),
    ("[repository.acme]\nusername = \"aws\"\nurl = \"\(url)\"\n", "acme", true),
  ])
  func settingsNameThem(_ text: String, _ name: String?, _ isForPublishing: Bool) throws {
    for place in [".config/pdm/config.toml", "p/pdm.toml", "etc/pdm/config.toml"] {
      let directory = try TemporaryDirectory()
      let world = try World(
        ["XDG_CONFIG_DIRS": "\(directory.path)/home/etc"], files: [place: text, "p/pyproject.toml": ""],
        directory: directory)
      let found = try ProjectSources.read(in: "\(world.home)/p", world.context).all
      #expect(found.map(\.url) == [url])
      #expect(found.map(\.name) == [name])
      #expect(found.map(\.isForPublishing) == [isForPublishing])
      #expect(found.map(\.place) == ["\(world.home)/\(place)"])
    }
  }

  @Test func variablesNameThem() throws {
    let directory = try TemporaryDirectory()
    let world = try World(
      ["PDM_PYPI_URL": url, "PDM_CONFIG_FILE": "\(directory.path)/home/own.toml"],
      files: [
        "own.toml": "[pypi]\nurl = 'https://own.example/'\n", ".config/pdm/config.toml": "[pypi]\nurl = 'https://x/'\n",
      ],
      directory: directory)
    let found = try ProjectSources.read(in: world.home, world.context).all
    #expect(found.map(\.url) == [url, "https://own.example/"])
  }
}
