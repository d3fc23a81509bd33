import TestSupport
import Testing

@testable import Commands

@Suite struct NextStepsTests {
  private static let index =
    "https://my-domain-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/my-repository/simple/"
  private static let source = "[[tool.poetry.source]]\nname = \"acme\"\nurl = \"\(index)\"\n"

  /// What is said in a folder with these files, with HOME written as `~`.
  private func said(_ files: [String: String], _ clients: [Client] = []) throws -> [String] {
    let world = try World(files: Dictionary(uniqueKeysWithValues: files.map { ("p/\($0)", $1) }))
    try world.directory.directory("home/p")
    return NextSteps(context: world.context, clients: clients, directory: "\(world.home)/p").lines
      .map { $0.replacing(world.home, with: "~") }
  }

  @Test(arguments: [
    (["pyproject.toml": source], "~/p/pyproject.toml line 3 names a CodeArtifact repository. Run: poetry install"),
    (
      ["pyproject.toml": "[[tool.uv.index]]\nurl = \"\(index)\"\n"],
      "~/p/pyproject.toml line 2 names a CodeArtifact repository. Run: uv sync"
    ),
    (
      ["requirements.txt": "--index-url \(index)\n"],
      "~/p/requirements.txt line 1 names a CodeArtifact repository. Run: pip install PACKAGE"
    ),
  ])
  func aProjectWithARepositoryIsReady(_ files: [String: String], _ next: String) throws {
    let lines = try said(files)
    #expect(lines.first == "Next: \(next)" && lines.count == 2)
  }

  @Test(arguments: [
    ("[tool.poetry]\n", "[[tool.poetry.source]]", 3), ("[tool.uv]\n", "[[tool.uv.index]]", 4),
    ("[build-system]\nbuild-backend = \"pdm.backend\"\n", "[[tool.pdm.source]]", 2),
  ])
  func aProjectWithoutOneIsShownWhatToAdd(_ text: String, _ table: String, _ fields: Int) throws {
    let lines = try said(["pyproject.toml": text])
    #expect(lines[0].hasSuffix(" add-source --domain DOMAIN --repository REPOSITORY"))
    #expect(lines[1].contains("~/p/pyproject.toml") && lines[2] == "    \(table)")
    #expect(lines.contains("    url = \"\(Self.index)\"") && lines.count == 4 + fields)
  }

  @Test(arguments: [
    (["pyproject.toml": "[project]\n"], " --tool TOOL"),
    ([:], "In its folder, run: "),
    (["requirements.txt": "acme-one\n"], "Next: add this line to ~/p/requirements.txt"),
  ])
  func whereNoToolIsKnown(_ files: [String: String], _ words: String) throws {
    #expect(try said(files)[0].contains(words))
  }

  @Test func itEndsWithHowToUndoIt() throws {
    #expect(try #require(try said([:]).last).hasSuffix("codeartifact-keyring unconfigure"))
    #expect(try #require(try said([:], [.pip, .uv]).last).hasSuffix("codeartifact-keyring unconfigure pip uv"))
    #expect(try said(["pyproject.toml": "no TOML"]).count == 1)
  }
}
