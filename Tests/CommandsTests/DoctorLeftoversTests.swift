import ClientConfig
@testable import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands

private let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
private let index = "https://\(host)/pypi/internal/simple/"
private let publish = "https://\(host)/pypi/internal/"
private let token = DoctorParsingTests.token(endingAt: 1)

/// What clients find before they ask, and advice about it.
@Suite struct DoctorLeftoversTests {
  private func lines(_ findings: [Finding], _ world: World) -> [String] {
    findings.filter(\.isAboutFailure).map { finding in
      let place = finding.place.map { "\($0.name):\($0.line ?? 0): " } ?? ""
      return "\(place)\(finding.what) | \(finding.command ?? "-")\(finding.repair == nil ? "" : " | fixable")"
        .replacing(world.home, with: "HOME")
    }
  }

  private func world(_ variables: [String: String] = [:], _ files: [String: String] = [:]) throws -> World {
    try World(variables, files: files, time: ManualClock(now: 1))
  }

  // MARK: variables of those who publish

  private static let old = "holds a token that expired 0 min ago"

  @Test(arguments: [
    (
      ["TWINE_PASSWORD": token],
      ["TWINE_PASSWORD \(old): twine sends it instead of asking keyring | unset TWINE_PASSWORD"]
    ),
    (
      ["TWINE_USERNAME": "aws", "TWINE_PASSWORD": ""],
      ["TWINE_PASSWORD holds an empty password: twine sends it instead of asking keyring | unset TWINE_PASSWORD"]
    ),
    (
      ["TWINE_REPOSITORY_URL": publish, "TWINE_PASSWORD": ""],
      ["TWINE_PASSWORD holds an empty password: twine sends it instead of asking keyring | unset TWINE_PASSWORD"]
    ),
    (["TWINE_USERNAME": "__token__", "TWINE_PASSWORD": ""], []), (["TWINE_PASSWORD": "hunter2"], []),
    // Those ask in spite of it.
    (["HATCH_INDEX_USER": "aws", "HATCH_INDEX_AUTH": "", "FLIT_USERNAME": "aws", "FLIT_PASSWORD": ""], []),
    (
      ["HATCH_INDEX_AUTH": token],
      ["HATCH_INDEX_AUTH \(old): hatch sends it instead of asking keyring | unset HATCH_INDEX_AUTH"]
    ),
    (["FLIT_PASSWORD": token], ["FLIT_PASSWORD \(old): flit sends it instead of asking keyring | unset FLIT_PASSWORD"]),
    (
      ["PDM_PUBLISH_PASSWORD": token],
      ["PDM_PUBLISH_PASSWORD \(old): pdm publish sends it instead of asking keyring | unset PDM_PUBLISH_PASSWORD"]
    ),
    (
      ["PDM_PYPI_URL": index, "PDM_PYPI_PASSWORD": "hunter2"],
      [
        "PDM_PYPI_PASSWORD holds a password that is not a CodeArtifact token: pdm sends it instead of asking keyring "
          + "| unset PDM_PYPI_PASSWORD"
      ]
    ),
  ])
  func whatIsPublishedWith(_ variables: [String: String], _ problems: [String]) throws {
    let world = try world(variables)
    #expect(lines(PublishCheck(doctor: DoctorContext(world.context)).findings, world) == problems)
  }

  @Test(arguments: [
    ("[pypi]\nurl = \"\(index)\"\nusername = \"aws\"\npassword = \"\(token)\"\n", "pypi.password", 4, true),
    ("[pypi.acme]\nurl = \"\(index)\"\npassword = '\(token)'\n", "pypi.acme.password", 3, true),
    ("[repository.acme]\npassword = \"\(token)\"\n", "repository.acme.password", 2, true),
    ("[repository]\nacme = { password = \"\(token)\" }\n", "repository.acme.password", 2, false),
    ("[repository.acme]\nurl = \"\(publish)\"\npassword = \"hunter2\"\n", "repository.acme.password", 3, false),
  ])
  func passwordsInPdmsSettings(_ text: String, _ key: String, _ line: Int, _ isFixable: Bool) throws {
    let world = try world([:], [".config/pdm/config.toml": text])
    let findings = PdmCheck(doctor: DoctorContext(world.context)).findings
    #expect(findings.map(\.place?.line) == [line])
    #expect(findings.map(\.command) == ["pdm config --delete \(key)"])
    #expect(findings.map { $0.repair != nil } == [isFixable])
    _ = DoctorCommand.repair(findings, world.context)
    #expect(PdmCheck(doctor: DoctorContext(world.context)).findings.isEmpty == isFixable)
  }

  @Test func pdmsPasswordsForOthersAreTheirs() throws {
    let text = "[repository.pypi]\nusername = \"__token__\"\npassword = \"hunter2\"\n[pypi]\npassword = \"\"\n"
    let world = try world([:], [".config/pdm/config.toml": text])
    #expect(PdmCheck(doctor: DoctorContext(world.context)).findings.isEmpty)
  }

  private static let source = "[[tool.pdm.source]]\nname = \"NAME\"\nurl = \"\(index)\"\n"

  /// PDM puts the project's source and the settings of its name together, and sends an empty password too.
  @Test(arguments: [
    ("acme", "username = \"aws\"\npassword = \"hunter2\"\n", "", [5], "sed -i '5d' HOME/pyproject.toml", false),
    ("acme", "username = \"aws\"\npassword = \"\"\n", "", [5], "sed -i '5d' HOME/pyproject.toml", true),
    ("acme", "password = \"\(token)\"\n", "", [4], "sed -i '4d' HOME/pyproject.toml", true),
    ("acme", "password = \"\"\n", "", [], "", false), ("acme", "username = \"aws\"\n", "", [], "", false),
    ("acme", "", "[pypi.acme]\npassword = \"hunter2\"\n", [2], "pdm config --delete pypi.acme.password", false),
    ("pypi", "", "[pypi]\npassword = \"hunter2\"\n", [2], "pdm config --delete pypi.password", false),
    ("acme", "", "[pypi]\npassword = \"hunter2\"\n", [], "", false),
    ("acme", "", "[repository.acme]\npassword = \"hunter2\"\n", [], "", false),
    ("acme", "", "[pypi.acme]\nurl = \"https://a.example/\"\npassword = \"hunter2\"\n", [], "", false),
  ])
  func passwordsOfPdmsSources(
    _ name: String, _ more: String, _ settings: String, _ lines: [Int], _ command: String, _ isFixable: Bool
  ) throws {
    let text = Self.source.replacing("NAME", with: name)
    let world = try world([:], ["pyproject.toml": text + more, ".config/pdm/config.toml": settings])
    let findings = PdmCheck(doctor: DoctorContext(world.context, in: world.home)).findings
    #expect(findings.map(\.place?.line) == lines)
    #expect(findings.map { $0.command?.replacing(world.home, with: "HOME") } == lines.map { _ in command })
    #expect(findings.map { $0.repair != nil } == lines.map { _ in isFixable })
    _ = DoctorCommand.repair(findings, world.context)
    let rest = PdmCheck(doctor: DoctorContext(world.context, in: world.home)).findings
    #expect(rest.isEmpty == (lines.isEmpty || isFixable))
  }

  /// `PDM_PYPI_PASSWORD` is that of the source `pypi`, wherever its URL is.
  @Test(arguments: [("pypi", 1), ("acme", 0)]) func pdmsVariableForASource(_ name: String, _ count: Int) throws {
    let world = try world(
      ["PDM_PYPI_PASSWORD": "hunter2"], ["pyproject.toml": Self.source.replacing("NAME", with: name)])
    let findings = PublishCheck(doctor: DoctorContext(world.context, in: world.home)).findings
    #expect(findings.map(\.command) == Array(repeating: "unset PDM_PYPI_PASSWORD", count: count))
  }

  // MARK: pip and uv

  private func pip(_ world: World) -> [Finding] {
    PipCheck(doctor: DoctorContext(world.context, in: world.home), pythons: PythonInterpreters()).urls
  }

  private static let empty = "https://aws:@\(host)/pypi/internal/simple/"
  private static let right = "https://aws@\(host)/pypi/internal/simple/"

  @Test func pipSendsAnEmptyPassword() throws {
    let world = try world(
      ["PIP_INDEX_URL": Self.empty], [".config/pip/pip.conf": "[global]\nindex-url = \(Self.empty)\n"])
    let sends = "holds an empty password: pip sends it instead of asking keyring"
    #expect(
      lines(pip(world), world) == [
        "HOME/.config/pip/pip.conf:2: index-url \(sends) | pip config --user set global.index-url \(Self.right) | fixable",
        "PIP_INDEX_URL \(sends) | export PIP_INDEX_URL=\(Self.right)",
      ])
    let done = DoctorCommand.repair(pip(world), world.context).map(\.done)
    #expect(done == ["\(world.home)/.config/pip/pip.conf: the empty password was removed"])
  }

  @Test func aSchemeInCapitals() throws {
    let world = try world(["PIP_INDEX_URL": Self.empty.replacing("https:", with: "HTTPS:")])
    #expect(pip(world).map(\.command) == ["export PIP_INDEX_URL=\(Self.right.replacing("https:", with: "HTTPS:"))"])
  }

  /// It would take a minute if the file were read for each of its indexes.
  @Test func aRequirementsFileOfManyIndexesIsReadOnce() throws {
    let other = String(repeating: "--extra-index-url https://pypi.org/simple/\n", count: 5000)
    let world = try world([:], ["requirements.txt": "\(other)-i \(index)\n"])
    try world.directory.file("bin/uv", "", mode: 0o755)
    #expect(pip(world).map(\.place?.line) == [5001])
  }

  // MARK: advice

  private func file(_ text: String) -> SettingsFile { SettingsFile(path: "/f", bytes: Array(text.utf8)) }

  @Test(arguments: [
    // Alone in its line, in which a comment may name another.
    ("url = \"\(index)\"  # see https://a.example/\n", "sed -i '1s|//|//aws@|' /f"),
    // Beside others: no other one is touched.
    (
      "index = [{ url = \"https://a.example/\" }, { url = \"\(index)\" }]\n",
      "sed -i '1s#https://\(host.replacing(".", with: "\\."))/pypi/internal/simple/\\([^-A-Za-z0-9._/]\\|$\\)#\(right)\\1#' /f"
    ),
    // Not where it was said to be.
    ("other = 1\n", "${EDITOR:-vi} /f"),
  ])
  func adviceNamesTheExactPlace(_ line: String, _ command: String) {
    #expect(
      EditCommand.replace(URLParts(index), by: Self.right, in: 0, of: file(line)) == command)
  }

  @Test(arguments: ["$(id)", "a|b", "a'b", "a b", "é"])
  func noCommandIsMadeOfAStrangeUrl(_ part: String) {
    let url = "https://\(host)/pypi/\(part)/simple/"
    let line = "index = [\"https://a.example/\", \"\(url)\"]\n"
    #expect(EditCommand.replace(URLParts(url), by: url, in: 0, of: file(line)) == "${EDITOR:-vi} /f")
  }

  @Test(arguments: ["", "https://a.example/ "], ["a|e id|", "a#e id#", "a;b", "$(id)", "a&b"])
  func noCommandIsMadeOfAStrangeUser(_ before: String, _ user: String) {
    let right = index.replacing("//", with: "//\(user)@")
    #expect(EditCommand.replace(URLParts(index), by: right, in: 0, of: file(before + index)) == "${EDITOR:-vi} /f")
  }

  /// In a shell's file.
  @Test(arguments: [
    ("export NAME=null  # for CI", true), ("set -gx NAME null", true), ("export A=1; export NAME=null", false),
    ("export A=1 NAME=null", false), ("test -z x && NAME=null", false), ("NAME=keyring.backends.null.Keyring", true),
    ("export NAME=\"null\"", true), ("export NAME='null'", true), ("if true; then\n  export NAME=null\nfi", false),
    ("\tNAME=null", false), ("export NAME=null \\\n  EDITOR=vi", false), ("export EDITOR=vi \\\nNAME=null", false),
    ("export EDITOR NAME=null", false), ("export NAME=null EDITOR", false), ("NAME=null poetry install", false),
    ("export NAME='null\n'", false), ("export NAME=$(\n)", false), ("export NAME=null;", false),
  ])
  func aLineThatSetsSomethingElseIsNotDeleted(_ text: String, _ isDeleted: Bool) throws {
    let world = try world([:], [".bashrc": text.replacing("NAME", with: "PYTHON_KEYRING_BACKEND") + "\n"])
    let check = KeyringCheck(doctor: DoctorContext(world.context), pythons: PythonInterpreters())
    let commands = check.findings.filter { $0.what.hasPrefix("new shells") }.map(\.command)
    #expect(commands == [isDeleted ? "sed -i '1d' \(world.home)/.bashrc" : "${EDITOR:-vi} \(world.home)/.bashrc"])
  }

  // MARK: repairs

  @Test func whatCannotBeRepairedIsNotPromised() throws {
    let world = try world()
    try world.directory.link("home/.config", to: "/gone/away")
    let obstacle = Repair.configure(.pip).obstacle(world.context)
    #expect(obstacle?.contains("is a broken link") ?? false)
    #expect(Repair.removeSecret(service: "x", username: "y").obstacle(world.context) == nil)
    let file = Repair.replace(path: "/dev/null/x/file", at: 0, old: [], new: [])
    #expect(file.obstacle(world.context) != nil)
    let there = try world.directory.file("there", "x")
    #expect(Repair.replace(path: there, at: 0, old: [], new: []).obstacle(world.context) == nil)
    let finding = Finding(.pip, .problem, "it is so", run: "do").withoutRepair("no")
    #expect((finding.what, finding.command) == ("it is so (doctor --fix cannot fix it: no)", "do"))
  }

  /// A file that cannot be read cannot be edited.
  @Test(arguments: [Client.poetry, .pip, .uv]) func aDirectoryInThePlaceOfAFile(_ client: Client) throws {
    let world = try world()
    let path = try #require(client.path(world.context))
    try world.directory.directory(String(path.dropFirst(world.directory.path.count + 1)))
    #expect(Repair.configure(client).obstacle(world.context)?.contains(path) ?? false)
  }

  @Test func whatARepairDidNotChangeIsReportedAndNotPromisedAgain() {
    let repair = Repair.configure(.pip)
    func finding(_ what: String, line: Int, _ repair: Repair?) -> Finding {
      Finding(.pip, .problem, what, at: .file("/f", line: line), repair: repair)
    }
    let repaired = ["a", "b", "c"].map {
      DoctorReport.Repaired(finding: finding($0, line: 1, repair), done: "done \($0)", isDone: $0 != "c")
    }
    // Elsewhere in the file, since something above it has gone.
    let (findings, reported) = DoctorCommand.reassess(
      [finding("a", line: 2, repair), finding("c", line: 1, repair), finding("d", line: 1, repair)], after: repaired
    )
    #expect(reported.map(\.isDone) == [false, true, false])
    #expect(reported.map(\.done) == ["done a, but this did not help: a", "done b", "done c"])
    #expect(findings.map { $0.repair == nil } == [true, true, false])
    #expect(findings[1].what == "c (doctor --fix cannot fix it: done c)")
    #expect(!DoctorReport(findings: [], repaired: reported).isHealthy)
  }

  // MARK: programs

  @Test func relativeEntriesOfPathAreNotLookedInto() throws {
    let directory = try TemporaryDirectory()
    try directory.file("bin/keyring", "", mode: 0o755)
    let world = try World(["PATH": "bin:\(directory.path)/bin::./x:\(directory.path)"], directory: directory)
    let path = SearchPath(world.context)
    #expect(path.directories == ["\(directory.path)/bin", directory.path])
    #expect(path.relative.map(\.entry) == ["bin", "", "./x"])
    #expect(path.relative.map(\.before) == [0, 1, 1])
    #expect(path.programs("keyring").map(\.path) == ["\(directory.path)/bin/keyring"])
  }

  @Test(arguments: ["#!./python\n", "#!python3\n", "#!/bin/sh\n'''exec' \"../bin/python\" \"$0\"\n"])
  func aPythonOfTheWorkingDirectoryIsNotRun(_ text: String) throws {
    let world = try world()
    let script = try world.directory.file("script", text, mode: 0o755)
    #expect(SearchPath(world.context).interpreter(of: script, world.context.files) == nil)
  }

  // MARK: history

  @Test(arguments: [
    (["AWS_PROFILE": "dev"], [:], true, Optional("ran without AWS_PROFILE, which is set here")),
    (["AWS_PROFILE": "dev", "AWS_CONFIG_FILE": "/x"], [:], true, "AWS_CONFIG_FILE, AWS_PROFILE, which are set here"),
    (["AWS_PROFILE": "dev"], ["AWS_PROFILE": "dev"], true, nil), ([:], ["AWS_PROFILE": "dev"], true, nil),
    (["AWS_PROFILE": "dev"], [:], false, nil), (["AWS_REGION": "x"], [:], true, nil),
  ])
  func whatDidNotReachTheLookup(
    _ here: [String: String], _ there: [String: String], _ isAboutIdentity: Bool, _ words: String?
  ) throws {
    let directory = try TemporaryDirectory()
    let tox = try World(there, time: ManualClock(now: 1), directory: directory)
    LastFailure(tox.context).store(
      FailureRecord("No AWS credentials", remedy: .run("aws login")), isAboutIdentity: isAboutIdentity)
    let world = try World(here, time: ManualClock(now: 61), directory: directory)
    let finding = HistoryCheck(doctor: DoctorContext(world.context), repositories: []).findings[0]
    #expect(finding.what.hasPrefix("the last failure, 1 min ago: No AWS credentials"))
    #expect(finding.severity == (words == nil ? .note : .warning))
    #expect(finding.what.contains(" set here") == (words != nil))
    if let words { #expect(finding.what.contains(words)) } else { #expect(finding.command == "aws login") }
  }

  @Test(arguments: [
    (["acme"], Finding.Severity.note, "the last failure, 1 min ago: it failed"),
    ([], .note, "the last failure, 1 min ago, for the domain acme (111122223333, us-east-1): it failed"),
    (
      ["other"], .ok,
      "no lookup for this project has failed (the last failure, 1 min ago, was about the domain "
        + "acme (111122223333, us-east-1))"
    ),
    (["other", "acme"], .note, "the last failure, 1 min ago: it failed"),
  ])
  func aFailureOfAnotherDomainIsNotTheProjects(
    _ used: [String], _ severity: Finding.Severity, _ what: String
  ) throws {
    func repository(_ domain: String) -> Repository {
      Repository(domain: domain, owner: "111122223333", region: "us-east-1", apiEndpoint: "")
    }
    let directory = try TemporaryDirectory()
    let before = try World(time: ManualClock(now: 1), directory: directory)
    LastFailure(before.context).store(FailureRecord("it failed"), about: repository("acme"))
    let world = try World(time: ManualClock(now: 61), directory: directory)
    let finding = HistoryCheck(doctor: DoctorContext(world.context), repositories: used.map(repository)).findings[0]
    #expect((finding.severity, finding.what) == (severity, what))
    #expect(finding.command == nil)
  }
}
