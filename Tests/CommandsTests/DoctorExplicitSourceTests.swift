import Platform
import Testing

@testable import Commands

/// Explicit sources of Poetry and uv that no dependency names.
@Suite struct DoctorExplicitSourceTests {
  private static let explicit =
    "[[tool.poetry.source]]\nname = \"Acme\"\nurl = \"\(DoctorScenario.index)\"\npriority = \"explicit\"\n"
  private static let pinned = "[[tool.uv.index]]\nname = \"acme\"\nurl = \"\(DoctorScenario.index)\"\nexplicit = true\n"
  private static let unnamed =
    "project note: ~/project/pyproject.toml:4: source Acme is explicit and no dependency names it: Poetry looks for no "
    + "package there. Add source = \"Acme\" to the dependencies that are in it | poetry add --source Acme PACKAGE"
  private static let unpinned =
    "project note: ~/project/pyproject.toml:4: index acme is explicit and [tool.uv.sources] does not name it: uv looks for "
    + "no package there. Add PACKAGE = { index = \"acme\" } to [tool.uv.sources] | ${EDITOR:-vi} ~/project/pyproject.toml"

  @Test(
    arguments: [
      (explicit + "[tool.poetry.dependencies]\npython = \"^3.9\"\nacme-one = \"^1\"\n", unnamed),
      (
        explicit + "[tool.poetry.group.dev.dependencies]\nacme-one = { version = \"^1\", source = \"other\" }\n",
        unnamed
      ),
      (explicit + "[project]\ndependencies = [\"acme-one\"]\n", unnamed),
      (explicit + "[dependency-groups]\ndev = [\"acme-one\"]\n", unnamed),
      (explicit.replacing("explicit", with: "supplemental") + "[project]\ndependencies = [\"acme-one\"]\n", nil),
      (explicit.replacing(DoctorScenario.host, with: "h.example") + "[project]\ndependencies = [\"acme-one\"]\n", nil),
      (explicit + "[tool.poetry.dependencies]\npython = \"^3.9\"\nhere = { path = \"../here\" }\n", nil),
      (explicit + "[tool.poetry.dependencies]\nacme-one = { version = \"^1\", source = \"acme\" }\n", nil),
      (explicit + "[tool.poetry.dependencies]\nacme-one = [{ version = \"^1\", source = \"acme\" }]\n", nil),
      (
        explicit
          + "[project]\ndependencies = [\"acme-one\"]\n[tool.poetry.dependencies]\nacme-one = { source = \"acme\" }\n",
        nil
      ),
      (explicit + "[tool.poetry.group.dev.dependencies]\nacme-one = { version = \"^1\", source = \"acme\" }\n", nil),
      (explicit, nil),
      (pinned + "[project]\ndependencies = [\"acme-one\"]\n", unpinned),
      (pinned + "[project]\ndependencies = [\"a\"]\n[tool.uv.sources]\nb = { index = \"other\" }\n", unpinned),
      (pinned + "[project]\ndependencies = [\"a\"]\n[tool.uv.sources]\nb = { index = \"acme\" }\n", nil),
      (pinned + "[project]\ndependencies = [\"a\"]\n[tool.uv.sources]\nb = [{ index = \"acme\" }]\n", nil),
      (pinned.replacing("true", with: "false") + "[project]\ndependencies = [\"a\"]\n", nil),
      (pinned + "[tool.uv.workspace]\nmembers = []\n[project]\ndependencies = [\"a\"]\n", nil),
      (pinned, nil),
    ] as [(String, String?)])
  func anExplicitSourceThatNoDependencyNames(_ text: String, _ note: String?) throws {
    let scenario = try DoctorScenario([:], ["project/pyproject.toml": text])
    let notes = try scenario.findings().filter { $0.what.contains("is explicit and") }.map(scenario.line)
    #expect(notes == [note].compactMap { $0 })
  }

  private static let always = pinned.replacing("explicit = true", with: "authenticate = \"always\"")
  private static let withUser = always.replacing("//", with: "//aws@")
  private static let named = "[tool.uv.sources]\nacme-one = { index = \"acme\" }\n"
  private static let beside =
    "uv.toml beside it takes its place. Move the index there | ${EDITOR:-vi} ~/project/uv.toml"

  /// What uv does is measured: it does not read such an index, or only for a dependency that names it, without its settings.
  @Test(arguments: [
    (always, [:], ["uv.toml": ""], beside), (always + named, [:], ["uv.toml": ""], beside),
    (withUser, [:], ["uv.toml": ""], beside), (withUser + named, [:], ["uv.toml": ""], nil),
    (always, [:], ["uv.toml": always.replacing("tool.uv.", with: "")], nil), (always, [:], [:], nil),
    ("[tool.poetry]\n", [:], ["uv.toml": ""], nil), (always, ["UV_NO_CONFIG": "0"], [:], nil),
    (always + named, ["UV_INDEX_ACME_USERNAME": "aws"], ["uv.toml": ""], nil),
    (always, ["UV_INDEX_ACME_USERNAME": "aws"], ["uv.toml": ""], beside),
    (always, ["UV_NO_CONFIG": "1"], [:], "UV_NO_CONFIG is set | unset UV_NO_CONFIG"),
    (always, ["UV_CONFIG_FILE": "/dev/null"], [:], "UV_CONFIG_FILE takes its place | unset UV_CONFIG_FILE"),
    (
      always, ["UV_CONFIG_FILE": "HOME/project/named.toml"],
      ["named.toml": always.replacing("tool.uv.", with: "").replacing("simple/", with: "simple")], nil
    ),
  ])
  func anIndexThatUvDoesNotRead(
    _ text: String, _ variables: [String: String], _ others: [String: String], _ reason: String?
  ) throws {
    var files = ["project/pyproject.toml": text]
    for (name, text) in others { files["project/\(name)"] = text }
    var scenario = try DoctorScenario(variables, files)
    let found = try scenario.failures()
    #expect(
      found.map(scenario.line)
        == [reason].compactMap { $0 }.map {
          "project problem: ~/project/pyproject.toml:3: index acme in [tool.uv] is not used: \($0)"
        })
    guard let finding = found.first, finding.command?.hasPrefix("unset") ?? false else { return }
    try scenario.run(finding)
    #expect(try scenario.lines() == [])
  }
}
