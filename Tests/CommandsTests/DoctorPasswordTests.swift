import Platform
import Testing

@testable import Commands

/// Passwords that clients find in files and variables before they ask, and the command that corrects each one.
@Suite struct DoctorPasswordTests {
  private static let right = DoctorScenario.index.replacing("//", with: "//aws@")
  private static let pipConf = ".config/pip/pip.conf"
  private static let uvToml = ".config/uv/uv.toml"
  private static let authToml = ".config/pypoetry/auth.toml"
  private static let project = "project/pyproject.toml"

  /// A file before and after, with the area, the line and the words of the finding.
  struct Row: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let file: String
    let line: Int
    let area: String
    let severity: String
    let what: String
    let command: String
    /// The text around what is wrong, and what remains of that after the command and after `--fix`.
    let text: String
    let afterCommand: String?
    let afterRepair: String?
    let variables: [String: String]
    let others: [String: String]
  }

  private static func row(
    _ name: String, _ file: String, _ line: Int, _ area: String, _ severity: String, _ what: String, _ command: String,
    _ text: String, afterCommand: String? = nil, afterRepair: String? = nil, variables: [String: String] = [:],
    others: [String: String] = [:]
  ) -> Row {
    Row(
      testDescription: name, file: file, line: line, area: area, severity: severity, what: what, command: command,
      text: text, afterCommand: afterCommand, afterRepair: afterRepair, variables: variables, others: others)
  }

  private static let global = "[global]\nkeyring-provider = subprocess\n"

  private static let inPipConf = DoctorScenario.passwords.flatMap { password in
    ["index-url", "extra-index-url"].map { setting in
      row(
        "pip.conf, \(setting), \(password.words)", pipConf, 3, "pip", password.inFile,
        "\(setting) holds \(password.words): pip sends it instead of asking keyring",
        "pip config --user set global.\(setting) \(right)", "\(global)\(setting) = \(password.url)\n",
        afterRepair: password.isRemovable ? "\(global)\(setting) = \(right)\n" : nil)
    }
  }

  private static let inOlderPipConf = DoctorScenario.passwords.map {
    row(
      "the user's older pip.conf, \($0.words)", ".pip/pip.conf", 3, "pip", $0.inFile,
      "index-url holds \($0.words): pip sends it instead of asking keyring",
      "sed -i '3s|//[^/]*@|//aws@|' ~/.pip/pip.conf", "\(global)index-url = \($0.url)\n",
      afterCommand: "\(global)index-url = \(right)\n",
      afterRepair: $0.isRemovable ? "\(global)index-url = \(right)\n" : nil)
  }

  private static let inRequirements = DoctorScenario.passwords.map {
    row(
      "requirements, \($0.words)", "project/requirements.txt", 1, "pip", $0.inFile,
      "the index holds \($0.words): pip sends it instead of asking keyring",
      "sed -i '1s|//[^/]*@|//aws@|' ~/project/requirements.txt", "-i \($0.url)\nrequests\n",
      afterCommand: "-i \(right)\nrequests\n", afterRepair: $0.isRemovable ? "-i \(right)\nrequests\n" : nil)
  }

  private static let inUvToml = DoctorScenario.passwords.map {
    let text = "keyring-provider = \"subprocess\"\n\n[[index]]\nname = \"artifact\"\nurl = \"URL\"\n"
    let after = text.replacing("URL", with: right)
    return row(
      "uv.toml, \($0.words)", uvToml, 5, "project", $0.inFile,
      "source artifact holds \($0.words): uv sends it instead of asking keyring",
      "sed -i '5s|//[^/]*@|//aws@|' ~/\(uvToml)", text.replacing("URL", with: $0.url), afterCommand: after,
      afterRepair: $0.isRemovable ? after : nil)
  }

  private static let inNamedUvToml = DoctorScenario.passwords.map {
    let text = "keyring-provider = \"subprocess\"\n[[index]]\nurl = \"URL\"\n"
    let after = text.replacing("URL", with: right)
    return row(
      "the file that UV_CONFIG_FILE names, \($0.words)", "named.toml", 3, "project", $0.inFile,
      "the index holds \($0.words): uv sends it instead of asking keyring", "sed -i '3s|//[^/]*@|//aws@|' ~/named.toml",
      text.replacing("URL", with: $0.url), afterCommand: after, afterRepair: $0.isRemovable ? after : nil,
      variables: ["UV_CONFIG_FILE": "HOME/named.toml"])
  }

  private static let inAuthToml = DoctorScenario.passwords.map {
    let source = "[[tool.poetry.source]]\nname = \"artifact\"\nurl = \"\(DoctorScenario.index)\"\n"
    let rest = "[http-basic.artifact]\nusername = \"aws\"\n"
    return row(
      "auth.toml, \($0.words)", authToml, 3, "poetry", $0.inFile,
      "http-basic.artifact holds \($0.words): Poetry sends it instead of asking keyring",
      "poetry config --unset http-basic.artifact", "\(rest)password = \"\($0.text)\"\n",
      afterRepair: $0.isRemovable ? rest : nil, others: [project: source])
  }

  private static let inNetrc = DoctorScenario.passwords.map {
    let before = "machine pypi.example login bob password x\n\n"
    let after = "# the end\nmachine a.example\n  login c\n"
    return row(
      "netrc, \($0.words)", ".netrc", 3, "files", $0.inFile,
      "machine \(DoctorScenario.host) holds \($0.words): uv, pip and older Poetry send it instead of asking keyring",
      "sed -i '3d' ~/.netrc",
      "\(before)machine \(DoctorScenario.host) login aws password \($0.text)\n\(after)", afterCommand: before + after,
      afterRepair: $0.isRemovable ? before + after : nil)
  }

  private static let inPypirc = DoctorScenario.passwords.map {
    let rest =
      "[distutils]\nindex-servers =\n    pypi\n    codeartifact\n\n[pypi]\nusername = __token__\npassword = x\n\n"
      + "[codeartifact]\nrepository = \(DoctorScenario.publish)\nusername = aws\n"
    return row(
      "pypirc, \($0.words)", ".pypirc", 13, "files", $0.inFile,
      "[codeartifact] holds \($0.words): twine and hatch send it instead of asking keyring", "sed -i '13d' ~/.pypirc",
      "\(rest)password = \($0.text)\n", afterCommand: rest, afterRepair: $0.isRemovable ? rest : nil)
  }

  private static let rows =
    inPipConf + inOlderPipConf + inRequirements + inUvToml + inNamedUvToml + inAuthToml + inNetrc + inPypirc + odd

  private static let sharedNetrc = "the default entry is sent to every host, including CodeArtifact's"
  private static let macro = "macdef init\nmachine x password y\n\n"
  private static let odd: [Row] = [
    row(
      "netrc in a place of its own", "elsewhere/netrc", 1, "files", "problem",
      "machine \(DoctorScenario.host) holds \(DoctorScenario.old.words): uv, pip and older Poetry send it instead of asking keyring",
      "sed -i '1d' ~/elsewhere/netrc", "machine \(DoctorScenario.host) login aws password \(DoctorScenario.old.text)\n",
      afterCommand: "",
      afterRepair: "", variables: ["NETRC": "HOME/elsewhere/netrc"]),
    row(
      "netrc over many lines", ".netrc", 4, "files", "problem",
      "machine \(DoctorScenario.host) holds \(DoctorScenario.old.words): uv, pip and older Poetry send it instead of asking keyring",
      "sed -i '4,6d' ~/.netrc",
      "\(macro)machine \(DoctorScenario.host)\n\tlogin aws\n\tpassword \(DoctorScenario.old.text)\nmachine b.example login c password d\n",
      afterCommand: "\(macro)machine b.example login c password d\n",
      afterRepair: "\(macro)machine b.example login c password d\n"),
    row(
      "the default entry", ".netrc", 2, "files", "warning", sharedNetrc, "sed -i '2d' ~/.netrc",
      "machine a.example login b password c\ndefault login anonymous password \(DoctorScenario.other.text)\n",
      afterCommand: "machine a.example login b password c\n"),
    // Its password must not become that of the host before.
    row(
      "the default entry over many lines", ".netrc", 2, "files", "warning", sharedNetrc, "sed -i '2,4d' ~/.netrc",
      "machine a.example login b\ndefault\n  login anonymous\n  password \(DoctorScenario.other.text)\n",
      afterCommand: "machine a.example login b\n"),
    row(
      "a path with characters that are special to a shell", "a b;$(c)/it's", 1, "files", "warning", sharedNetrc,
      "sed -i '1d' '~/a b;$(c)/it'\\''s'", "default login anonymous password \(DoctorScenario.other.text)\n",
      afterCommand: "",
      variables: ["NETRC": "HOME/a b;$(c)/it's"]),
  ]

  @Test(arguments: rows)
  func aFile(_ row: Row) throws {
    let files = row.others.merging([row.file: row.text]) { $1 }
    var scenario = try DoctorScenario(row.variables, files)
    #expect(
      try scenario.lines() == ["\(row.area) \(row.severity): ~/\(row.file):\(row.line): \(row.what) | \(row.command)"])
    let finding = try #require(try scenario.failures().first)
    #expect((finding.repair != nil) == (row.afterRepair != nil))
    if let text = row.afterRepair {
      let scenario = try DoctorScenario(row.variables, files)
      try scenario.repair()
      #expect(try scenario.text(row.file) == text)
      #expect(try scenario.lines() == [])
    }
    if let text = row.afterCommand {
      try scenario.run(finding)
      #expect(try scenario.text(row.file) == text)
      #expect(try scenario.lines() == [])
    }
  }

  // MARK: variables

  private static let uvIndex =
    "[[tool.uv.index]]\nname = \"my-index\"\nurl = \"\(DoctorScenario.index)\"\nauthenticate = \"always\"\n"
  private static let poetrySource = "[[tool.poetry.source]]\nname = \"artifact\"\nurl = \"\(DoctorScenario.index)\"\n"

  /// The variables, the area, the one that holds the password, who sends it, the command, and the project.
  private static let variables: [([String: String], String, String, String, String, String)] = [
    (["PIP_INDEX_URL": "URL"], "pip", "PIP_INDEX_URL", "pip", "unset PIP_INDEX_URL", ""),
    // The other indexes stay.
    (
      ["PIP_INDEX_URL": "https://pypi.org/simple/ URL"], "pip", "PIP_INDEX_URL", "pip",
      "export PIP_INDEX_URL='https://pypi.org/simple/ \(right)'", ""
    ),
    (
      ["PIP_EXTRA_INDEX_URL": "URL https://pypi.org/simple/"], "pip", "PIP_EXTRA_INDEX_URL", "pip",
      "export PIP_EXTRA_INDEX_URL='\(right) https://pypi.org/simple/'", ""
    ),
    (["UV_INDEX": "acme=URL"], "uv", "UV_INDEX", "uv", "unset UV_INDEX", ""),
    (
      ["UV_INDEX": "acme=URL other=https://a.example/simple/"], "uv", "UV_INDEX", "uv",
      "export UV_INDEX='acme=\(right) other=https://a.example/simple/'", ""
    ),
    (["UV_INDEX_URL": "URL"], "uv", "UV_INDEX_URL", "uv", "unset UV_INDEX_URL", ""),
    (["UV_DEFAULT_INDEX": "URL"], "uv", "UV_DEFAULT_INDEX", "uv", "unset UV_DEFAULT_INDEX", ""),
    (["UV_EXTRA_INDEX_URL": "URL"], "uv", "UV_EXTRA_INDEX_URL", "uv", "unset UV_EXTRA_INDEX_URL", ""),
    (
      ["UV_INDEX_MY_INDEX_USERNAME": "aws", "UV_INDEX_MY_INDEX_PASSWORD": "PASSWORD"], "uv",
      "UV_INDEX_MY_INDEX_PASSWORD", "uv", "unset UV_INDEX_MY_INDEX_USERNAME UV_INDEX_MY_INDEX_PASSWORD", uvIndex
    ),
    (
      ["POETRY_HTTP_BASIC_ARTIFACT_USERNAME": "aws", "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD": "PASSWORD"], "poetry",
      "POETRY_HTTP_BASIC_ARTIFACT_PASSWORD", "Poetry",
      "unset POETRY_HTTP_BASIC_ARTIFACT_USERNAME POETRY_HTTP_BASIC_ARTIFACT_PASSWORD", poetrySource
    ),
  ]

  @Test(arguments: variables.indices, DoctorScenario.passwords)
  func aVariable(_ index: Int, _ password: DoctorScenario.Password) throws {
    let (variables, area, name, client, command, project) = Self.variables[index]
    let values = variables.mapValues {
      $0.replacing("URL", with: password.url).replacing("PASSWORD", with: password.text)
    }
    var scenario = try DoctorScenario(values, project.isEmpty ? [:] : [Self.project: project])
    let expected =
      "\(area) \(password.inVariable): \(name) holds \(password.words): \(client) sends it instead of asking keyring | \(command)"
    #expect(try scenario.lines() == (password.inVariable == "note" ? [] : [expected]))
    let finding = try #require(try scenario.findings().first { scenario.line($0) == expected })
    try scenario.run(finding)
    #expect(try scenario.lines() == [])
  }

  @Test(arguments: ["UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN"])
  func whatUvPublishesWith(_ name: String) throws {
    #expect(
      try DoctorScenario([name: DoctorScenario.old.text], [:]).lines() == [
        "uv problem: \(name) holds \(DoctorScenario.old.words): uv publish sends it instead of asking keyring | unset \(name)"
      ])
  }

  /// Another password is known to be wrong where the URL is that of a repository.
  @Test(arguments: ["UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN"], [DoctorScenario.publish, "https://pypi.example/"])
  func whatUvPublishesToARepositoryWith(_ name: String, _ url: String) throws {
    let finding =
      "uv problem: \(name) holds \(DoctorScenario.other.words): uv publish sends it instead of asking keyring | unset \(name)"
    #expect(
      try DoctorScenario([name: DoctorScenario.other.text, "UV_PUBLISH_URL": url], [:]).lines()
        == (url == DoctorScenario.publish ? [finding] : []))
  }

  @Test(arguments: [
    ("UV_INDEX_MY_INDEX", uvIndex, "uv", "uv does not use it"),
    ("POETRY_HTTP_BASIC_ARTIFACT", poetrySource, "poetry", "Poetry sends it without a user name"),
  ])
  func halfAPair(_ prefix: String, _ text: String, _ area: String, _ consequence: String) throws {
    let (user, password) = ("\(prefix)_USERNAME", "\(prefix)_PASSWORD")
    func lines(_ variables: [String: String]) throws -> [String] {
      try DoctorScenario(variables, [Self.project: text]).lines()
    }
    #expect(
      try lines([password: DoctorScenario.good.text]) == [
        "\(area) problem: \(password) is set and \(user) is not: \(consequence) | unset \(password)"
      ])
    #expect(
      try lines([user: "bob"])
        == ["\(area) problem: \(user) is not aws: only the user aws gets a token | unset \(user)"])
    // The other half is what codeartifact-keyring answers.
    #expect(try lines([user: "aws"]) == [])
  }

  @Test func theOtherHalfIsInAuthToml() throws {
    let files = [
      Self.project: Self.poetrySource, Self.authToml: "[http-basic.artifact]\nusername = \"aws\"\n",
    ]
    #expect(try DoctorScenario(["POETRY_HTTP_BASIC_ARTIFACT_PASSWORD": DoctorScenario.good.text], files).lines() == [])
  }

  @Test func passwordsForOtherServersAreIgnored() throws {
    let url = DoctorScenario.old.url.replacing(DoctorScenario.host, with: "pypi.example")
    let scenario = try DoctorScenario(
      [
        "UV_INDEX_OTHER_PASSWORD": DoctorScenario.other.text,
        "POETRY_HTTP_BASIC_OTHER_PASSWORD": DoctorScenario.other.text,
      ],
      [
        Self.pipConf: "\(Self.global)index-url = \(url)\n",
        ".netrc": "machine pypi.example login bob password \(DoctorScenario.other.text)\n",
        ".pypirc": "[pypi]\nusername = __token__\npassword = \(DoctorScenario.other.text)\n",
        Self.authToml: "[http-basic.other]\nusername = \"bob\"\npassword = \"\(DoctorScenario.other.text)\"\n",
      ])
    #expect(try scenario.lines() == [])
  }
}
