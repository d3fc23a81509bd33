import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands

/// uv: its files, its variables and its own store.
@Suite struct DoctorUvTests {
  private static let (host, index) = (DoctorCase.host, DoctorCase.index)
  private static let (token, uvFile) = (DoctorCase.token, DoctorCase.uvFile)

  private func uv(_ world: World, version: String? = "0.9.0") throws -> [Finding] {
    let doctor = DoctorContext(world.context)
    return UvCheck(doctor: doctor, version: version).findings
  }

  private static let publish = index.replacing("/simple/", with: "/")
  private static let noUploads = "a URL that ends in /simple, which does not accept uploads"
  private static let uvAsks = "keyring-provider = \"subprocess\"\n"
  private static let uvNotConfigured =
    "uv is not configured to use codeartifact-keyring (keyring-provider) | codeartifact-keyring configure uv | fixable"
  private static func uvNotConfiguredBecause(_ variable: String) -> String {
    "uv is not configured to use codeartifact-keyring (keyring-provider): \(variable) stops it from reading the user's own file"
      + " | export UV_KEYRING_PROVIDER=subprocess"
  }

  private static let pipDoesNotAsk =
    "keyring-provider of [pip] is disabled: uv pip does not use codeartifact-keyring"
  private static func change(_ line: Int, _ value: String, of file: String) -> String {
    #"sed -i '\#(line)s/\(keyring-provider["'\''"# + #"]* *= *\)["'\''"# + #"]\#(value)["'\''"#
      + #"]/\1"subprocess"/' \#(file)"#
  }

  private static let uvs: [DoctorCase] = [
    DoctorCase("the user's file", [:], [uvFile: uvAsks], []),
    DoctorCase("no file", [:], [:], [uvNotConfigured]),
    DoctorCase(
      "files are out of play", ["UV_NO_CONFIG": "True"], [uvFile: uvAsks], [uvNotConfiguredBecause("UV_NO_CONFIG")]),
    DoctorCase("files are in play", ["UV_NO_CONFIG": "0"], [uvFile: uvAsks], []),
    DoctorCase(
      "a variable goes before all files", ["UV_KEYRING_PROVIDER": "disabled"], [uvFile: uvAsks],
      ["UV_KEYRING_PROVIDER is disabled: uv does not use codeartifact-keyring | unset UV_KEYRING_PROVIDER"]),
    DoctorCase("a variable is enough", ["UV_KEYRING_PROVIDER": "subprocess", "UV_NO_CONFIG": "1"], [:], []),
    // What a named file lacks, configuring the user's own would not change.
    DoctorCase(
      "a named file", ["UV_CONFIG_FILE": "HOME/named.toml"], [uvFile: uvAsks, "named.toml": ""],
      [uvNotConfiguredBecause("UV_CONFIG_FILE")]),
    DoctorCase(
      "a named file that says otherwise", ["UV_CONFIG_FILE": "HOME/named.toml"],
      [uvFile: uvAsks, "named.toml": "keyring-provider = \"disabled\"\n"],
      [
        "HOME/named.toml:1: keyring-provider is disabled: uv does not use codeartifact-keyring | "
          + #"sed -i '1s/\(keyring-provider["'\''"# + #"]* *= *\)["'\''"# + #"]disabled["'\''"#
          + #"]/\1"subprocess"/' HOME/named.toml"#
      ]),
    DoctorCase("a file for all users", ["XDG_CONFIG_DIRS": "HOME/etc"], ["etc/uv/uv.toml": uvAsks], []),
    // A table of its own for `uv pip`, which takes precedence there, wherever it is.
    DoctorCase(
      "uv pip does not ask", [:], [uvFile: uvAsks + "[pip]\nkeyring-provider = \"disabled\"\n"],
      ["HOME/\(uvFile):3: \(pipDoesNotAsk) | \(change(3, "disabled", of: "HOME/\(uvFile)"))"]),
    DoctorCase(
      "a file for all users has the table", ["XDG_CONFIG_DIRS": "HOME/etc"],
      [uvFile: uvAsks, "etc/uv/uv.toml": "[pip]\nkeyring-provider = 'disabled'\n"],
      ["HOME/etc/uv/uv.toml:2: \(pipDoesNotAsk) | \(change(2, "disabled", of: "HOME/etc/uv/uv.toml"))"]),
    DoctorCase(
      "the user's table goes before that of all users", ["XDG_CONFIG_DIRS": "HOME/etc"],
      [
        uvFile: uvAsks + "[pip]\nkeyring-provider = \"subprocess\"\n",
        "etc/uv/uv.toml": "[pip]\nkeyring-provider = \"disabled\"\n",
      ], []),
    DoctorCase(
      "a variable goes before the table", ["UV_KEYRING_PROVIDER": "subprocess"],
      [uvFile: "[pip]\nkeyring-provider = \"disabled\"\n"], []),
    DoctorCase("an address to publish to needs no user", ["UV_PUBLISH_URL": publish], [uvFile: uvAsks], []),
    DoctorCase(
      "an address to publish to that is the index", ["UV_PUBLISH_URL": index], [uvFile: uvAsks],
      ["UV_PUBLISH_URL has \(noUploads) | export UV_PUBLISH_URL=\(publish)"]),
    DoctorCase(
      "an address to publish to that is the index, with a user",
      ["UV_PUBLISH_URL": index.replacing("//", with: "//aws@")], [uvFile: uvAsks],
      ["UV_PUBLISH_URL has \(noUploads) | export UV_PUBLISH_URL=\(publish.replacing("//", with: "//aws@"))"]),
    DoctorCase(
      "a password of somebody else's", ["UV_PUBLISH_PASSWORD": "hunter2", "UV_PUBLISH_TOKEN": "hunter2"],
      [uvFile: uvAsks], []),
    DoctorCase("a user of somebody else's", ["UV_INDEX_OTHER_USERNAME": "bob"], [uvFile: uvAsks], []),
    DoctorCase(
      "a variable without a name", ["UV_INDEX__PASSWORD": token, "UV_INDEX_PASSWORD": token], [uvFile: uvAsks], []),
    DoctorCase("an empty variable", ["UV_INDEX_A_USERNAME": "aws", "UV_INDEX_A_PASSWORD": ""], [uvFile: uvAsks], []),
    DoctorCase(
      "an empty variable of a repository", ["UV_INDEX_A_USERNAME": "aws", "UV_INDEX_A_PASSWORD": ""],
      [uvFile: uvAsks + "[[index]]\nname = \"a\"\nurl = \"\(index)\"\n"],
      ["UV_INDEX_A_PASSWORD is empty: uv sends that instead of asking keyring | unset UV_INDEX_A_PASSWORD"]),
    DoctorCase(
      "another user than aws", ["UV_INDEX_A_USERNAME": "bob"],
      [uvFile: uvAsks + "[[index]]\nname = \"a\"\nurl = \"\(index)\"\n"],
      ["UV_INDEX_A_USERNAME is not aws: only the user aws gets a token | unset UV_INDEX_A_USERNAME"]),
    DoctorCase(
      "another user with a password", ["UV_INDEX_A_USERNAME": "bob", "UV_INDEX_A_PASSWORD": token],
      [uvFile: uvAsks + "[[index]]\nname = \"a\"\nurl = \"\(index)\"\n"],
      [
        "UV_INDEX_A_PASSWORD holds a token that expired 0 min ago: uv sends it with a user name other than aws, instead of asking keyring | "
          + "unset UV_INDEX_A_USERNAME UV_INDEX_A_PASSWORD"
      ]),
  ]

  @Test(arguments: uvs)
  func settingsOfUv(_ test: DoctorCase) throws {
    let world = try test.world(programs: ["bin/uv": "/bin/sh"])
    #expect(try uv(world).problems(in: world) == test.problems)
  }

  @Test(arguments: [
    ("", [:], true), ("aws@", [:], false), ("", ["UV_PUBLISH_USERNAME": "aws"], false),
    ("", ["UV_PUBLISH_PASSWORD": token], false),
  ])
  func uvPublishesOnlyWithAUser(_ user: String, _ variables: [String: String], _ isReported: Bool) throws {
    let url = "https://\(user)\(DoctorCase.host)/pypi/internal/"
    let world = try DoctorCase("", variables, [DoctorCase.uvFile: "publish-url = \"\(url)\"\n"], []).world()
    #expect(try uv(world).contains { $0.what == "uv publish asks keyring only with a user name" } == isReported)
  }

  private static func entry(_ service: String, _ password: String) -> String {
    "[[credential]]\n# password = \"\(password)\"\nservice = \"\(service)\"\nusername = \"aws\"\npassword = \"\(password)\"\n"
  }

  @Test(arguments: [
    ([:], ".local/share/uv/credentials/credentials.toml"),
    (["XDG_DATA_HOME": "HOME/data"], "data/uv/credentials/credentials.toml"),
    (["UV_CREDENTIALS_DIR": "HOME/own", "XDG_DATA_HOME": "HOME/data"], "own/credentials.toml"),
  ])
  func whereUvStoresPasswords(_ variables: [String: String], _ place: String) throws {
    let test = DoctorCase("", variables, [place: Self.entry(DoctorCase.index, DoctorCase.token)], [])
    let world = try test.world()
    // The line of the password itself, not that of a comment with the same words.
    #expect(try uv(world).compactMap(\.place).map(\.name) == ["\(world.home)/\(place)"])
    #expect(try uv(world).compactMap(\.place).map(\.line) == [5])
  }

  private static let foreignEntry = entry("https://pypi.example/simple", token)

  /// The file keeps what is not a CodeArtifact token, and only the token is removed.
  @Test(arguments: [foreignEntry, entry(index, "hunter2"), foreignEntry + entry(index, "hunter2")])
  func otherPasswordsOfUvStay(_ rest: String) throws {
    let place = ".local/share/uv/credentials/credentials.toml"
    let world = try DoctorCase("", [:], [place: Self.entry(DoctorCase.index, DoctorCase.token) + rest], []).world()
    let findings = try uv(world).filter { $0.place != nil }
    #expect(findings.map { $0.repair == nil } == (rest == Self.foreignEntry ? [false] : [false, true]))
    _ = DoctorCommand.repair(findings, world.context)
    #expect(String(decoding: try world.context.files.read("\(world.home)/\(place)"), as: UTF8.self) == rest)
  }
}
