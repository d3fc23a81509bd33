import Platform
import Testing

@testable import Commands

/// URLs without packages, or for which no client gets a token, and passwords that a URL takes from a variable.
@Suite struct DoctorURLTests {
  private static let right = DoctorScenario.index.replacing("//", with: "//aws@")
  private static let pipConf = ".config/pip/pip.conf"
  private static let project = "project/pyproject.toml"
  private static let global = "[global]\nkeyring-provider = subprocess\n"

  /// A wrong URL, what is said of it, and what `sed` does to it on line 1.
  private static let urls: [(url: String, what: String, script: String)] = [
    (
      DoctorScenario.publish, noIndex,
      "1s|\(DoctorScenario.host)/pypi/internal/|\(DoctorScenario.host)/pypi/internal/simple/|"
    ),
    (
      String(DoctorScenario.publish.dropLast()), noIndex,
      "1s|\(DoctorScenario.host)/pypi/internal|\(DoctorScenario.host)/pypi/internal/simple/|"
    ),
    (
      DoctorScenario.publish.replacing("//", with: "//aws@"), noIndex,
      "1s|\(DoctorScenario.host)/pypi/internal/|\(DoctorScenario.host)/pypi/internal/simple/|"
    ),
    (
      DoctorScenario.index.replacing("https:", with: "http:"), "http in its URL: tokens are sent over https only",
      "1s|http://|https://|"
    ),
    (
      DoctorScenario.index.replacing("/pypi/", with: "/npm/"),
      "/npm/ in its URL, where there are no Python packages: use /pypi/",
      "1s|\(DoctorScenario.host)/npm/internal/simple/|\(DoctorScenario.host)/pypi/internal/simple/|"
    ),
    (
      DoctorScenario.index.replacing("//", with: "//bob@"),
      "a user name other than aws in its URL: only aws gets a token",
      "1s|//[^/]*@|//aws@|"
    ),
  ]
  private static let noIndex = "a URL that does not end in /simple/: no packages are found there"

  private static func corrected(_ url: String) -> String { url.contains("@") ? right : DoctorScenario.index }

  @Test(arguments: urls.indices, ["index-url", "extra-index-url"])
  func aWrongURLInPipConf(_ index: Int, _ setting: String) throws {
    let (url, what, _) = Self.urls[index]
    let scenario = try DoctorScenario([:], [Self.pipConf: "\(Self.global)\(setting) = \(url)\n"])
    #expect(
      try scenario.lines() == [
        "pip problem: ~/\(Self.pipConf):3: \(setting) has \(what)"
          + " | pip config --user set global.\(setting) \(Self.corrected(url))"
      ])
  }

  @Test(arguments: urls.indices, ["--index-url ", "--extra-index-url=", "-i "])
  func aWrongURLInRequirements(_ index: Int, _ option: String) throws {
    let (url, what, script) = Self.urls[index]
    let (file, rest) = ("project/requirements.txt", "  # https://a.example/\nx\n")
    var scenario = try DoctorScenario([:], [file: "\(option)\(url)\(rest)"])
    #expect(
      try scenario.lines() == ["pip problem: ~/\(file):1: the index has \(what) | sed -i '\(script)' ~/\(file)"])
    try scenario.run(try #require(try scenario.failures().first))
    #expect(try scenario.text(file) == "\(option)\(Self.corrected(url))\(rest)")
    #expect(try scenario.lines() == [])
  }

  // MARK: passwords in variables that a URL names

  /// pip, pipenv and PDM put the value into the URL; a variable without a value leaves something that is no token.
  @Test(arguments: [
    ("project/requirements.txt", "-i URL\n", "pip", "the index", "pip"),
    ("project/Pipfile", "[[source]]\nname = 'a'\nurl = 'URL'\n", "project", "source a", "pipenv"),
    (project, "[[tool.pdm.source]]\nname = 'a'\nurl = 'URL'\n", "project", "source a", "pdm"),
  ])
  func aPasswordFromAVariable(_ file: String, _ text: String, _ area: String, _ title: String, _ client: String) throws
  {
    let url = DoctorScenario.index.replacing("//", with: "//aws:${TOKEN}@")
    let text = text.replacing("URL", with: url)
    func finding(_ token: String?) throws -> (scenario: DoctorScenario, finding: Finding?) {
      let scenario = try DoctorScenario(token.map { ["TOKEN": $0] } ?? [:], [file: text])
      return (scenario, try scenario.findings().first { $0.what.contains("TOKEN") })
    }
    let takes = "\(title) takes its password from TOKEN"
    // The file is right for those who have the variable set.
    let command = "export TOKEN=\"$(codeartifact-keyring token \(DoctorScenario.index))\""
    for token in [nil, ""] {
      let (_, found) = try finding(token)
      let unset = try #require(found)
      #expect(unset.what == "\(takes), which is not set: \(client) does not ask keyring")
      #expect((unset.area.rawValue, unset.severity, unset.command) == (area, .warning, command))
      #expect(unset.repair == nil)
    }
    for password in DoctorScenario.passwords {
      let (scenario, found) = try finding(password.text)
      #expect(found?.what == "\(takes), \(password.words): \(client) sends it instead of asking keyring")
      #expect(found?.severity.rawValue == password.inVariable)
      #expect(found?.command == (password.inVariable == "note" ? nil : command))
      _ = found.map(scenario.line)
    }
  }

  /// What else is wrong is reported, whatever the value is.
  @Test(arguments: [nil, DoctorScenario.good.text])
  func aPasswordFromAVariableInAWrongURL(_ token: String?) throws {
    let url = DoctorScenario.publish.replacing("//", with: "//aws:${TOKEN}@")
    let scenario = try DoctorScenario(
      token.map { ["TOKEN": $0] } ?? [:], ["project/requirements.txt": "--index-url \(url)\nx\n"])
    #expect(
      try scenario.lines() == [
        "pip problem: ~/project/requirements.txt:1: the index has \(Self.noIndex) | ${EDITOR:-vi} ~/project/requirements.txt"
      ])
  }

  /// PDM puts a value only in the place of a name in braces; a password of two variables is known to be wrong.
  @Test(arguments: [
    (project, "[[tool.pdm.source]]", "pdm", "ab$cd"), (project, "[[tool.pdm.source]]", "pdm", "$TOKEN"),
    (project, "[[tool.pdm.source]]", "pdm", "${A}${B}"), ("project/Pipfile", "[[source]]", "pip", "${A}${B}"),
    ("project/Pipfile", "[[source]]", "pip", "ab$cd"),
  ])
  func aPasswordWithADollar(_ file: String, _ table: String, _ tool: String, _ password: String) throws {
    let url = DoctorScenario.index.replacing("//", with: "//aws:\(password)@")
    let scenario = try DoctorScenario([:], [file: "\(table)\nname = 'a'\nurl = '\(url)'\n"])
    #expect(
      try scenario.lines() == [
        "project problem: ~/\(file):3: source a holds \(DoctorScenario.other.words): \(tool) sends it instead of asking keyring"
          + " | sed -i '3s|//[^/]*@|//aws@|' ~/\(file)"
      ])
  }

  /// There pip puts no value into it.
  @Test func aPasswordFromAVariableInPipConf() throws {
    let url = DoctorScenario.index.replacing("//", with: "//aws:${TOKEN}@")
    let scenario = try DoctorScenario(
      ["TOKEN": DoctorScenario.good.text], [Self.pipConf: "\(Self.global)index-url = \(url)\n"])
    #expect(
      try scenario.failures().map(\.what) == [
        "index-url holds \(DoctorScenario.other.words): pip sends it instead of asking keyring"
      ])
  }

  /// No package is found, and no client gets a token for the repository.
  @Test(arguments: ["", "/", "/simple/", "/pypi", "/pypi/", "/internal/simple/"])
  func aURLWithoutARepository(_ path: String) throws {
    let url = "https://aws@\(DoctorScenario.host)\(path)"
    func what(_ suffix: String) -> String {
      "no repository in its URL, which has to be https://\(DoctorScenario.host)/pypi/REPOSITORY/\(suffix)"
    }
    let scenario = try DoctorScenario(
      ["PIP_INDEX_URL": url, "UV_INDEX": url, "UV_PUBLISH_URL": url],
      [
        Self.project: "[[tool.poetry.source]]\nname = \"a\"\nurl = \"\(url.replacing("aws@", with: ""))\"\n",
        ".config/uv/uv.toml": "publish-url = \"\(url)\"\n", "project/requirements.txt": "-i \(url)\n",
      ])
    #expect(
      try scenario.lines() == [
        "pip problem: PIP_INDEX_URL has \(what("simple/")) | -",
        "pip problem: ~/project/requirements.txt:1: the index has \(what("simple/")) | -",
        "uv problem: UV_INDEX has \(what("simple/")) | -",
        "uv problem: UV_PUBLISH_URL has \(what("")) | -",
        "project problem: ~/\(Self.project):3: source a has \(what("simple/")) | -",
        "project problem: ~/.config/uv/uv.toml:1: the index has \(what("")) | -",
      ])
  }

  /// Even with a valid token, no packages are found there.
  @Test func aWrongURLWithAToken() throws {
    let url = DoctorScenario.good.url.replacing("/simple/", with: "/")
    for file in [Self.pipConf, "project/requirements.txt"] {
      let text = file == Self.pipConf ? "\(Self.global)index-url = \(url)\n" : "-i \(url)\n"
      #expect(try DoctorScenario([:], [file: text]).failures().map(\.severity) == [.problem])
    }
    #expect(
      try DoctorScenario(["PIP_INDEX_URL": url], [Self.pipConf: Self.global]).failures().map(\.severity) == [.problem])
  }

  /// To pip, a form feed ends a line.
  @Test func aLineThatTheFileDoesNotHave() throws {
    let text = "\u{C}\u{C}\u{C}-i \(DoctorScenario.old.url)\n"
    let finding = try #require(try DoctorScenario([:], ["project/requirements.txt": text]).failures().first)
    #expect((finding.place?.line, finding.repair) == (4, nil))
    #expect(finding.command?.hasPrefix("${EDITOR:-vi} ") == true)
  }

  private static let quotes = "quotes around its URL: pip reads them as part of it"

  @Test(arguments: ["\"", "'"])
  func quotesInPipConf(_ quote: String) throws {
    let text = "\(Self.global)index-url = \(quote)\(DoctorScenario.index)\(quote)\n"
    #expect(
      try DoctorScenario([:], [Self.pipConf: text]).lines() == [
        "pip problem: ~/\(Self.pipConf):3: index-url has \(Self.quotes) | pip config --user set global.index-url \(DoctorScenario.index)"
      ])
  }

  /// `pip config` would replace all of them by one.
  @Test func oneOfSeveralURLsInPipConf() throws {
    let text = "\(Self.global)extra-index-url =\n  https://a.example/simple/\n"
    var scenario = try DoctorScenario([:], [Self.pipConf: "\(text)  \"\(DoctorScenario.index)\"\n"])
    #expect(
      try scenario.lines() == [
        "pip problem: ~/\(Self.pipConf):5: extra-index-url has \(Self.quotes) | sed -i '5s/[\"'\\'']//g' ~/\(Self.pipConf)"
      ])
    try scenario.run(try #require(try scenario.failures().first))
    #expect(try scenario.text(Self.pipConf) == "\(text)  \(DoctorScenario.index)\n")
    #expect(try scenario.lines() == [])
  }

  @Test(arguments: [(DoctorScenario.publish, noIndex), ("'\(DoctorScenario.index)'", quotes)])
  func aWrongURLInAVariable(_ url: String, _ what: String) throws {
    var scenario = try DoctorScenario(["PIP_INDEX_URL": url], [:])
    #expect(
      try scenario.lines() == ["pip problem: PIP_INDEX_URL has \(what) | export PIP_INDEX_URL=\(DoctorScenario.index)"])
    try scenario.run(try #require(try scenario.failures().first))
    #expect(try scenario.lines() == [])
  }

  @Test func quotesInRequirementsAreAsInAShell() throws {
    #expect(
      try DoctorScenario([:], ["project/requirements.txt": "--index-url \"\(DoctorScenario.index)\"\nx\n"]).lines()
        == [])
  }

  // MARK: indexes in variables

  @Test func anIndexInUvsVariablesWithoutAUser() throws {
    var scenario = try DoctorScenario(["UV_INDEX": "acme=\(DoctorScenario.index)"], [:])
    #expect(
      try scenario.failures().map(\.what) == [
        "UV_INDEX has no aws@ in its URL: uv asks keyring only for a URL with a user name"
      ])
    scenario.variables["UV_INDEX_ACME_USERNAME"] = "aws"
    #expect(try scenario.lines() == [])
  }

  /// Other indexes need no user of theirs.
  @Test(arguments: [
    ("acme=URL corp=https://pypi.corp/simple/", true), ("https://pypi.corp/simple/\nacme=URL", true),
    ("acme=URL\tother=RIGHT", true), ("acme=URL other=URL", false), ("acme=URL URL", false),
  ])
  func aVariableSaysWhoseAnIndexIs(_ value: String, _ isRight: Bool) throws {
    let text = value.replacing("URL", with: DoctorScenario.index).replacing("RIGHT", with: Self.right)
    let scenario = try DoctorScenario(["UV_INDEX": text, "UV_INDEX_ACME_USERNAME": "aws"], [:])
    #expect(try scenario.failures().map { $0.what.hasPrefix("UV_INDEX has no aws@") } == (isRight ? [] : [true]))
  }

  /// The other indexes, and the names of uv's, stay. No password of another index is printed.
  @Test(arguments: [
    (
      "UV_INDEX", "other=https://a.example/simple/ acme=URL", "other=https://a.example/simple/ acme=RIGHT",
      "has no aws@ in its URL: uv asks keyring only for a URL with a user name"
    ),
    (
      "UV_EXTRA_INDEX_URL", "URL https://aws@a.example/simple/", "RIGHT https://aws@a.example/simple/",
      "has no aws@ in its URL: uv asks keyring only for a URL with a user name"
    ),
    (
      "UV_INDEX", "other=https://bob:\(DoctorScenario.other.text)@a.example/simple/ acme=URL", nil,
      "has no aws@ in its URL: uv asks keyring only for a URL with a user name"
    ),
    // A token may be the user's name, and some characters end a URL elsewhere.
    (
      "UV_EXTRA_INDEX_URL", "URL https://\(DoctorScenario.other.text):@a.example/acme/", nil,
      "has no aws@ in its URL: uv asks keyring only for a URL with a user name"
    ),
    ("PIP_EXTRA_INDEX_URL", "PUBLISH https://\(DoctorScenario.other.text)@a.example/simple/", nil, "has \(noIndex)"),
    (
      "PIP_EXTRA_INDEX_URL", "PUBLISH https://me:x;\(DoctorScenario.other.text)@a.example/simple/", nil,
      "has \(noIndex)"
    ),
    ("UV_INDEX", "a=PUBLISH b=https://a.example/simple/", "a=RIGHT b=https://a.example/simple/", "has \(noIndex)"),
    ("PIP_EXTRA_INDEX_URL", "https://a.example/ 'URL'", "https://a.example/ URL", "has \(quotes)"),
    ("PIP_EXTRA_INDEX_URL", "PUBLISH https://a.example/", "URL https://a.example/", "has \(noIndex)"),
  ])
  func aVariableWithOtherIndexes(_ name: String, _ value: String, _ expected: String?, _ what: String) throws {
    func text(_ text: String) -> String {
      text.replacing("URL", with: DoctorScenario.index).replacing("PUBLISH", with: DoctorScenario.publish)
        .replacing("RIGHT", with: Self.right)
    }
    var scenario = try DoctorScenario([name: text(value)], [:])
    let finding = try #require(try scenario.failures().first)
    #expect(finding.what == "\(name) \(what)")
    _ = scenario.line(finding)
    #expect(finding.command == expected.map { "export \(name)='\(text($0))'" })
    guard expected != nil else { return }
    try scenario.run(finding)
    #expect(try scenario.lines() == [])
  }
}
