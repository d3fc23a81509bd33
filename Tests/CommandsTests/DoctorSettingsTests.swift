import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands

/// What the doctor makes of the settings of each client, in the order in which that client reads them.
@Suite struct DoctorSettingsTests {
  private static let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
  private static let index = "https://\(host)/pypi/internal/simple/"

  /// A machine, and what to tell of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let variables: [String: String]
    let files: [String: String]
    /// What is wrong, each with its place and its command; `HOME` stands for the home directory.
    let complaints: [String]

    init(_ name: String, _ variables: [String: String] = [:], _ files: [String: String] = [:], _ complaints: [String]) {
      (testDescription, self.variables, self.files, self.complaints) = (name, variables, files, complaints)
    }
  }

  /// A world whose variables may name places below `HOME`, with a program in `bin` for each of these first lines.
  private func world(
    _ test: Case, programs: [String: String] = [:], pythons: [String: String] = [:]
  ) throws -> World {
    let directory = try TemporaryDirectory()
    for (name, python) in programs { try directory.file(name, "#!\(python)\n", mode: 0o755) }
    let answers = pythons.mapValues { $0.replacing("HOME", with: "\(directory.path)/home") }
    return try World(
      test.variables.mapValues { $0.replacing("HOME", with: "\(directory.path)/home") },
      files: test.files, time: ManualClock(now: 1), directory: directory,
      programs: { request throws(ProcessFailure) in
        guard let answer = answers[request.program] else { throw .notStarted("it is not there") }
        return ProcessOutcome(code: 0, output: Array("codeartifact-keyring doctor: \(answer)\n".utf8), complaint: "")
      })
  }

  /// What a Python answers in which this pip is installed.
  private static func python(pip version: String) -> String {
    "{\"executable\":\"/py/bin/python\",\"version\":\"3.12.1\",\"prefix\":\"HOME/venv\",\"scripts\":\"HOME/venv/bin\","
      + "\"isManaged\":false,\"packages\":{\"pip\":\"\(version)\"}}"
  }

  private func complaints(_ findings: [Finding], _ world: World) -> [String] {
    findings.filter(\.isAboutFailure).map { finding in
      let place = finding.place.map { "\($0.file):\($0.line ?? 0): " } ?? ""
      return "\(place)\(finding.what) | \(finding.command ?? "-")\(finding.repair == nil ? "" : " | fixable")"
        .replacing(world.home, with: "HOME")
    }
  }

  // MARK: pip

  private func pip(_ test: Case, _ versions: [String: String] = ["/py/bin/python": "26.3"]) throws -> [Finding] {
    let world = try world(test, programs: ["bin/pip": "/py/bin/python"], pythons: versions.mapValues(Self.python(pip:)))
    return try pip(in: world)
  }

  private func pip(in world: World) throws -> [Finding] {
    let doctor = DoctorContext(world.context)
    let clients = Clients(doctor)
    return PipCheck(doctor: doctor, clients: clients, pythons: PythonInterpreters(probing: clients.pythons, doctor))
      .findings
  }

  private static let user = ".config/pip/pip.conf"
  private static let asks = "[global]\nkeyring-provider = subprocess\n"
  private static let asksNobody = "[global]\nkeyring-provider = disabled\n"
  private static let untold =
    "pip is not configured to use codeartifact-keyring (keyring-provider) | codeartifact-keyring configure pip | fixable"
  /// Where pip does not read the file that could be written.
  private static func untoldBecause(_ file: String) -> String {
    "pip is not configured to use codeartifact-keyring (keyring-provider): PIP_CONFIG_FILE=\(file) stops it from reading the user's own file"
      + " | export PIP_KEYRING_PROVIDER=subprocess"
  }
  private static let disabled = "keyring-provider is disabled: pip does not use codeartifact-keyring"

  private static let providers: [Case] = [
    Case("the user's file", [:], [user: asks], []),
    Case("the user's older file", [:], [".pip/pip.conf": asks], []),
    Case(
      "the user's older file, which pip config does not write", [:], [".pip/pip.conf": asksNobody],
      ["HOME/.pip/pip.conf:2: \(disabled) | pip config set global.keyring-provider subprocess"]),
    Case("the older file gives way", [:], [".pip/pip.conf": asksNobody, user: asks], []),
    Case(
      "the newer file counts", [:], [".pip/pip.conf": asks, user: asksNobody],
      ["HOME/\(user):2: \(disabled) | codeartifact-keyring configure pip | fixable"]),
    Case(
      "install goes before global", [:], [user: asks + "[install]\nkeyring-provider = disabled\n"],
      ["HOME/\(user):4: \(disabled) | pip config --user set install.keyring-provider subprocess"]),
    Case(
      "a file for all users", ["XDG_CONFIG_DIRS": "HOME/etc"], ["etc/pip/pip.conf": asksNobody],
      ["HOME/etc/pip/pip.conf:2: \(disabled) | pip config --global set global.keyring-provider subprocess"]),
    Case(
      "the user's file goes before one for all users", ["XDG_CONFIG_DIRS": "HOME/etc"],
      [user: asks, "etc/pip/pip.conf": asksNobody], []),
    Case(
      "a variable goes before all files", ["PIP_KEYRING_PROVIDER": "disabled"], [user: asks],
      ["PIP_KEYRING_PROVIDER is disabled: pip does not use codeartifact-keyring | unset PIP_KEYRING_PROVIDER"]),
    Case(
      "a variable that leaves it to pip", ["PIP_KEYRING_PROVIDER": "auto"], [user: asks],
      ["PIP_KEYRING_PROVIDER is auto: pip does not use codeartifact-keyring | unset PIP_KEYRING_PROVIDER"]),
    Case(
      "a variable that has pip import keyring", ["PIP_KEYRING_PROVIDER": "import"], [user: asks],
      [
        "PIP_KEYRING_PROVIDER is import: pip uses codeartifact-keyring only if the keyring package is installed beside it"
          + " | unset PIP_KEYRING_PROVIDER"
      ]),
    Case("the environment's file goes before the user's", [:], [user: asksNobody, "venv/pip.conf": asks], []),
    Case(
      "the named file goes before the environment's", ["PIP_CONFIG_FILE": "HOME/named"],
      ["venv/pip.conf": asksNobody, "named": asks], []),
    Case(
      "a named file takes the user's place", ["PIP_CONFIG_FILE": "HOME/named"], [user: asks, "named": ""],
      [untoldBecause("HOME/named")]),
    Case("a named file that is not there", ["PIP_CONFIG_FILE": "HOME/named"], [user: asks], []),
    Case(
      "no file at all", ["PIP_CONFIG_FILE": "/dev/null", "XDG_CONFIG_DIRS": "HOME/etc"],
      [user: asks, "etc/pip/pip.conf": asks, "venv/pip.conf": asks], [untoldBecause("/dev/null")]),
  ]

  @Test(arguments: providers)
  func whichOfPipsFilesCounts(_ test: Case) throws {
    let world = try world(
      test, programs: ["bin/pip": "/py/bin/python"], pythons: ["/py/bin/python": Self.python(pip: "26.3")])
    #expect(complaints(try pip(in: world), world) == test.complaints)
  }

  @Test(arguments: [("22.3.1", "is too old to use"), ("23.0.1", "only for URLs with aws@")])
  func whatAnOldPipDoes(_ version: String, _ words: String) throws {
    let test = Case("", [:], [Self.user: Self.asks], [])
    let findings = try pip(test, ["/py/bin/python": version]).filter(\.isAboutFailure)
    #expect(findings.map { $0.what.contains(words) } == [true])
  }

  @Test(arguments: [("23.0.1", true), ("23.1", false)])
  func fromWhichVersionOnPipAsks(_ version: String, _ isTooOld: Bool) throws {
    let test = Case("", [:], [Self.user: Self.asks + "index-url = \(Self.index)\n"], [])
    let findings = try pip(test, ["/py/bin/python": version]).filter(\.isAboutFailure)
    // One that asks nobody is not asked for its URLs.
    #expect(findings.map { $0.what.contains("only for URLs with aws@") } == [isTooOld])
    #expect(findings.map { $0.what.contains("has no aws@") } == [!isTooOld])
  }

  /// Of two pips the older one wants more.
  @Test func theOldestPipIsTheOneToWriteFor() throws {
    let test = Case("", ["VIRTUAL_ENV": "HOME/venv"], [Self.user: Self.asks + "index-url = \(Self.index)\n"], [])
    let world = try world(
      test, programs: ["bin/pip": "/py/bin/python", "home/venv/bin/pip": "/old/bin/python"],
      pythons: ["/py/bin/python": Self.python(pip: "26.1"), "/old/bin/python": Self.python(pip: "24.0")])
    #expect(
      complaints(try pip(in: world), world) == [
        "HOME/\(Self.user):3: index-url has no aws@ in its URL: pip 24.0 asks keyring only for a URL with a user name | "
          + "pip config --user set global.index-url \(Self.index.replacing("https://", with: "https://aws@"))"
      ])
  }

  @Test(arguments: [["bin/pip"], ["bin/pip3"], ["bin/pip", "bin/pip3"]])
  func pipIsLookedAtOnceWhateverItsName(_ names: [String]) throws {
    let test = Case("", ["VIRTUAL_ENV": "HOME/.."], [Self.user: Self.asks], [])
    let world = try world(
      test, programs: Dictionary(uniqueKeysWithValues: names.map { ($0, "/py/bin/python") }),
      pythons: ["/py/bin/python": Self.python(pip: "26.3")])
    #expect(try pip(in: world).map(\.what) == ["pip 26.3 uses codeartifact-keyring"])
  }

  // MARK: uv

  private func uv(_ world: World, version: String? = "0.9.0") throws -> [Finding] {
    let doctor = DoctorContext(world.context)
    return UvCheck(doctor: doctor, clients: Clients(doctor), version: version).findings
  }

  private static let uvFile = ".config/uv/uv.toml"
  private static let uvAsks = "keyring-provider = \"subprocess\"\n"
  private static let uvUntold =
    "uv is not configured to use codeartifact-keyring (keyring-provider) | codeartifact-keyring configure uv | fixable"
  private static func uvUntoldBecause(_ variable: String) -> String {
    "uv is not configured to use codeartifact-keyring (keyring-provider): \(variable) stops it from reading the user's own file"
      + " | export UV_KEYRING_PROVIDER=subprocess"
  }
  private static let token = DoctorParsingTests.token(endingAt: 1)

  private static let uvs: [Case] = [
    Case("the user's file", [:], [uvFile: uvAsks], []),
    Case("no file", [:], [:], [uvUntold]),
    Case("files are out of play", ["UV_NO_CONFIG": "True"], [uvFile: uvAsks], [uvUntoldBecause("UV_NO_CONFIG")]),
    Case("files are in play", ["UV_NO_CONFIG": "0"], [uvFile: uvAsks], []),
    Case(
      "a variable goes before all files", ["UV_KEYRING_PROVIDER": "disabled"], [uvFile: uvAsks],
      ["UV_KEYRING_PROVIDER is disabled: uv does not use codeartifact-keyring | unset UV_KEYRING_PROVIDER"]),
    Case("a variable is enough", ["UV_KEYRING_PROVIDER": "subprocess", "UV_NO_CONFIG": "1"], [:], []),
    // What a named file lacks, configuring the user's own would not change.
    Case(
      "a named file", ["UV_CONFIG_FILE": "HOME/named.toml"], [uvFile: uvAsks, "named.toml": ""],
      [uvUntoldBecause("UV_CONFIG_FILE")]),
    Case(
      "a named file that says otherwise", ["UV_CONFIG_FILE": "HOME/named.toml"],
      [uvFile: uvAsks, "named.toml": "keyring-provider = \"disabled\"\n"],
      [
        "HOME/named.toml:1: keyring-provider is disabled: uv does not use codeartifact-keyring | "
          + #"sed -i '1s/\(keyring-provider["'\''"# + #"]* *= *\)["'\''"# + #"]disabled["'\''"#
          + #"]/\1"subprocess"/' HOME/named.toml"#
      ]),
    Case("a file for all users", ["XDG_CONFIG_DIRS": "HOME/etc"], ["etc/uv/uv.toml": uvAsks], []),
    Case("an address to publish to needs no user", ["UV_PUBLISH_URL": index], [uvFile: uvAsks], []),
    Case(
      "a password of somebody else's", ["UV_PUBLISH_PASSWORD": "hunter2", "UV_PUBLISH_TOKEN": "hunter2"],
      [uvFile: uvAsks], []),
    Case("a user of somebody else's", ["UV_INDEX_OTHER_USERNAME": "bob"], [uvFile: uvAsks], []),
    Case("a variable without a name", ["UV_INDEX__PASSWORD": token, "UV_INDEX_PASSWORD": token], [uvFile: uvAsks], []),
    Case("an empty variable", ["UV_INDEX_A_USERNAME": "aws", "UV_INDEX_A_PASSWORD": ""], [uvFile: uvAsks], []),
    Case(
      "an empty variable of ours", ["UV_INDEX_A_USERNAME": "aws", "UV_INDEX_A_PASSWORD": ""],
      [uvFile: uvAsks + "[[index]]\nname = \"a\"\nurl = \"\(index)\"\n"],
      ["UV_INDEX_A_PASSWORD is empty: uv sends that instead of asking keyring | unset UV_INDEX_A_PASSWORD"]),
    Case(
      "another user than ours", ["UV_INDEX_A_USERNAME": "bob"],
      [uvFile: uvAsks + "[[index]]\nname = \"a\"\nurl = \"\(index)\"\n"],
      ["UV_INDEX_A_USERNAME is not aws: only the user aws gets a token | unset UV_INDEX_A_USERNAME"]),
    Case(
      "another user with a password", ["UV_INDEX_A_USERNAME": "bob", "UV_INDEX_A_PASSWORD": token],
      [uvFile: uvAsks + "[[index]]\nname = \"a\"\nurl = \"\(index)\"\n"],
      [
        "UV_INDEX_A_PASSWORD holds a token that expired 0 min ago: uv sends it instead of asking keyring | "
          + "unset UV_INDEX_A_USERNAME UV_INDEX_A_PASSWORD"
      ]),
  ]

  @Test(arguments: uvs)
  func whatUvIsTold(_ test: Case) throws {
    let world = try world(test, programs: ["bin/uv": "/bin/sh"])
    #expect(complaints(try uv(world), world) == test.complaints)
  }

  @Test(arguments: [
    ("", [:], true), ("aws@", [:], false), ("", ["UV_PUBLISH_USERNAME": "aws"], false),
    ("", ["UV_PUBLISH_PASSWORD": token], false),
  ])
  func uvPublishesOnlyAsSomebody(_ user: String, _ variables: [String: String], _ isTold: Bool) throws {
    let url = "https://\(user)\(Self.host)/pypi/internal/"
    let world = try world(Case("", variables, [Self.uvFile: "publish-url = \"\(url)\"\n"], []))
    #expect(try uv(world).contains { $0.what == "uv publish asks keyring only with a user name" } == isTold)
  }

  private static func entry(_ service: String, _ password: String) -> String {
    "[[credential]]\n# password = \"\(password)\"\nservice = \"\(service)\"\nusername = \"aws\"\npassword = \"\(password)\"\n"
  }

  @Test(arguments: [
    ([:], ".local/share/uv/credentials/credentials.toml"),
    (["XDG_DATA_HOME": "HOME/data"], "data/uv/credentials/credentials.toml"),
    (["UV_CREDENTIALS_DIR": "HOME/own", "XDG_DATA_HOME": "HOME/data"], "own/credentials.toml"),
  ])
  func whereUvKeepsWhatItWasGiven(_ variables: [String: String], _ place: String) throws {
    let test = Case("", variables, [place: Self.entry(Self.index, Self.token)], [])
    let world = try world(test)
    // The line of the password itself, not that of a comment with the same words.
    #expect(try uv(world).compactMap(\.place).map(\.file) == ["\(world.home)/\(place)"])
    #expect(try uv(world).compactMap(\.place).map(\.line) == [5])
  }

  private static let foreignEntry = entry("https://pypi.example/simple", token)

  /// The file keeps what is not a token of ours, and only what goes is taken out.
  @Test(arguments: [foreignEntry, entry(index, "hunter2"), foreignEntry + entry(index, "hunter2")])
  func whatElseUvKeepsStays(_ rest: String) throws {
    let place = ".local/share/uv/credentials/credentials.toml"
    let world = try world(Case("", [:], [place: Self.entry(Self.index, Self.token) + rest], []))
    let findings = try uv(world).filter { $0.place != nil }
    #expect(findings.map { $0.repair == nil } == (rest == Self.foreignEntry ? [false] : [false, true]))
    _ = DoctorCommand.repair(findings, world.context)
    #expect(String(decoding: try world.context.files.read("\(world.home)/\(place)"), as: UTF8.self) == rest)
  }

  // MARK: Poetry

  private func poetry(_ world: World, _ entries: [PoetryCheck.OldEntry] = []) -> [Finding] {
    let doctor = DoctorContext(world.context)
    return PoetryCheck(
      doctor: doctor, clients: Clients(doctor), pythons: PythonInterpreters(), expectingBackend: false,
      oldEntries: entries
    ).findings
  }

  private static let poetryDirectory = ".config/pypoetry"
  private static let source = "[repositories.\"my.source\"]\nurl = \"\(index)\"\n"
  private static let gone = "POETRY_HTTP_BASIC_MY_SOURCE"

  private static let poetries: [Case] = [
    Case("it may ask", ["POETRY_KEYRING_ENABLED": "TRUE"], [:], []),
    Case(
      "it may not", ["POETRY_KEYRING_ENABLED": "no"], [:],
      ["POETRY_KEYRING_ENABLED=no: Poetry does not use keyring | unset POETRY_KEYRING_ENABLED"]),
    Case(
      "its file in another place", ["POETRY_CONFIG_DIR": "HOME/p"],
      ["\(poetryDirectory)/config.toml": "", "p/config.toml": "[keyring]\nenabled = false\n"],
      [
        "HOME/p/config.toml:2: keyring.enabled is false: Poetry does not use keyring | "
          + "poetry config --unset keyring.enabled"
      ]),
    Case(
      "an empty password", [:],
      [
        "\(poetryDirectory)/config.toml": source,
        "\(poetryDirectory)/auth.toml": "[http-basic.\"my.source\"]\nusername = \"aws\"\npassword = \"\"\n",
      ], []),
    Case(
      "a name in quotes", [:],
      ["\(poetryDirectory)/auth.toml": "[http-basic.\"my.source\"]\nusername = \"aws\"\npassword = \"\(token)\"\n"],
      [
        "HOME/\(poetryDirectory)/auth.toml:3: http-basic.my.source holds a token that expired 0 min ago and Poetry sends it "
          + "instead of asking keyring | poetry config --unset http-basic.my.source | fixable"
      ]),
    Case(
      "another user of a source", ["\(gone)_USERNAME": "bob"], ["\(poetryDirectory)/config.toml": source],
      ["\(gone)_USERNAME is not aws: only the user aws gets a token | unset \(gone)_USERNAME"]),
    Case(
      "another user of a source of uv's", ["\(gone)_USERNAME": "bob"],
      [uvFile: "[[index]]\nname = \"my.source\"\nurl = \"\(index)\"\n"], []),
    Case("another user of something else", ["\(gone)_USERNAME": "bob"], [:], []),
    Case(
      "a password with its user in a file", ["\(gone)_PASSWORD": token],
      ["\(poetryDirectory)/auth.toml": "[http-basic.\"my.source\"]\nusername = \"aws\"\n"],
      [
        "\(gone)_PASSWORD holds a token that expired 0 min ago: Poetry sends it instead of asking keyring | "
          + "unset \(gone)_USERNAME \(gone)_PASSWORD"
      ]),
    Case("a password of something else", ["\(gone)_USERNAME": "bob", "\(gone)_PASSWORD": "hunter2"], [:], []),
  ]

  @Test(arguments: poetries)
  func whatPoetryIsTold(_ test: Case) throws {
    let world = try world(test, programs: ["bin/poetry": "/bin/sh"])
    #expect(complaints(poetry(world), world) == test.complaints)
  }

  @Test func onlyTokensGoFromSecretService() throws {
    let entries = [StoredPassword(Self.token, now: 1), .other].map {
      PoetryCheck.OldEntry(service: "poetry-repository-a", username: "it's", secret: $0)
    }
    let findings = poetry(try world(Case("", [:], [:], [])), entries).filter { $0.what.hasPrefix("Secret Service") }
    #expect(findings.map { $0.repair == nil } == [false, true])
    #expect(
      findings.map(\.command)
        == Array(repeating: "secret-tool clear service poetry-repository-a username 'it'\\''s'", count: 2))
  }

  // MARK: projects

  /// Only the end of the URL goes, whatever the repository is called.
  @Test(arguments: [
    ("simple-lib/simple/", "simple-lib/"), ("simple/simple", "simple"), ("internal/simple", "internal"),
  ])
  func aRepositoryMayBeCalledSimple(_ path: String, _ right: String) throws {
    let world = try world(Case("", ["POETRY_REPOSITORIES_A_URL": "https://\(Self.host)/pypi/\(path)"], [:], []))
    let doctor = DoctorContext(world.context)
    let check = ProjectCheck(doctor: doctor, uv: UvCheck(doctor: doctor, clients: Clients(doctor), version: nil))
    #expect(
      check.findings.compactMap(\.command) == ["export POETRY_REPOSITORIES_A_URL=https://\(Self.host)/pypi/\(right)"])
  }

  @Test(arguments: [([:], 1), (["UV_INDEX_A_USERNAME": "aws"], 0)])
  func aVariableMayNameTheUserOfAnIndex(_ variables: [String: String], _ count: Int) throws {
    let world = try world(
      Case("", variables, [Self.uvFile: "[[index]]\nname = \"a\"\nurl = \"\(Self.index)\"\n"], []))
    let doctor = DoctorContext(world.context)
    let check = ProjectCheck(doctor: doctor, uv: UvCheck(doctor: doctor, clients: Clients(doctor), version: nil))
    #expect(check.findings.filter(\.isAboutFailure).count == count)
  }

  // MARK: files of all clients

  private static let pypirc: [Case] = [
    Case(
      "of two sections, each with its own address", [:],
      [
        ".pypirc":
          "[b]\nrepository = https://pypi.example/\npassword = hunter2\n[a]\nrepository = \(index)\npassword = \n"
      ],
      [
        "HOME/.pypirc:6: [a] holds an empty password: twine sends it instead of asking keyring | sed -i '6d' HOME/.pypirc | fixable"
      ]),
    Case(
      "an empty password of somebody else's", [:], [".pypirc": "[a]\nrepository = https://a.example/\npassword =\n"], []
    ),
    Case(
      "a token without an address", [:], [".pypirc": "[a]\npassword = \(token)\n"],
      [
        "HOME/.pypirc:2: [a] holds a token that expired 0 min ago: twine and hatch send it instead of asking keyring | "
          + "sed -i '2d' HOME/.pypirc | fixable"
      ]),
    Case(
      "another password of ours", [:], [".pypirc": "[a]\nrepository = \(index)\npassword = hunter2\n"],
      [
        "HOME/.pypirc:3: [a] holds a password that is not a CodeArtifact token: twine and hatch send it instead of asking keyring "
          + "| sed -i '3d' HOME/.pypirc"
      ]),
    // Both lines of `default` go, or the line before would be given its password.
    Case(
      "a default entry over three lines", [:],
      [".netrc": "machine pypi.example login a\ndefault\n  login b\n  password c\n"],
      ["HOME/.netrc:2: the default entry is sent to every host, including CodeArtifact's | sed -i '2,4d' HOME/.netrc"]),
    Case(
      "a default entry that shares its line", [:],
      [".netrc": "machine pypi.example login a password b default login c\n  password d\n"],
      ["HOME/.netrc:1: the default entry is sent to every host, including CodeArtifact's | ${EDITOR:-vi} HOME/.netrc"]),
    Case(
      "an entry for older pip", [:], [".netrc": "machine aws@\(host) login aws password \(token)\n"],
      [
        "HOME/.netrc:1: machine aws@\(host) has a token that expired 0 min ago: uv, pip and older Poetry send it instead of asking keyring "
          + "| sed -i '1d' HOME/.netrc | fixable"
      ]),
    Case(
      "an entry in the midst of a line", [:],
      [".netrc": "\t machine \(host) login aws password \(token) \nmachine pypi.example login a password b\n"],
      [
        "HOME/.netrc:1: machine \(host) has a token that expired 0 min ago: uv, pip and older Poetry send it instead of asking keyring "
          + "| sed -i '1d' HOME/.netrc | fixable"
      ]),
  ]

  @Test(arguments: pypirc)
  func whatIsInFilesOfAllClients(_ test: Case) throws {
    let world = try world(test)
    let findings = FilesCheck(doctor: DoctorContext(world.context)).findings
    #expect(complaints(findings, world) == test.complaints)
  }

  @Test func anEntryOfNetrcGoesWithTheBlanksAroundIt() throws {
    let rest = "machine pypi.example login a password b\n"
    let entry = " \tmachine \(Self.host) login aws password \(Self.token) \r\n"
    let world = try world(Case("", [:], [".netrc": entry + rest], []))
    _ = DoctorCommand.repair(FilesCheck(doctor: DoctorContext(world.context)).findings, world.context)
    #expect(String(decoding: try world.context.files.read("\(world.home)/.netrc"), as: UTF8.self) == rest)
  }

  // MARK: programs

  @Test func aPythonIsOneByItsDirectory() throws {
    let directory = try TemporaryDirectory()
    try directory.file("real/python3", "", mode: 0o755)
    for name in ["a", "b"] {
      try directory.directory(name)
      try directory.link("\(name)/python3", to: "\(directory.path)/real/python3")
    }
    try directory.link("c", to: "\(directory.path)/a")
    try directory.file("d/python", "", mode: 0o755)
    try directory.file("e/python3", "", mode: 0o644)
    let folders = ["a/", "b", "c", "d", "e"].map { "\(directory.path)/\($0)" }
    let world = try World(["PATH": folders.joined(separator: ":")], directory: directory)
    let pythons = PythonInterpreters(probing: ["\(directory.path)/c/python3"], DoctorContext(world.context))
    #expect(
      pythons.distinctOnPath.map(\.path) == ["a/python3", "b/python3", "d/python"].map { "\(directory.path)/\($0)" })
    #expect(pythons.result(of: "\(directory.path)/c/python3") != nil)
  }
}
