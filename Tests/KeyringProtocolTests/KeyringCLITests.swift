import Synchronization
import TestSupport
import Testing

@testable import KeyringProtocol
@testable import Platform

@Suite struct KeyringCLITests {
  private static let service = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/"
  private static let otherService = "https://pypi.org/simple/"

  /// What came of one call.
  private struct CallResult: Equatable {
    var code: Int32
    var answer = ""
    /// The argument lists that were handed over.
    var passedOn: [[String]] = []
  }

  private final class PassedRequests: Sendable {
    let list = Mutex<[NextKeyring]>([])
  }

  /// A user whose environment has a token, and another `keyring` on PATH where `hasOther` says so.
  private func world(
    _ variables: [String: String] = [:], config: String? = nil, hasOther: Bool = true
  ) throws -> World {
    let directory = try TemporaryDirectory()
    let programs = try directory.directory("bin")
    if hasOther { try directory.file("bin/keyring", "#!/bin/sh\n", mode: 0o755) }
    let standard = [
      "CODEARTIFACT_TOKEN": "tok-123", "PATH": "\(directory.path)/absent:relative:\(programs)",
      "CODEARTIFACT_KEYRING_STORE": "file",
    ]
    return try World(
      standard.merging(variables) { $1 }, files: config.map { [".config/codeartifact-keyring/config.toml": $0] } ?? [:],
      directory: directory)
  }

  /// A face whose standard input is empty and which has no terminal.
  private func keyringCLI(_ world: World, _ arguments: [String], _ passed: PassedRequests = PassedRequests())
    -> KeyringCLI
  {
    KeyringCLI(
      world.context, arguments: arguments,
      input: StandardInput(piped: { [] }, typed: { _ in nil }, drain: {})
    ) { other in
      passed.list.withLock { $0.append(other) }
      return 77
    }
  }

  private func run(_ world: World, _ arguments: String...) -> CallResult {
    let passed = PassedRequests()
    let code = keyringCLI(world, arguments, passed).run()
    return CallResult(
      code: code, answer: world.output.standardOutput, passedOn: passed.list.withLock { $0.map(\.arguments) })
  }

  @Test(arguments: [
    (["get", service, "aws"], "tok-123\n"), (["get", service, ""], "tok-123\n"),
    (["--mode=creds", "get", service], "aws\ntok-123\n"), (["--mode=creds", "get", service, ""], "aws\ntok-123\n"),
    (["get", service, "--mode", "creds"], "aws\ntok-123\n"),
    (["--output=json", "get", service, "aws"], "{\"password\": \"tok-123\"}\n"),
    (["--mode=creds", "--output=json", "get", service, "aws"], "{\"username\": \"aws\", \"password\": \"tok-123\"}\n"),
    (["get", "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com", "aws"], "tok-123\n"),
  ])
  func answersExactly(_ arguments: [String], _ answer: String) throws {
    let world = try world()
    let code = keyringCLI(world, arguments).run()
    #expect(code == 0)
    #expect(world.output.standardOutput == answer)
    // Nothing is said when all went well.
    #expect(world.output.errorLines.isEmpty)
    #expect(world.http.requests.isEmpty)
  }

  private static let others = [
    "__token__", "__poetry_source_empty_username__", "pypi_token:project:x", "pypi_token:user:aws", "bob", "AWS",
    " aws",
    "aws ",
  ]

  @Test(arguments: others, ["password", "creds"])
  func anotherUserNameIsNotFound(_ username: String, _ mode: String) throws {
    let world = try world()
    #expect(run(world, "--mode", mode, "get", Self.service, username) == CallResult(code: 1))
    #expect(world.output.errorLines.isEmpty)
  }

  @Test(arguments: others)
  func nothingIsStoredOrDeletedForAnotherUserName(_ username: String) throws {
    let world = try world()
    #expect(run(world, "set", Self.service, username) == CallResult(code: 0))
    #expect(run(world, "del", Self.service, username) == CallResult(code: 1))
    #expect(world.context.files.names(in: world.home).isEmpty)
  }

  @Test func anotherUserInTheURLIsNotFoundAndNotPassedOn() throws {
    let world = try world()
    let service = Self.service.replacing("https://", with: "https://bob@")
    #expect(run(world, "get", service, "aws") == CallResult(code: 1))
  }

  @Test func plainHTTPIsRefusedWithAReason() throws {
    let world = try world()
    #expect(run(world, "get", Self.service.replacing("https:", with: "http:"), "aws") == CallResult(code: 1))
    #expect(world.output.errorLines.count == 1)
    #expect(world.output.standardError.hasPrefix("codeartifact-keyring: "))
    #expect(world.output.standardError.contains("https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"))
    // pip throws standard error away, so the line is kept.
    let kept = try world.context.files.read("\(world.home)/.cache/codeartifact-keyring/last-failure.json")
    #expect(String(decoding: kept, as: UTF8.self).contains("plain http"))
  }

  @Test func aFailureIsOneLineAndNothingOnStandardOutput() throws {
    let world = try world(["CODEARTIFACT_TOKEN": "", "AWS_PROFILE": "gone"])
    #expect(run(world, "get", Self.service, "aws") == CallResult(code: 1))
    #expect(world.output.errorLines.count == 1)
    #expect(world.output.standardError.contains("gone"))
  }

  @Test func anAnswerThatCouldNotBeWrittenIsNoAnswer() throws {
    let world = try world()
    let silent = Context(
      environment: world.context.environment, clock: world.time.clock, files: .system,
      streams: StandardStreams(writeOutput: { _ in false }, writeError: { _ in }), http: { _ in world.http })
    #expect(KeyringCLI(silent, arguments: ["get", Self.service, "aws"], startNext: { _ in 77 }).run() == 1)
    #expect(KeyringCLI(silent, arguments: ["--help"], startNext: { _ in 77 }).run() == 1)
  }

  // MARK: Other people's services

  @Test(arguments: ["get", "set", "del"])
  func aRequestForAnotherServiceIsPassedOnUnchanged(_ operation: String) throws {
    let world = try world()
    #expect(
      run(world, "--mode", "password", operation, Self.otherService, "bob")
        == CallResult(code: 77, passedOn: [["--mode", "password", operation, Self.otherService, "bob"]]))
    #expect(world.output.errorLines.isEmpty)
  }

  @Test(arguments: [
    ["diagnose"], ["--list-backends"], ["--disable"], ["-b", "x.Y", "get", service, "aws"], ["--print-completion=zsh"],
  ])
  func requestsAboutKeyringItselfArePassedOn(_ arguments: [String]) throws {
    let world = try world()
    #expect(keyringCLI(world, arguments).run() == 77)
    #expect(world.output.standardOutput.isEmpty)
  }

  @Test func whereNoOtherIsInstalledAForeignServiceIsNotFound() throws {
    let world = try world(hasOther: false)
    #expect(run(world, "get", Self.otherService, "bob") == CallResult(code: 1))
    #expect(world.output.errorLines.isEmpty)
    #expect(run(world, "del", Self.otherService, "bob") == CallResult(code: 1))
  }

  @Test func aForeignSecretThatCanBeStoredNowhereIsAnError() throws {
    let world = try world(hasOther: false)
    let input = StandardInput(piped: { Array("hunter2\n".utf8) }, typed: { _ in nil }, drain: {})
    let keyringCLI = KeyringCLI(world.context, arguments: ["set", Self.otherService, "bob"], input: input) { _ in nil }
    #expect(keyringCLI.run() == 1)
    #expect(world.output.errorLines.count == 1)
    #expect(world.output.standardError.contains(Self.otherService) && world.output.standardError.contains("not stored"))
    #expect(!world.output.standardError.contains("hunter2"))
  }

  /// Whatever stands behind a section's name, Python's configparser passes over.
  @Test(arguments: ["[backend]", "[backend] ; note", "[backend]\t# [x"])
  func aKeyringThatWasDisabledIsNotUsed(_ header: String) throws {
    let world = try world(hasOther: false)
    try world.directory.file(
      "home/.config/python_keyring/keyringrc.cfg", "\(header)\ndefault-keyring=keyring.backends.null.Keyring\n")
    let input = StandardInput(piped: { Array("hunter2\n".utf8) }, typed: { _ in nil }, drain: {})
    #expect(
      KeyringCLI(world.context, arguments: ["set", Self.otherService, "bob"], input: input) { _ in nil }.run() == 1)
    #expect(world.output.standardError.contains("keyring is disabled (keyring.backends.null.Keyring)"))
  }

  @Test(arguments: [
    (["--list-backends"], 0, "codeartifact_keyring.backend.Keyring"), (["diagnose"], 0, "config path: "),
    (["--print-completion=zsh"], 1, ""), (["-b", "a.B", "get", otherService, "bob"], 2, ""),
  ])
  func whatIsAboutKeyringItselfIsAnsweredWhereNoOtherIs(_ arguments: [String], _ code: Int32, _ answer: String) throws {
    let world = try world(hasOther: false)
    #expect(keyringCLI(world, arguments).run() == code)
    #expect(world.output.standardOutput.hasPrefix(answer))
    #expect(world.output.standardOutput.isEmpty == answer.isEmpty)
  }

  @Test func disablingWritesPythonsSettingOnce() throws {
    let world = try world(hasOther: false)
    #expect(keyringCLI(world, ["--disable"]).run() == 0)
    let path = "\(world.home)/.config/python_keyring/keyringrc.cfg"
    let content = String(decoding: try world.context.files.read(path), as: UTF8.self)
    #expect(content == "[backend]\ndefault-keyring=keyring.backends.null.Keyring")
    #expect(keyringCLI(world, ["--disable"]).run() == 1)
  }

  @Test func aRequestOfTheBackendIsNotPassedOn() throws {
    let world = try world(["_CODEARTIFACT_KEYRING_BACKEND": "1"])
    #expect(run(world, "get", Self.otherService, "bob") == CallResult(code: 1))
    // CodeArtifact services are answered all the same.
    #expect(run(world, "get", Self.service, "aws").code == 0)
  }

  @Test func theNextKeyringIsTheFirstOtherOneOnPATH() throws {
    let directory = try TemporaryDirectory()
    let own = try #require(FileSystem.system.resolved("/proc/self/exe"))
    for name in ["own", "directory", "plain", "other", "later"] { try directory.directory(name) }
    try directory.link("own/keyring", to: own)
    try directory.directory("directory/keyring")
    try directory.file("plain/keyring", "", mode: 0o644)
    for name in ["other", "later"] { try directory.file("\(name)/keyring", "", mode: 0o755) }
    let path = ["own", "directory", "plain", "absent", "other", "later"].map { "\(directory.path)/\($0)" }
      .joined(separator: ":")
    let world = try World(["PATH": path], directory: directory)
    let other = try #require(NextKeyring(world.context, arguments: ["get", "S", "u"]))
    #expect(other.programs.map(\.path) == ["\(directory.path)/other/keyring", "\(directory.path)/later/keyring"])
    #expect(other.arguments == ["get", "S", "u"])

    // Whoever had the question already is not asked again, under whatever name.
    let asked = try #require(world.context.files.status("\(directory.path)/other/keyring")).identity
    let visited = "1:2," + asked.map { "\($0)" }.joined(separator: ":")
    let further = try World(["PATH": path, "_CODEARTIFACT_KEYRING_HANDED_ON": visited], directory: directory)
    let last = try #require(NextKeyring(further.context, arguments: []))
    #expect(last.programs.map(\.path) == ["\(directory.path)/later/keyring"])

    let alone = try World(["PATH": "\(directory.path)/own:\(directory.path)/plain"], directory: directory)
    #expect(NextKeyring(alone.context, arguments: []) == nil)
  }

  // MARK: set and del of a repository

  @Test func settingSucceedsAndStoresNothing() throws {
    let world = try world()
    let drained = Mutex(0)
    let input = StandardInput(piped: { nil }, typed: { _ in nil }, drain: { drained.withLock { $0 += 1 } })
    #expect(
      KeyringCLI(world.context, arguments: ["set", Self.service, "aws"], input: input) { _ in 77 }.run() == 0)
    // Who writes the password must not be ended by a pipe that nobody reads.
    #expect(drained.withLock { $0 } == 1)
    #expect(world.output.standardOutput.isEmpty)
    #expect(world.context.files.status("\(world.home)/.cache") == nil)
  }

  @Test func deletingRemovesTheCachedToken() throws {
    let world = try world([
      "CODEARTIFACT_TOKEN": "", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hunter2secret",
    ])
    let time = world.time
    world.http.answer { _ in
      .answer(200, "{\"authorizationToken\": \"minted\", \"expiration\": \(time.now + 43_200)}")
    }
    #expect(run(world, "get", Self.service, "aws") == CallResult(code: 0, answer: "minted\n"))
    #expect(run(world, "get", Self.service, "aws").code == 0)
    #expect(world.http.requests.count == 1)
    #expect(run(world, "del", Self.service, "aws").code == 0)
    #expect(run(world, "get", Self.service, "aws").code == 0)
    #expect(world.http.requests.count == 2)
    #expect(world.output.errorLines.isEmpty)
  }

  // MARK: A broken configuration

  @Test func aBrokenConfigurationIsExplainedForCodeArtifact() throws {
    let world = try world(config: "store = \"auto\"\ncolour = \"red\"\n")
    #expect(run(world, "get", Self.service, "aws") == CallResult(code: 1))
    #expect(world.output.errorLines.count == 1)
    #expect(world.output.standardError.contains("config.toml line 2"))
  }

  @Test func aBrokenConfigurationDoesNotStandInOthersWay() throws {
    let world = try world(config: "not toml")
    #expect(
      run(world, "get", Self.otherService, "bob")
        == CallResult(code: 77, passedOn: [["get", Self.otherService, "bob"]]))
    #expect(world.output.errorLines.isEmpty)
  }

  @Test func aMappedHostIsRecognised() throws {
    let world = try world(
      config: """
        [[host]]
        name = "pypi.acme.example"
        domain = "acme"
        owner = "111122223333"
        region = "us-east-1"
        """)
    #expect(run(world, "get", "https://pypi.acme.example/simple/", "aws") == CallResult(code: 0, answer: "tok-123\n"))
  }

  // MARK: Usage

  @Test(arguments: [[], ["bogus"], ["get"], ["get", service], ["--version"], ["--mode=x", "get", service]])
  func wrongUsageIsTwo(_ arguments: [String]) throws {
    let world = try world(hasOther: false)
    #expect(keyringCLI(world, arguments).run() == 2)
    #expect(world.output.standardOutput.isEmpty)
    #expect(world.output.errorLines.count == 1)
    #expect(world.output.standardError.hasPrefix("usage: keyring"))
  }

  @Test(arguments: [["bogus"], ["--version"], ["--mode=x", "get", service], ["get", service, "aws", "more"]])
  func whatANewerKeyringMightUnderstandIsForItToSay(_ arguments: [String]) throws {
    let world = try world()
    #expect(keyringCLI(world, arguments).run() == 77)
    #expect(world.output.errorLines.isEmpty)
  }

  @Test func helpIsAnAnswer() throws {
    let world = try world()
    #expect(run(world, "--help").code == 0)
    #expect(world.output.standardOutput.hasPrefix("usage: keyring [-h]") && world.output.standardOutput.hasSuffix("\n"))
    #expect(world.output.errorLines.isEmpty)
  }
}
