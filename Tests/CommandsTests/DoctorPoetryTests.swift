import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands

/// Poetry: its files, its variables, and its old passwords in Secret Service.
@Suite struct DoctorPoetryTests {
  private static let (index, token, uvFile) = (DoctorCase.index, DoctorCase.token, DoctorCase.uvFile)

  private func poetry(_ world: World, _ entries: [PoetryCheck.OldEntry] = []) -> [Finding] {
    let doctor = DoctorContext(world.context)
    return PoetryCheck(
      doctor: doctor, pythons: PythonInterpreters(), expectingBackend: false,
      oldEntries: entries
    ).findings
  }

  private static let poetryDirectory = ".config/pypoetry"
  private static let source = "[repositories.\"my.source\"]\nurl = \"\(index)\"\n"
  private static let publishes =
    "poetry publish sends it with the user name __token__, not aws, instead of asking keyring"
  private static let gone = "POETRY_HTTP_BASIC_MY_SOURCE"

  private static let poetries: [DoctorCase] = [
    DoctorCase("it may ask", ["POETRY_KEYRING_ENABLED": "TRUE"], [:], []),
    DoctorCase(
      "it may not", ["POETRY_KEYRING_ENABLED": "no"], [:],
      ["POETRY_KEYRING_ENABLED=no: Poetry does not use keyring | unset POETRY_KEYRING_ENABLED"]),
    DoctorCase(
      "its file in another place", ["POETRY_CONFIG_DIR": "HOME/p"],
      ["\(poetryDirectory)/config.toml": "", "p/config.toml": "[keyring]\nenabled = false\n"],
      [
        "HOME/p/config.toml:2: keyring.enabled is false: Poetry does not use keyring | "
          + "poetry config --unset keyring.enabled"
      ]),
    DoctorCase(
      "an empty password", [:],
      [
        "\(poetryDirectory)/config.toml": source,
        "\(poetryDirectory)/auth.toml": "[http-basic.\"my.source\"]\nusername = \"aws\"\npassword = \"\"\n",
      ], []),
    DoctorCase(
      "a name in quotes", [:],
      ["\(poetryDirectory)/auth.toml": "[http-basic.\"my.source\"]\nusername = \"aws\"\npassword = \"\(token)\"\n"],
      [
        "HOME/\(poetryDirectory)/auth.toml:3: http-basic.my.source holds a token that expired 0 min ago: Poetry sends it "
          + "instead of asking keyring | poetry config --unset http-basic.my.source | fixable"
      ]),
    DoctorCase(
      "another user of a source", ["\(gone)_USERNAME": "bob"], ["\(poetryDirectory)/config.toml": source],
      ["\(gone)_USERNAME is not aws: only the user aws gets a token | unset \(gone)_USERNAME"]),
    DoctorCase(
      "another user of a source of uv's", ["\(gone)_USERNAME": "bob"],
      [uvFile: "[[index]]\nname = \"my.source\"\nurl = \"\(index)\"\n"], []),
    DoctorCase("another user of something else", ["\(gone)_USERNAME": "bob"], [:], []),
    DoctorCase(
      "a password with its user in a file", ["\(gone)_PASSWORD": token],
      ["\(poetryDirectory)/auth.toml": "[http-basic.\"my.source\"]\nusername = \"aws\"\n"],
      [
        "\(gone)_PASSWORD holds a token that expired 0 min ago: Poetry sends it instead of asking keyring | "
          + "unset \(gone)_USERNAME \(gone)_PASSWORD"
      ]),
    DoctorCase(
      "a token for publishing", ["POETRY_PYPI_TOKEN_MY_SOURCE": "hunter2", "POETRY_PYPI_TOKEN_GONE": token],
      ["\(poetryDirectory)/config.toml": source],
      [
        "POETRY_PYPI_TOKEN_GONE holds a token that expired 0 min ago: \(publishes) | unset POETRY_PYPI_TOKEN_GONE",
        "POETRY_PYPI_TOKEN_MY_SOURCE holds a password that is not a CodeArtifact token: \(publishes) | "
          + "unset POETRY_PYPI_TOKEN_MY_SOURCE",
      ]),
    DoctorCase(
      "a token of PyPI's, and an empty one",
      ["POETRY_PYPI_TOKEN_PYPI": "pypi-hunter2", "POETRY_PYPI_TOKEN_MY_SOURCE": ""],
      ["\(poetryDirectory)/config.toml": source], []),
    DoctorCase("a password of something else", ["\(gone)_USERNAME": "bob", "\(gone)_PASSWORD": "hunter2"], [:], []),
  ]

  @Test(arguments: poetries)
  func settingsOfPoetry(_ test: DoctorCase) throws {
    let world = try test.world(programs: ["bin/poetry": "/bin/sh"])
    #expect(poetry(world).problems(in: world) == test.problems)
  }

  @Test func onlyTokensGoFromSecretService() throws {
    let entries = [StoredPassword(DoctorCase.token, now: 1), .other].map {
      PoetryCheck.OldEntry(service: "poetry-repository-a", username: "it's", secret: $0)
    }
    let findings = poetry(try DoctorCase("", [:], [:], []).world(), entries).filter {
      $0.what.hasPrefix("Secret Service")
    }
    #expect(findings.map { $0.repair == nil } == [false, true])
    #expect(
      findings.map(\.command)
        == Array(repeating: "secret-tool clear service poetry-repository-a username 'it'\\''s'", count: 2))
  }
}
