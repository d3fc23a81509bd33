import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands

/// pip: which of its files and variables counts, and what the doctor says about them.
@Suite struct DoctorPipTests {
  private func pip(_ test: DoctorCase, _ versions: [String: String] = ["/py/bin/python": "26.3"]) throws -> [Finding] {
    let world = try test.world(programs: ["bin/pip": "/py/bin/python"], pythons: versions.mapValues(Self.python(pip:)))
    return try pip(in: world)
  }

  private func pip(in world: World) throws -> [Finding] {
    let doctor = DoctorContext(world.context)
    return PipCheck(doctor: doctor, pythons: PythonInterpreters(probing: doctor.clients.pythons, doctor))
      .findings
  }

  private static let index = DoctorCase.index
  private static let right = index.replacing("https://", with: "https://aws@")
  private static let user = ".config/pip/pip.conf"
  private static let asks = "[global]\nkeyring-provider = subprocess\n"
  private static let disabledProvider = "[global]\nkeyring-provider = disabled\n"
  private static let notConfigured =
    "pip is not configured to use codeartifact-keyring (keyring-provider) | codeartifact-keyring configure pip | fixable"
  /// Where pip does not read the file that could be written.
  private static func notConfiguredBecause(_ file: String) -> String {
    "pip is not configured to use codeartifact-keyring (keyring-provider): PIP_CONFIG_FILE=\(file) stops it from reading the user's own file"
      + " | export PIP_KEYRING_PROVIDER=subprocess"
  }
  private static let disabled = "keyring-provider is disabled: pip does not use codeartifact-keyring"

  private static let providers: [DoctorCase] = [
    DoctorCase("the user's file", [:], [user: asks], []),
    DoctorCase("the user's older file", [:], [".pip/pip.conf": asks], []),
    DoctorCase(
      "the user's older file, which pip config does not write", [:], [".pip/pip.conf": disabledProvider],
      ["HOME/.pip/pip.conf:2: \(disabled) | pip config set global.keyring-provider subprocess"]),
    DoctorCase("the older file gives way", [:], [".pip/pip.conf": disabledProvider, user: asks], []),
    DoctorCase(
      "the newer file counts", [:], [".pip/pip.conf": asks, user: disabledProvider],
      ["HOME/\(user):2: \(disabled) | codeartifact-keyring configure pip | fixable"]),
    DoctorCase(
      "install goes before global", [:], [user: asks + "[install]\nkeyring-provider = disabled\n"],
      ["HOME/\(user):4: \(disabled) | pip config --user set install.keyring-provider subprocess"]),
    DoctorCase(
      "a file for all users", ["XDG_CONFIG_DIRS": "HOME/etc"], ["etc/pip/pip.conf": disabledProvider],
      ["HOME/etc/pip/pip.conf:2: \(disabled) | pip config --global set global.keyring-provider subprocess"]),
    DoctorCase(
      "the user's file goes before one for all users", ["XDG_CONFIG_DIRS": "HOME/etc"],
      [user: asks, "etc/pip/pip.conf": disabledProvider], []),
    DoctorCase(
      "a variable goes before all files", ["PIP_KEYRING_PROVIDER": "disabled"], [user: asks],
      ["PIP_KEYRING_PROVIDER is disabled: pip does not use codeartifact-keyring | unset PIP_KEYRING_PROVIDER"]),
    DoctorCase(
      "a variable that leaves it to pip", ["PIP_KEYRING_PROVIDER": "auto"], [user: asks],
      [
        "PIP_KEYRING_PROVIDER is auto: pip uses codeartifact-keyring only without --no-input | unset PIP_KEYRING_PROVIDER"
      ]),
    DoctorCase(
      "a variable that has pip import keyring", ["PIP_KEYRING_PROVIDER": "import"], [user: asks],
      [
        "PIP_KEYRING_PROVIDER is import: pip uses codeartifact-keyring only if the keyring package is installed beside it"
          + " | unset PIP_KEYRING_PROVIDER"
      ]),
    DoctorCase(
      "the environment's file goes before the user's", [:], [user: disabledProvider, "venv/pip.conf": asks], []),
    DoctorCase(
      "the named file goes before the environment's", ["PIP_CONFIG_FILE": "HOME/named"],
      ["venv/pip.conf": disabledProvider, "named": asks], []),
    DoctorCase(
      "a named file takes the user's place", ["PIP_CONFIG_FILE": "HOME/named"], [user: asks, "named": ""],
      [notConfiguredBecause("HOME/named")]),
    DoctorCase("a named file that is not there", ["PIP_CONFIG_FILE": "HOME/named"], [user: asks], []),
    DoctorCase(
      "no file at all", ["PIP_CONFIG_FILE": "/dev/null", "XDG_CONFIG_DIRS": "HOME/etc"],
      [user: asks, "etc/pip/pip.conf": asks, "venv/pip.conf": asks], [notConfiguredBecause("/dev/null")]),
  ]

  @Test(arguments: providers)
  func whichOfPipsFilesCounts(_ test: DoctorCase) throws {
    let world = try test.world(
      programs: ["bin/pip": "/py/bin/python"], pythons: ["/py/bin/python": Self.python(pip: "26.3")])
    #expect(try pip(in: world).problems(in: world) == test.problems)
  }

  @Test(arguments: [("22.3.1", "is too old to use"), ("23.0.1", "only for URLs with aws@")])
  func whatAnOldPipDoes(_ version: String, _ words: String) throws {
    let test = DoctorCase("", [:], [Self.user: Self.asks], [])
    let findings = try pip(test, ["/py/bin/python": version]).filter(\.isAboutFailure)
    #expect(findings.map { $0.what.contains(words) } == [true])
  }

  @Test(arguments: [("23.0.1", true), ("23.1", false)])
  func fromWhichVersionOnPipAsks(_ version: String, _ isTooOld: Bool) throws {
    let test = DoctorCase("", [:], [Self.user: Self.asks + "index-url = \(DoctorCase.index)\n"], [])
    let findings = try pip(test, ["/py/bin/python": version]).filter(\.isAboutFailure)
    // One that asks nobody is not asked for its URLs.
    #expect(findings.map { $0.what.contains("only for URLs with aws@") } == [isTooOld])
    #expect(findings.map { $0.what.contains("has no aws@") } == [!isTooOld])
  }

  /// Of two pips the older one wants more.
  @Test func theOldestPipIsTheOneToWriteFor() throws {
    let test = DoctorCase(
      "", ["VIRTUAL_ENV": "HOME/venv"], [Self.user: Self.asks + "index-url = \(DoctorCase.index)\n"], [])
    let world = try test.world(
      programs: ["bin/pip": "/py/bin/python", "home/venv/bin/pip": "/old/bin/python"],
      pythons: ["/py/bin/python": Self.python(pip: "26.1"), "/old/bin/python": Self.python(pip: "24.0")])
    #expect(
      try pip(in: world).problems(in: world) == [
        "HOME/\(Self.user):3: index-url has no aws@ in its URL: pip 24.0 asks keyring only for a URL with a user name | "
          + "pip config --user set global.index-url \(DoctorCase.index.replacing("https://", with: "https://aws@"))"
      ])
  }

  /// pip 26.2 and later ask without a user's name, uv does not.
  @Test(arguments: [
    (index, "26.2", [], [String]()), (index, "26.2", ["bin/uv"], ["warning"]), (index, "26.1", ["bin/uv"], ["problem"]),
    (right, "26.2", ["bin/uv"], []), ("https://pypi.org/simple/", "26.2", ["bin/uv"], []),
  ])
  func aRequirementsFileIsReadByUvToo(
    _ url: String, _ version: String, _ others: [String], _ severities: [String]
  ) throws {
    let test = DoctorCase("", [:], ["requirements/dev.in": "x\n-i \(url)\n", Self.user: Self.asks], [])
    let world = try test.world(
      programs: Dictionary(uniqueKeysWithValues: (["bin/pip"] + others).map { ($0, "/py/bin/python") }),
      pythons: ["/py/bin/python": Self.python(pip: version)])
    let doctor = DoctorContext(world.context, in: world.home)
    let findings = PipCheck(doctor: doctor, pythons: PythonInterpreters(probing: doctor.clients.pythons, doctor)).urls
    #expect(findings.map(\.severity.rawValue) == severities)
    let command = "sed -i '2s|//|//aws@|' \(world.home)/requirements/dev.in"
    #expect(findings.map(\.command) == severities.map { _ in command })
  }

  @Test(arguments: [["bin/pip"], ["bin/pip3"], ["bin/pip", "bin/pip3"]])
  func pipIsLookedAtOnceWhateverItsName(_ names: [String]) throws {
    let test = DoctorCase("", ["VIRTUAL_ENV": "HOME/.."], [Self.user: Self.asks], [])
    let world = try test.world(
      programs: Dictionary(uniqueKeysWithValues: names.map { ($0, "/py/bin/python") }),
      pythons: ["/py/bin/python": Self.python(pip: "26.3")])
    #expect(try pip(in: world).map(\.what) == ["pip 26.3 uses codeartifact-keyring"])
  }

  /// What a Python answers in which this pip is installed.
  private static func python(pip version: String) -> String {
    "{\"executable\":\"/py/bin/python\",\"version\":\"3.12.1\",\"prefix\":\"HOME/venv\",\"scripts\":\"HOME/venv/bin\","
      + "\"isManaged\":false,\"packages\":{\"pip\":\"\(version)\"}}"
  }
}
