import Platform
import TestSupport
import Testing

@testable import ClientConfig

private let url = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/"

@Suite struct ProjectSourcesTests {
  @Test(arguments: [
    (
      "[[tool.poetry.source]]\nname = \"acme\"\nurl = \"\(url)simple/\"\n", Optional("acme"), ProjectSource.Tool.poetry,
      false, 3
    ),
    ("[tool.poetry]\nsource = [{ name = 'acme', url = '\(url)simple/' }]\n", "acme", .poetry, false, 2),
    ("[[tool.uv.index]]\r\nname = \"acme\"\r\nurl = \"\(url)simple/\"\r\n", "acme", .uv, false, 3),
    ("tool.uv.index-url = \"\(url)simple/\"\n", nil, .uv, false, 1),
    ("[tool.uv]\nextra-index-url = [\n  \"\(url)simple/\"]\n", nil, .uv, false, 3),
    ("[tool.uv.pip]\nextra-index-url = \"\(url)simple/\"\n", nil, .uv, false, 2),
    ("[[tool.uv.index]]\nname = \"acme\"\npublish-url = \"\(url)simple/\"\n", "acme", .uv, true, 3),
    ("[tool.uv]\n# x\nx = '\(url)simple/'\npublish-url = \"\(url)simple/\"\n", nil, .uv, true, 4),
    ("# \"\(url)simple/\"\n[[tool.pdm.source]]\nurl = \"\(url)simple/\"\n", nil, .pdm, false, 3),
  ])
  func aProjectNamesItsSources(
    _ text: String, _ name: String?, _ tool: ProjectSource.Tool, _ isForPublishing: Bool, _ line: Int
  ) throws {
    let world = try World(files: ["project/pyproject.toml": text])
    let project = "\(world.directory.path)/home/project"
    let sources = try ProjectSources.read(in: project, world.context)
    #expect(
      sources.all == [
        ProjectSource(
          name: name, tool: tool, url: "\(url)simple/", isForPublishing: isForPublishing,
          place: "\(project)/pyproject.toml", line: line,
          isTable: tool == .uv && name != nil && !isForPublishing)
      ])
    #expect(sources.directory == project)
  }

  @Test func poetryReadsVariablesThenItsOwnFilesThenTheProject() throws {
    let world = try World(
      ["POETRY_REPOSITORIES_ACME_DEV_URL": "https://a.example/", "POETRY_REPOSITORIES_X1_URL": "https://no.example/"],
      files: [
        ".config/pypoetry/config.toml": "[repositories.user]\nurl = \"https://c.example/\"\n",
        "project/poetry.toml": "[repositories]\nlocal = { url = \"https://b.example/\" }\n",
        "project/pyproject.toml":
          "[tool.poetry]\nsource = [{ name = 'pypi' }, { url = 'https://d.example/' }]\n",
        "project/src/x.py": "",
      ])
    let sources = try ProjectSources.read(in: "\(world.directory.path)/home/project/src", world.context)
    #expect(sources.all.map(\.url) == ["a", "b", "c", "d"].map { "https://\($0).example/" })
    #expect(sources.all.map(\.name) == ["acme-dev", "local", "user", nil])
    #expect(sources.all.map(\.isForPublishing) == [true, true, true, false])
  }

  @Test(arguments: [
    (
      "UV_INDEX", "acme=\(url)simple/  https://b.example/?a=b", ["acme", nil],
      ["\(url)simple/", "https://b.example/?a=b"]
    ),
    ("UV_INDEX", "=x", [""], ["x"]), ("UV_INDEX", " ", [], []), ("UV_INDEX_URL", "relative", [nil], ["relative"]),
    ("UV_DEFAULT_INDEX", "a-b=\(url)simple/", ["a-b"], ["\(url)simple/"]),
    (
      "UV_EXTRA_INDEX_URL", "https://a.example/ https://b.example/", [nil, nil],
      ["https://a.example/", "https://b.example/"]
    ),
    ("UV_PUBLISH_URL", url, [nil], [url]),
  ])
  func uvReadsVariables(_ variable: String, _ value: String, _ names: [String?], _ urls: [String]) throws {
    let world = try World([variable: value], files: [".config/uv/uv.toml": "index-url = 'https://last.example/'\n"])
    let sources = try ProjectSources.read(in: "\(world.directory.path)/home", world.context)
    #expect(sources.all.map(\.url) == urls + ["https://last.example/"])
    #expect(sources.all.map(\.name) == names + [nil])
    #expect(sources.all.dropLast().allSatisfy { $0.place == variable && $0.tool == .uv })
    #expect(sources.all.dropLast().allSatisfy { $0.isForPublishing == (variable == "UV_PUBLISH_URL") })
  }

  @Test func uvReadsTheMachinesFilesLast() throws {
    let files = [
      ".config/uv/uv.toml": "index-url = 'https://user.example/'\n",
      "etc/uv/uv.toml": "index-url = 'https://machine.example/'\n",
    ]
    let directory = try TemporaryDirectory()
    let variables = ["XDG_CONFIG_DIRS": "relative:\(directory.path)/home/etc"]
    let world = try World(variables, files: files, directory: directory)
    let sources = try ProjectSources.read(in: "/", world.context)
    #expect(sources.all.map(\.url) == ["https://user.example/", "https://machine.example/"])
  }

  @Test func uvReadsTheNearestSettingsThoseOfTheWorkspaceAndTheUsers() throws {
    let world = try World(files: [
      ".config/uv/uv.toml": "index-url = 'https://user.example/'\n",
      "uv.toml": "index-url = 'https://above.example/'\n",
      "root/pyproject.toml": "[tool.uv]\nworkspace.members = ['*']\nindex-url = 'https://root.example/'\n",
      "root/middle/pyproject.toml": "[tool.uv]\nindex-url = 'https://middle.example/'\n",
      "root/middle/member/uv.toml": "index-url = 'https://member.example/'\n",
      "root/middle/member/pyproject.toml": "[tool.uv]\nindex-url = 'https://passed-over.example/'\n",
    ])
    let sources = try ProjectSources.read(in: "\(world.directory.path)/home/root/middle/member", world.context)
    #expect(sources.all.map(\.url) == ["https://member.example/", "https://root.example/", "https://user.example/"])
  }

  @Test func whereThereIsNoProjectThereIsNone() throws {
    let world = try World()
    let sources = try ProjectSources.read(in: "\(world.directory.path)/home", world.context)
    #expect(sources.all.isEmpty && sources.directory == nil)
  }

  @Test(arguments: [
    ("[tool.poetry\n", 1), ("a = 1\nb = \n", 2), ("[tool.poetry.source]\nname = 'x'\n", 1),
    ("[tool.uv]\nindex = 3\n", 2),
    ("[[tool.pdm.source]]\nurl = 3\n", 2), ("[tool.uv]\n\nextra-index-url = [1]\n", 3), ("tool = 1\n", 1),
    ("\u{FEFF}[\n", 1),
  ])
  func aBrokenFileIsAMistakeInItsLine(_ text: String, _ line: Int) throws {
    let world = try World(files: ["p/pyproject.toml": text])
    let project = "\(world.directory.path)/home/p"
    #expect { try ProjectSources.read(in: project, world.context) } throws: { error in
      (error as? FailureRecord)?.location == .file("\(project)/pyproject.toml", line: line)
    }
  }
}
