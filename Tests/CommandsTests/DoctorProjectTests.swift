import Platform
import Testing

@testable import Commands

/// A project file of each tool, with one source.
enum ProjectFile: String, CaseIterable {
  case poetry
  case uv
  case uvAlways
  case pdm

  func text(_ url: String) -> String {
    switch self {
    case .poetry:
      "[tool.poetry]\nname = \"a\"\n\n[[tool.poetry.source]]\nname = \"acme\"\nurl = \"\(url)\"\npriority = \"explicit\"\n"
    case .uv: "[[tool.uv.index]]\nname = \"acme\"\nurl = \"\(url)\"\n"
    case .uvAlways: "[[tool.uv.index]]\nname = \"acme\"\nurl = \"\(url)\"\nauthenticate = \"always\"\n"
    case .pdm: "[[tool.pdm.source]]\nname = \"acme\"\nurl = \"\(url)\"\n"
    }
  }

  var line: Int { self == .poetry ? 6 : 3 }
  var tool: String { self == .uvAlways ? "uv" : rawValue }
}

/// The sources that a project's files name, and the command that corrects each one.
@Suite struct DoctorProjectTests {
  private static let file = "project/pyproject.toml"
  private static let http = DoctorScenario.index.replacing("https:", with: "http:")

  private static func with(_ user: String, _ url: String = DoctorScenario.index) -> String {
    url.replacing("//", with: "//\(user)@")
  }

  @Test(arguments: [(ProjectFile.poetry, ""), (.uvAlways, ""), (.uv, "aws@"), (.pdm, ""), (.pdm, "aws@")])
  func aCorrectSource(_ project: ProjectFile, _ user: String) throws {
    let scenario = try DoctorScenario(
      [:], [Self.file: project.text(DoctorScenario.index.replacing("//", with: "//\(user)"))])
    #expect(try scenario.lines() == [])
    #expect(
      try scenario.findings().contains(
        Finding(.project, .ok, "1 source, correctly configured")))
  }

  /// A file that is wrong, and what `doctor` does about it.
  struct Wrong: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let line: Int
    /// What is said of the source.
    let what: String
    /// What `sed` does on the line.
    let script: String
    /// The file afterwards.
    let right: String
    /// Whether something else is wrong then.
    let isStillWrong: Bool
    let severity: String
    /// The file after `--fix`; nil where only the user can decide.
    let repaired: String?
  }

  private static func wrong(
    _ name: String, _ project: ProjectFile, _ url: String, _ what: String, _ script: String, _ right: String,
    isStillWrong: Bool = false, severity: String = "problem", repaired: String? = nil
  ) -> Wrong {
    Wrong(
      testDescription: "\(name), \(project.rawValue)", text: project.text(url), line: project.line,
      what: "source acme \(what)", script: script, right: project.text(right), isStillWrong: isStillWrong,
      severity: severity, repaired: repaired.map(project.text))
  }

  private static func wrong(
    _ name: String, _ text: String, _ line: Int, _ what: String, _ script: String, _ right: String
  ) -> Wrong {
    Wrong(
      testDescription: name, text: text, line: line, what: what, script: script, right: right, isStillWrong: false,
      severity: "problem", repaired: nil)
  }

  /// What `sed` does to another path.
  private static func change(_ url: String, _ right: String) -> String {
    "s|\(url.dropFirst("https://".count))|\(right.dropFirst("https://".count))|"
  }

  private static let users =
    ["aws", "bob", DoctorScenario.good.text].map {
      wrong(
        "a user", .poetry, with($0), "has a user name in its URL: Poetry then does not ask keyring", "s|//[^/]*@|//|",
        DoctorScenario.index)
    }
    + [ProjectFile.uv, .pdm].map {
      wrong(
        "another user", $0, with("bob"), "has a user name other than aws in its URL: only aws gets a token",
        "s|//[^/]*@|//aws@|", with("aws"))
    }

  private static let tokens: [Wrong] = [(ProjectFile.poetry, ""), (.uv, "aws@"), (.pdm, "aws@")].flatMap {
    project, user in
    DoctorScenario.passwords.map { password in
      let right = DoctorScenario.index.replacing("//", with: "//\(user)")
      return wrong(
        password.words, project, password.url,
        "holds \(password.words): \(project.tool) sends it instead of asking keyring", "s|//[^/]*@|//\(user)|",
        right,
        severity: password.inFile, repaired: password.isRemovable ? right : nil)
    }
  }

  private static let addresses: [Wrong] = [ProjectFile.poetry, .uvAlways, .pdm].flatMap { project in
    ["", "/"].map { end in
      let repository = "\(DoctorScenario.host)/pypi/internal\(end)"
      return wrong(
        "not the index", project, "https://\(repository)",
        "has a URL that does not end in /simple/: no packages are found there",
        "s|\(repository)|\(DoctorScenario.host)/pypi/internal/simple/|", DoctorScenario.index)
    }
      + [DoctorScenario.publish, DoctorScenario.index].map { right in
        wrong(
          "npm", project, right.replacing("/pypi/", with: "/npm/"),
          "has /npm/ in its URL, where there are no Python packages: use /pypi/",
          change(right.replacing("/pypi/", with: "/npm/"), right), right,
          isStillWrong: right == DoctorScenario.publish)
      }
      + [
        wrong(
          "http", project, http, "has http in its URL: tokens are sent over https only", "s|http://|https://|",
          DoctorScenario.index)
      ]
  }

  private static let always = ProjectFile.uvAlways.text(DoctorScenario.index)
  private static let asksNobody = "nor aws@ in its URL: uv does not ask keyring"
  private static let noAuthenticate = "source acme has neither authenticate = \"always\" \(asksNobody)"
  private static let other = "{ name = \"other\", url = \"https://a.example/simple/\" }"

  private static let ofUv: [Wrong] = [
    wrong(
      "not the index, with a user", .uv, with("aws", DoctorScenario.publish),
      "has a URL that does not end in /simple/: no packages are found there",
      "s|\(DoctorScenario.host)/pypi/internal/|\(DoctorScenario.host)/pypi/internal/simple/|", with("aws")),
    wrong(
      "a repository called simple", .uvAlways, "https://\(DoctorScenario.host)/pypi/simple/",
      "has a URL that does not end in /simple/: no packages are found there",
      "s|\(DoctorScenario.host)/pypi/simple/|\(DoctorScenario.host)/pypi/simple/simple/|",
      "https://\(DoctorScenario.host)/pypi/simple/simple/"),
    wrong(
      "index-url", "[tool.uv]\nindex-url = \"\(DoctorScenario.index)\"\n", 2,
      "the index has neither a table [[index]] \(asksNobody)", "s|//|//aws@|",
      "[tool.uv]\nindex-url = \"\(with("aws"))\"\n"),
    wrong(
      "a table without a name", "[[tool.uv.index]]\nurl = \"\(DoctorScenario.index)\"\n", 2,
      "the index has neither authenticate = \"always\" \(asksNobody)", "a authenticate = \"always\"",
      "[[tool.uv.index]]\nurl = \"\(DoctorScenario.index)\"\nauthenticate = \"always\"\n"),
    wrong(
      "one line", "[tool.uv]\nindex = [{ name = \"acme\", url = \"\(DoctorScenario.index)\" }]\n", 2, noAuthenticate,
      "s|//|//aws@|",
      "[tool.uv]\nindex = [{ name = \"acme\", url = \"\(with("aws"))\" }]\n"),
    wrong(
      "one of several in a line",
      "[tool.uv]\nindex = [\(other), { name = \"acme\", url = \"\(DoctorScenario.index)\" }]\n", 2,
      noAuthenticate,
      "s#https://\(DoctorScenario.host.replacing(".", with: "\\."))/pypi/internal/simple/\\([^-A-Za-z0-9._/]\\|$\\)#\(with("aws"))\\1#",
      "[tool.uv]\nindex = [\(other), { name = \"acme\", url = \"\(with("aws"))\" }]\n"),
    wrong(
      "no setting", ProjectFile.uv.text(DoctorScenario.index), 3, noAuthenticate, "a authenticate = \"always\"", always),
    wrong(
      "never", ProjectFile.uv.text(DoctorScenario.index) + "authenticate = \"never\"\n", 3, noAuthenticate,
      "s|//|//aws@|",
      ProjectFile.uv.text(with("aws")) + "authenticate = \"never\"\n"),
    // What is right for uv would be wrong for Poetry.
    wrong(
      "beside a source of Poetry's with the same URL",
      ProjectFile.poetry.text(DoctorScenario.index) + ProjectFile.uv.text(DoctorScenario.index)
        + "authenticate = \"auto\"\n", 10,
      noAuthenticate, "s|//|//aws@|",
      ProjectFile.poetry.text(DoctorScenario.index) + ProjectFile.uv.text(with("aws")) + "authenticate = \"auto\"\n"),
  ]

  /// Only the end of the URL goes, whatever the repository is called.
  private static let uploads: [Wrong] = [
    ("internal/simple/", "internal/"), ("simple-lib/simple/", "simple-lib/"), ("simple/simple", "simple"),
  ].map { path, right in
    wrong(
      path, always + "publish-url = \"https://\(DoctorScenario.host)/pypi/\(path)\"  # simple/\n", 5,
      "source acme is for publishing, but its URL ends in /simple, which does not accept uploads",
      "s|\(DoctorScenario.host)/pypi/\(path)|\(DoctorScenario.host)/pypi/\(right)|",
      always + "publish-url = \"https://\(DoctorScenario.host)/pypi/\(right)\"  # simple/\n")
  }

  @Test(arguments: users + tokens + addresses + ofUv + uploads)
  func aWrongSource(_ test: Wrong) throws {
    var scenario = try DoctorScenario([:], [Self.file: test.text])
    let command = "sed -i '\(test.line)\(test.script)' ~/\(Self.file)"
    #expect(
      try scenario.lines() == ["project \(test.severity): ~/\(Self.file):\(test.line): \(test.what) | \(command)"])
    let finding = try #require(try scenario.failures().first)
    #expect((finding.repair != nil) == (test.repaired != nil))
    if let repaired = test.repaired {
      let scenario = try DoctorScenario([:], [Self.file: test.text])
      try scenario.repair()
      #expect(try scenario.text(Self.file) == repaired)
      #expect(try scenario.lines() == [])
    }
    try scenario.run(finding)
    #expect(try scenario.text(Self.file) == test.right)
    #expect(try scenario.lines().isEmpty != test.isStillWrong)
  }

  @Test func aPipfile() throws {
    func text(_ url: String) -> String { "[[source]]\nname = \"acme\"\nurl = \"\(url)\"\nverify_ssl = true\n" }
    var scenario = try DoctorScenario([:], ["project/Pipfile": text(DoctorScenario.publish)])
    let finding = try #require(try scenario.failures().first)
    #expect(
      scenario.line(finding).hasPrefix(
        "project problem: ~/project/Pipfile:3: source acme has a URL that does not end in /simple/"))
    try scenario.run(finding)
    #expect(try scenario.text("project/Pipfile") == text(DoctorScenario.index))
    #expect(try scenario.lines() == [])
  }

  /// pipenv replaces a variable by its value.
  @Test(arguments: ["aws:${TOKEN}", "$USER:$TOKEN", "${USER}:${TOKEN}"])
  func aPipfileWithVariables(_ user: String) throws {
    func lines(_ url: String) throws -> [String] {
      try DoctorScenario(
        ["TOKEN": DoctorScenario.good.text],
        ["project/Pipfile": "[[source]]\nname = \"acme\"\nurl = \"\(Self.with(user, url))\"\nverify_ssl = true\n"]
      ).lines()
    }
    #expect(try lines(DoctorScenario.index) == [])
    // No command takes the variables away.
    #expect(
      try lines(Self.http) == [
        "project problem: ~/project/Pipfile:3: source acme has http in its URL: tokens are sent over https only"
          + " | ${EDITOR:-vi} ~/project/Pipfile"
      ])
  }

  /// Without its password, such a source would still be wrong.
  @Test(arguments: [
    (http, "problem"), (DoctorScenario.index.replacing("/pypi/", with: "/npm/"), "problem"),
    (DoctorScenario.index, "warning"),
  ])
  func aGoodTokenInAWrongURL(_ url: String, _ severity: String) throws {
    let text = ProjectFile.pdm.text(Self.with("aws:\(DoctorScenario.good.text)", url))
    let lines = try DoctorScenario([:], [Self.file: text]).lines()
    #expect(lines.count == 1)
    #expect(
      lines.allSatisfy {
        $0.hasPrefix("project \(severity): ~/\(Self.file):3: source acme holds \(DoctorScenario.good.words)")
      })
  }

  @Test(arguments: [ProjectFile.poetry, .uvAlways, .pdm])
  func anotherFormatWithoutARepository(_ project: ProjectFile) throws {
    let text = project.text("https://\(DoctorScenario.host)/npm")
    #expect(
      try DoctorScenario([:], [Self.file: text]).lines() == [
        "project problem: ~/\(Self.file):\(project.line): source acme has /npm/ in its URL, "
          + "where there are no Python packages: use /pypi/ | -"
      ])
  }

  /// To clients, such a host belongs to anybody.
  @Test(arguments: [
    (file, ProjectFile.poetry.text("URL"), 6), ("project/requirements.txt", "--index-url URL\nacme-one\n", 1),
  ])
  func anAccountOfElevenDigits(_ file: String, _ text: String, _ line: Int) throws {
    let url = Self.with("aws:hunter2").replacing("111122223333", with: "11112222333")
    let scenario = try DoctorScenario([:], [file: text.replacing("URL", with: url)])
    let lines = try scenario.lines().filter { $0.contains("digits") }
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.hasPrefix("project problem: ~/\(file):\(line): ") && $0.hasSuffix(" | -") })
    #expect(
      lines.allSatisfy {
        $0.contains("has an account ID of 11 digits instead of twelve, so no client gets a token for it")
      })
  }

  static let strange = ["x';touch$IFS$HOME/gone;'", "x|e$IFS", "$(id)", "`id`"]

  /// The author of a project must not get commands of their own run by whoever follows the advice.
  @Test(arguments: strange)
  func noCommandIsMadeOfAStrangeURL(_ path: String) throws {
    let url = DoctorScenario.publish.replacing("internal/", with: path)
    let project = try DoctorScenario([:], [Self.file: ProjectFile.poetry.text(url)]).failures().filter {
      $0.area == .project
    }
    #expect(project.map(\.command) == [nil])
    // What is not a repository's name is no repository: then there may be no command at all.
    let pip = try DoctorScenario([:], ["project/requirements.txt": "--index-url \(url)\n"]).failures()
    #expect(!pip.contains { finding in (finding.command ?? "").contains { "$`()".contains($0) } })
  }

  /// What is in it is not shown, since it may be a token.
  @Test(arguments: ["", "https://aws:TOKEN@h/", "TOKEN", "'TOKEN", "[TOKEN", "TOKEN.b = 1"])
  func aFileThatCannotBeRead(_ value: String) throws {
    let text = "[tool.poetry]\nname = \(value.replacing("TOKEN", with: DoctorScenario.good.text))\n"
    let lines = try DoctorScenario([:], [Self.file: text]).lines()
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.hasPrefix("project problem: ~/\(Self.file):2: ") })
    #expect(
      lines.allSatisfy {
        $0.hasSuffix(": the package sources in this file were not checked | ${EDITOR:-vi} ~/\(Self.file)")
      })
  }

  /// One cause is one finding, and nothing is promised that cannot be fixed.
  @Test(arguments: [".config/uv/uv.toml", "project/uv.toml"])
  func uvsFileThatCannotBeRead(_ name: String) throws {
    let scenario = try DoctorScenario([:], [name: "offline = false\nindex =\n"], uv: "0.9.0")
    #expect(
      try scenario.lines() == [
        "project problem: ~/\(name):2: a value is missing or not valid: the package sources in this file were not checked"
          + " | ${EDITOR:-vi} ~/\(name)"
      ])
    #expect(try scenario.failures().allSatisfy { $0.repair == nil })
    #expect(try !scenario.findings().contains { $0.what.contains("uses codeartifact-keyring") })
  }

  /// The sources of the other files are checked all the same.
  @Test(arguments: [".config/uv/uv.toml", ".config/pdm/config.toml", ".config/pypoetry/config.toml", "project/Pipfile"])
  func oneOfSeveralFilesThatCannotBeRead(_ name: String) throws {
    let scenario = try DoctorScenario(
      [:], [name: "a = \n", Self.file: ProjectFile.uv.text(DoctorScenario.index)])
    #expect(
      try scenario.lines().map { String($0.prefix { $0 != "|" }) } == [
        "project problem: ~/\(name):1: a value is missing or not valid: the package sources in this file were not checked ",
        "project problem: ~/\(Self.file):3: \(Self.noAuthenticate) ",
      ])
  }

  /// uv reads it instead of the project's.
  @Test func aFileNamedToUvThatCannotBeRead() throws {
    let scenario = try DoctorScenario(["UV_CONFIG_FILE": "HOME/mine.toml"], ["mine.toml": "a = \n"], uv: "0.9.0")
    #expect(
      try scenario.lines() == [
        "project problem: ~/mine.toml:1: a value is missing or not valid: the package sources in this file were not checked"
          + " | ${EDITOR:-vi} ~/mine.toml"
      ])
  }

  /// The configuration's own finding names the mistake; nothing is said to be correct.
  @Test(arguments: [[:], [file: always]])
  func aFileThatTheConfigurationIsInToo(_ files: [String: String]) throws {
    let name = ".config/codeartifact-keyring/config.toml"
    let scenario = try DoctorScenario(
      ["UV_CONFIG_FILE": "HOME/\(name)"], files.merging([name: "profile = \n"]) { $1 })
    #expect(try scenario.findings().filter { $0.area == .project && $0.severity == .ok } == [])
    #expect(try !scenario.findings().contains { $0.what.contains("were not checked") })
  }

  @Test func aUvThatDoesNotKnowAuthenticate() throws {
    let scenario = try DoctorScenario(["UV_KEYRING_PROVIDER": "subprocess"], [Self.file: Self.always], uv: "0.6.7")
    #expect(
      try scenario.lines() == [
        "project problem: ~/\(Self.file):3: source acme has authenticate = \"always\", which uv 0.6.7 does not support"
          + " | uv self update"
      ])
  }

  @Test func uvPublishesOnlyWithAUser() throws {
    var scenario = try DoctorScenario([:], [Self.file: Self.always + "publish-url = \"\(DoctorScenario.publish)\"\n"])
    let what =
      "uv note: ~/\(Self.file):5: uv publish asks keyring only with a user name | export UV_PUBLISH_USERNAME=aws"
    #expect(try scenario.lines() == [])
    let note = try #require(try scenario.findings().first { scenario.line($0) == what })
    try scenario.run(note)
    #expect(try !scenario.findings().contains { scenario.line($0) == what })
  }

  @Test func aVariableThatPublishesToTheIndex() throws {
    let name = "POETRY_REPOSITORIES_ACME_URL"
    var scenario = try DoctorScenario([name: String(DoctorScenario.index.dropLast())], [:])
    let finding = try #require(try scenario.failures().first)
    #expect((finding.place?.name, finding.command) == (name, "export \(name)=\(DoctorScenario.publish.dropLast())"))
    try scenario.run(finding)
    #expect(try scenario.lines() == [])
  }

  /// uv ignores `aws:@` in a URL, Poetry an empty variable.
  @Test func whatAsksDespiteAnEmptyPassword() throws {
    #expect(try DoctorScenario([:], [Self.file: ProjectFile.uv.text(Self.with("aws:"))]).lines() == [])
    let variables = ["POETRY_HTTP_BASIC_ACME_USERNAME": "aws", "POETRY_HTTP_BASIC_ACME_PASSWORD": ""]
    #expect(try DoctorScenario(variables, [Self.file: ProjectFile.poetry.text(DoctorScenario.index)]).lines() == [])
  }

  @Test(arguments: [
    ("pyproject.toml", "[tool.uv]\nkeyring-provider = \"disabled\"\n", 2),
    ("uv.toml", "keyring-provider = \"disabled\"\n", 1),
    ("uv.toml", "offline = false\nkeyring-provider = 'disabled'  # for now\n", 2),
    ("pyproject.toml", "[tool]\nuv = { offline = false, keyring-provider = 'disabled' }\n", 2),
  ])
  func aProjectThatDisablesUvsKeyring(_ name: String, _ text: String, _ line: Int) throws {
    var scenario = try DoctorScenario([:], ["project/\(name)": text], uv: "0.9.0")
    let finding = try #require(try scenario.failures().first)
    #expect(try scenario.failures().count == 1)
    #expect(finding.repair == nil)
    #expect(
      scenario.line(finding).hasPrefix(
        "uv problem: ~/project/\(name):\(line): keyring-provider is disabled: uv does not use codeartifact-keyring | sed -i "
      ))
    try scenario.run(finding)
    #expect(try scenario.lines() == [])
  }
}
