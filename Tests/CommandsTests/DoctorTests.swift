import Synchronization
import TestSupport
import Testing

@testable import Commands
@testable import Platform

@Suite struct DoctorTests {
  // MARK: programs

  private func path(_ world: World, _ scripts: [String: String]) throws -> SearchPath {
    for (name, text) in scripts { try world.directory.file("bin/\(name)", Array(text.utf8), mode: 0o755) }
    return SearchPath(
      Context(
        environment: Environment(["PATH": "\(world.directory.path)/bin:\(world.directory.path)/bin/:/nowhere:"]),
        clock: world.context.clock, files: .system, streams: world.context.streams,
        http: world.context.http))
  }

  @Test func aDirectoryCountsOnceWhateverItsName() throws {
    let world = try World()
    let path = try path(world, ["a": "", "python3": ""])
    #expect(path.directories == ["\(world.directory.path)/bin"])
    #expect(path.programs("a").map(\.path) == ["\(world.directory.path)/bin/a"])
    #expect(path.index(of: "\(world.directory.path)/bin/.") == 0)
    #expect(path.index(of: "/nowhere") == nil)
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
    #expect(path.interpreter(of: "\(world.directory.path)/bin/script", world.context.files) == python)
  }

  @Test(arguments: ["#!/usr/bin/env python3\n", "#!/usr/bin/env -S python3 -E\n"])
  func thePythonOfAScriptMayBeTheFirstOnPath(_ text: String) throws {
    let world = try World()
    let path = try path(world, ["script": text, "python3": "#!/bin/sh\n"])
    #expect(
      path.interpreter(of: "\(world.directory.path)/bin/script", world.context.files)
        == "\(world.directory.path)/bin/python3")
  }

  @Test func whichFilesAreEntries() throws {
    let world = try World()
    let root = world.directory.path
    for name in ["libexec/codeartifact-keyring/codeartifact-keyring", "libexec/codeartifact-keyring/keyring"] {
      try world.directory.file(name, Array("x".utf8), mode: 0o755)
    }
    for name in ["bin/codeartifact-keyring", "bin/keyring"] {
      try world.directory.file(name, Array("y".utf8), mode: 0o755)
    }
    func installation(_ program: String) throws -> Installation {
      let files = world.context.files
      return Installation(try #require(ProgramPaths(files, program: "\(root)/\(program)")), files)
    }
    func includes(_ own: Installation, _ path: String) throws -> Bool {
      let status = try #require(world.context.files.status(path))
      return own.includes(SearchPath.Program(path: path, status: status))
    }
    let apart = try installation("libexec/codeartifact-keyring/codeartifact-keyring")
    #expect(apart.directory == "\(root)/bin")
    #expect(try includes(apart, "\(root)/libexec/codeartifact-keyring/keyring"))
    // A wheel has a script there.
    #expect(try includes(apart, "\(root)/bin/codeartifact-keyring"))
    #expect(try !includes(apart, "\(root)/bin/keyring"))
    // Where the fast path is gone, a user still looks for it there.
    try world.context.files.remove("\(root)/libexec/codeartifact-keyring/keyring")
    #expect(try installation("libexec/codeartifact-keyring/codeartifact-keyring").directory == "\(root)/bin")
    // In a directory that other programs use too, other files are not this program's.
    let among = try installation("bin/codeartifact-keyring")
    #expect(among.directory == "\(root)/bin")
    #expect(try includes(among, "\(root)/bin/codeartifact-keyring"))
    #expect(try !includes(among, "\(root)/bin/keyring"))
  }

  // MARK: repairs

  @Test func aRepairChangesNothingElse() throws {
    let world = try World(files: [".netrc": "machine a\nmachine b\nmachine c\n"])
    let path = "\(world.home)/.netrc"
    let repair = Repair.replace(path: path, at: 10, old: Array("machine b\n".utf8), new: [])
    #expect(try repair.perform(world.context) == "\(path): the token was removed")
    #expect(String(decoding: try world.context.files.read(path), as: UTF8.self) == "machine a\nmachine c\n")
    // What is no longer there cannot be removed.
    #expect(throws: (any Error).self) { try repair.perform(world.context) }
    #expect(throws: (any Error).self) {
      try Repair.replace(path: "\(world.home)/gone", at: 0, old: [1], new: []).perform(world.context)
    }
  }

  @Test func aRepairKeepsTheFilesModeAndTheLinkToIt() throws {
    let world = try World()
    let file = try world.directory.file("elsewhere/netrc", "machine a\n", mode: 0o640)
    let link = try world.directory.link("home/.netrc", to: file)
    _ = try Repair.replace(path: link, at: 0, old: Array("machine a\n".utf8), new: []).perform(world.context)
    #expect(try world.context.files.read(file).isEmpty)
    #expect(world.directory.mode(of: file) == 0o640)
    #expect(world.context.files.status(link, followingLinks: false).map { $0.mode & 0o170000 } == 0o120000)
  }

  @Test(arguments: [0, 9, 11, 29, 30, 1000])
  func aRepairTakesNothingFromAnotherPlace(_ offset: Int) throws {
    let text = "machine a\nmachine b\nmachine a\n"
    let world = try World(files: [".netrc": text])
    let path = "\(world.home)/.netrc"
    #expect(throws: (any Error).self) {
      try Repair.replace(path: path, at: offset, old: Array("machine b\n".utf8), new: []).perform(world.context)
    }
    #expect(String(decoding: try world.context.files.read(path), as: UTF8.self) == text)
  }

  @Test func equalTextsAtTwoPlacesAreTwoRepairs() throws {
    let world = try World(files: [".netrc": "# machine a\nmachine a\nmachine b\nmachine a\n"])
    let path = "\(world.home)/.netrc"
    let places = [12, 32, 12]
    let findings = places.map {
      Finding(
        .files, .problem, "x", repair: .replace(path: path, at: $0, old: Array("machine a\n".utf8), new: []))
    }
    let repaired = DoctorCommand.repair(findings, world.context)
    #expect(repaired.map(\.isDone) == [true, true])
    #expect(String(decoding: try world.context.files.read(path), as: UTF8.self) == "# machine a\nmachine b\n")
  }

  @Test func repairsInAFileAreMadeFromItsEnd() {
    let repairs: [Repair] = [
      .configure(.pip), .replace(path: "a", at: 0, old: [1], new: []), .replace(path: "a", at: 9, old: [1], new: []),
      .removeSecret(service: "a", username: "b"),
    ]
    #expect(Repair.order(repairs) == [2, 1, 0, 3])
  }

  // MARK: files with two equal passwords

  private static let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"

  private func text(_ world: World, _ name: String) throws -> String {
    String(decoding: try world.context.files.read("\(world.home)/\(name)"), as: UTF8.self)
  }

  @Test func aCommentWithTheSameWordsStaysInNetrc() throws {
    let entry = "machine \(Self.host) login aws password \(DoctorParsingTests.token(endingAt: 1))\n"
    let others = "# \(entry)machine pypi.example login bob password hunter2\n"
    let world = try World(files: [".netrc": others + entry])
    let findings = FilesCheck(doctor: DoctorContext(world.context)).findings
    #expect(DoctorCommand.repair(findings, world.context).map(\.isDone) == [true])
    #expect(try text(world, ".netrc") == others)
  }

  private func uvFindings(_ world: World) -> [Finding] {
    let doctor = DoctorContext(world.context)
    return UvCheck(doctor: doctor, version: nil).findings
  }

  private func credential(_ service: String, _ password: String) -> String {
    "[[credential]]\nservice = \"\(service)\"\nusername = \"aws\"\nscheme = \"basic\"\npassword = \"\(password)\"\n\n"
  }

  @Test func uvsEntryIsTheOneWithServiceAndPassword() throws {
    let name = ".local/share/uv/credentials/credentials.toml"
    let token = DoctorParsingTests.token(endingAt: 1)
    let other = credential("https://proxy.example/simple", token)
    let world = try World(files: [name: other + credential("https://\(Self.host)/pypi/a/simple", token)])
    let findings = uvFindings(world).filter { $0.repair != nil && $0.place?.name.hasSuffix(name) == true }
    #expect(findings.map(\.place?.line) == [11])
    #expect(DoctorCommand.repair(findings, world.context).map(\.isDone) == [true])
    #expect(try text(world, name) == other)
  }

  @Test func uvsFileKeepsItsNameWhenAllEntriesGo() throws {
    let name = ".local/share/uv/credentials/credentials.toml"
    let token = DoctorParsingTests.token(endingAt: 1)
    let entries = ["a", "b"].map { credential("https://\(Self.host)/pypi/\($0)/simple", token) }
    let world = try World(files: [name: entries.joined()])
    let findings = uvFindings(world).filter { $0.place?.name.hasSuffix(name) == true }
    #expect(DoctorCommand.repair(findings, world.context).map(\.isDone) == [true, true])
    #expect(try text(world, name) == "credential = []\n")
  }

  @Test(arguments: ["", "[other]\nservice = 1\n"])
  func anUnclearEntryOfUvStays(_ rest: String) throws {
    let name = ".local/share/uv/credentials/credentials.toml"
    let inLine =
      "credential = [{ service = \"https://\(Self.host)/pypi/a/simple\", username = \"aws\", "
      + "password = \"\(DoctorParsingTests.token(endingAt: 1))\" }]\n"
    let world = try World(files: [name: inLine + rest])
    let findings = uvFindings(world).filter { $0.place?.name.hasSuffix(name) == true }
    #expect(findings.map { $0.repair == nil } == [true])
  }

  @Test func poetrysPasswordIsTheOneOfItsSource() throws {
    let name = ".config/pypoetry/auth.toml"
    let token = DoctorParsingTests.token(endingAt: 1)
    func table(_ source: String, _ rest: String = "") -> String {
      "[http-basic.\(source)]\nusername = \"aws\"\npassword = \"\(token)\"\(rest)\n"
    }
    let world = try World(files: [name: table("other", " # kept") + table("artifact") + table("third")])
    let doctor = DoctorContext(world.context)
    let findings = PoetryCheck(
      doctor: doctor, pythons: PythonInterpreters(), expectingBackend: false,
      oldEntries: []
    ).findings.filter { $0.what.hasPrefix("http-basic.") }
    #expect(findings.map(\.place?.line) == [6, 3, 9])
    #expect(findings.map { $0.repair == nil } == [false, true, false])
    #expect(DoctorCommand.repair(findings, world.context).map(\.isDone) == [true, true])
    #expect(
      try text(world, name) == table("other", " # kept")
        + "[http-basic.artifact]\nusername = \"aws\"\n[http-basic.third]\nusername = \"aws\"\n")
  }

  // MARK: commands

  @Test(arguments: [
    ("/home/anna/x-1_2.toml", "/home/anna/x-1_2.toml"), ("https://aws@h.example:1/a%20b,c+d=~", nil),
    ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$(reboot)", "'$(reboot)'"), ("a;b", "'a;b'"), ("", "''"),
    ("~", "'~'"), ("a\nb", "'a\nb'"), ("é", "'é'"), ("`x`", "'`x`'"), ("a&b", "'a&b'"), ("?", "'?'"),
    // A quote and the mark on it are one character to Swift, and two to a shell.
    ("'\u{301}$(reboot)", "''\\''\u{301}$(reboot)'"),
  ])
  func wordsOfACommandAreQuotedWhereTheyMustBe(_ text: String, _ word: String?) {
    #expect(shellWord(text) == word ?? text)
  }

  @Test func aSourcesNameRunsNothing() throws {
    let world = try World([
      "UV_INDEX_$(x)_USERNAME": "aws", "UV_INDEX_$(x)_PASSWORD": DoctorParsingTests.token(endingAt: 1),
    ])
    #expect(
      uvFindings(world).compactMap(\.command).contains(
        "unset 'UV_INDEX_$(x)_USERNAME' 'UV_INDEX_$(x)_PASSWORD'"))
  }

  @Test func repairsAreReportedInTheOrderOfTheFindings() throws {
    let world = try World(files: ["a": "one\n"])
    let findings = [0, 9].map {
      Finding(
        .files, .problem, "x", repair: .replace(path: "\(world.home)/a", at: $0, old: Array("one\n".utf8), new: []))
    }
    #expect(DoctorCommand.repair(findings, world.context).map(\.isDone) == [true, false])
  }

  @Test func aFailureNamesItsOwnCommand() {
    let failure = FailureRecord("It has expired. Run: away", remedy: .run("aws sso login --profile dev"))
    let finding = Finding(.token, .problem, failure, subject: "acme")
    #expect((finding.what, finding.command) == ("acme: It has expired. Run: away", "aws sso login --profile dev"))
    let advised = Finding(
      .aws, .problem, FailureRecord("It is odd", location: .file("/x", line: 3), remedy: .advice("Check it")))
    #expect((advised.what, advised.command) == ("It is odd. Check it", nil))
    #expect(advised.place == .file("/x", line: 3))
  }

  @Test func anInvalidResponseOfAProgram() throws {
    let world = try World(programs: { _ throws(FailureRecord) in
      ProcessResult(code: 0, output: Array("hello\ncodeartifact-keyring doctor: {\"x\":1}\n".utf8), errorLine: "")
    })
    guard case .failure = PythonProbe.run("python3", world.context, seconds: 1) else {
      Issue.record("that is no answer")
      return
    }
  }

  /// An empty entry of PYTHONPATH is the working directory, whose sitecustomize.py runs before the question is asked.
  @Test(arguments: [
    (":/packages", "/packages"), ("/one:.:two::/three:", "/one:/three"), (".", ""), ("/packages", "/packages"),
  ])
  func noPythonImportsFromTheWorkingDirectory(_ given: String, _ expected: String) throws {
    let seen = Mutex<[String: String]>([:])
    let world = try World(
      ["PYTHONPATH": given, "PYTHONNOUSERSITE": "1"],
      programs: { request throws(FailureRecord) in
        seen.withLock { $0 = request.environment.all }
        throw FailureRecord("failed to start: enough")
      })
    _ = PythonProbe.run("python3", world.context, seconds: 1)
    #expect(seen.withLock { $0["PYTHONPATH"] } == expected)
    #expect(seen.withLock { $0["PYTHONNOUSERSITE"] } == "1")
  }
}
