import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct DoctorTests {
  // MARK: programs

  private func path(_ world: World, _ scripts: [String: String]) throws -> SearchPath {
    for (name, text) in scripts { try world.directory.file("bin/\(name)", Array(text.utf8), mode: 0o755) }
    return SearchPath(
      Surroundings(
        environment: Environment(["PATH": "\(world.directory.path)/bin:\(world.directory.path)/bin/:/nowhere:"]),
        clock: world.surroundings.clock, files: .system, streams: world.surroundings.streams,
        http: world.surroundings.http))
  }

  @Test func aDirectoryCountsOnceWhateverItsName() throws {
    let world = try World()
    let path = try path(world, ["a": "", "python3": ""])
    #expect(path.directories == ["\(world.directory.path)/bin"])
    #expect(path.programs("a").map(\.path) == ["\(world.directory.path)/bin/a"])
    #expect(path.contains("\(world.directory.path)/bin/."))
    #expect(!path.contains("/nowhere"))
  }

  @Test(arguments: [
    ("#!/opt/python/bin/python\n", "/opt/python/bin/python"),
    ("#!/opt/python/bin/python3.12 -E\n", "/opt/python/bin/python3.12"),
    ("#! /opt/pypy3\n", "/opt/pypy3"),
    ("#!/bin/sh\n'''exec' \"/a b/bin/python\" \"$0\" \"$@\"\n' '''\n", "/a b/bin/python"),
    ("#!/bin/sh\n'''exec' /a/bin/python3 \"$0\" \"$@\"\n' '''\n", "/a/bin/python3"),
    ("#!/bin/sh\nexec pyenv exec poetry\n", nil),
    ("#!/usr/bin/env bash\n", nil), ("#!/usr/bin/env\n", nil), ("#!", nil), ("", nil), ("\u{7F}ELF", nil),
    ("#!/bin/sh\n'''exec' /bin/sh \"$0\"\n", nil),
  ])
  func thePythonOfAScript(_ text: String, _ python: String?) throws {
    let world = try World()
    let path = try path(world, ["script": text])
    #expect(path.interpreter(of: "\(world.directory.path)/bin/script") == python)
  }

  @Test(arguments: ["#!/usr/bin/env python3\n", "#!/usr/bin/env -S python3 -E\n"])
  func thePythonOfAScriptMayBeTheFirstOnPath(_ text: String) throws {
    let world = try World()
    let path = try path(world, ["script": text, "python3": "#!/bin/sh\n"])
    #expect(path.interpreter(of: "\(world.directory.path)/bin/script") == "\(world.directory.path)/bin/python3")
  }

  @Test func whichFilesAreOurs() throws {
    let world = try World()
    let root = world.directory.path
    for name in ["libexec/codeartifact-keyring/codeartifact-keyring", "libexec/codeartifact-keyring/keyring"] {
      try world.directory.file(name, Array("x".utf8), mode: 0o755)
    }
    for name in ["bin/codeartifact-keyring", "bin/keyring"] {
      try world.directory.file(name, Array("y".utf8), mode: 0o755)
    }
    func isSame(_ own: OwnProgram, _ path: String) throws -> Bool {
      let status = try #require(world.surroundings.files.status(path))
      return own.isSame(SearchPath.Program(path: path, status: status))
    }
    let apart = OwnProgram(world.surroundings, path: "\(root)/libexec/codeartifact-keyring/codeartifact-keyring")
    #expect(apart.directory == "\(root)/bin")
    #expect(try isSame(apart, "\(root)/libexec/codeartifact-keyring/keyring"))
    #expect(try !isSame(apart, "\(root)/bin/keyring"))
    // In a directory that others use too, what lies beside us is not ours.
    let among = OwnProgram(world.surroundings, path: "\(root)/bin/codeartifact-keyring")
    #expect(among.directory == "\(root)/bin")
    #expect(try isSame(among, "\(root)/bin/codeartifact-keyring"))
    #expect(try !isSame(among, "\(root)/bin/keyring"))
  }

  // MARK: repairs

  @Test func aRepairChangesNothingElse() throws {
    let world = try World(files: [".netrc": "machine a\nmachine b\nmachine c\n"])
    let path = "\(world.home)/.netrc"
    let repair = Repair.replace(path: path, old: Array("machine b\n".utf8), new: [])
    #expect(try repair.perform(world.surroundings) == "\(path): the token was taken out")
    #expect(String(decoding: try world.surroundings.files.read(path), as: UTF8.self) == "machine a\nmachine c\n")
    // What is no longer there cannot be mended, and says so.
    #expect(throws: (any Error).self) { try repair.perform(world.surroundings) }
    #expect(throws: (any Error).self) {
      try Repair.replace(path: "\(world.home)/gone", old: [1], new: []).perform(world.surroundings)
    }
  }

  // MARK: the report

  private static let fine = Finding(.stores, .ok, "tokens are kept")
  private static let wrong = Finding(
    .pip, .problem, "it is wrong", at: Finding.Place(file: "/home/anna/.pip/pip.conf", line: 3), run: "mend it",
    repair: .configure(.pip))

  @Test func aLineForEachFinding() {
    let report = DoctorReport(findings: [Self.wrong, Self.fine], mended: [])
    #expect(
      report.text(colour: false, home: "/home/anna") == """
        pip            problem  ~/.pip/pip.conf line 3: it is wrong. Run: mend it
        stores         ok       tokens are kept
        1 problem; codeartifact-keyring doctor --fix mends 1

        """)
    #expect(!report.isHealthy)
  }

  @Test func colourIsOfTheSeverityAlone() {
    let text = DoctorReport(findings: [Self.fine], mended: []).text(colour: true, home: nil)
    #expect(text.hasPrefix("stores         \u{1B}[32mok       \u{1B}[0mtokens are kept\n"))
  }

  @Test func whatCouldNotBeMendedIsAProblem() {
    let failed = DoctorReport.Mended(area: .pip, done: "not mended: no", isDone: false)
    let report = DoctorReport(findings: [Self.fine], mended: [failed])
    #expect(!report.isHealthy)
    #expect(report.text(colour: false, home: nil).hasPrefix("pip            problem  not mended: no\n"))
    #expect(DoctorReport(findings: [Self.fine], mended: []).isHealthy)
  }

  @Test func aWarningIsNoFailure() {
    let report = DoctorReport(findings: [Finding(.keyring, .warning, "soon")], mended: [])
    #expect(report.isHealthy)
    #expect(report.text(colour: false, home: nil).hasSuffix("1 warning\n"))
  }

  @Test func aFailureNamesItsOwnCommand() {
    let finding = Finding(.token, .problem, failure: "It has expired. Run: aws sso login --profile dev")
    #expect((finding.what, finding.command) == ("It has expired", "aws sso login --profile dev"))
    #expect(Finding(.token, .problem, failure: "Check the URL").command == nil)
  }

  @Test func aProgramsAnswerThatIsNoneOfOurs() throws {
    let world = try World(programs: { _ throws(ProcessFailure) in
      ProcessOutcome(code: 0, output: Array("hello\ncodeartifact-keyring doctor: {\"x\":1}\n".utf8), complaint: "")
    })
    guard case .failure = PythonView.look("python3", world.surroundings, seconds: 1) else {
      Issue.record("that is no answer")
      return
    }
  }
}
