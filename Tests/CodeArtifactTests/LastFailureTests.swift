import Platform
import TestSupport
import Testing

@testable import CodeArtifact

@Suite struct LastFailureTests {
  @Test func isStoredOnOneLineInAPrivateFile() throws {
    let world = try World()
    LastFailure(world.context).store(FailureRecord("first\nsecond \(String(repeating: "x", count: 5000))"))
    let path = "\(world.home)/.cache/codeartifact-keyring/last-failure.json"
    let text = String(decoding: try world.context.files.read(path, limit: 4096), as: UTF8.self)
    #expect(text.contains("first second"))
    #expect(world.directory.mode(of: path) == 0o600)
    LastFailure(world.context).store(FailureRecord("another"))
    #expect(String(decoding: try world.context.files.read(path), as: UTF8.self).contains("another"))
  }

  @Test(arguments: ["1e300", "-1e300", "20000000000000000000"])
  func aRecordWithoutAMomentIsNotRead(_ moment: String) throws {
    let world = try World()
    try world.directory.directory("home/.cache/codeartifact-keyring")
    try world.directory.file(
      "home/.cache/codeartifact-keyring/last-failure.json", "{\"at\": \(moment), \"failure\": {\"problem\": \"x\"}}")
    #expect(LastFailure(world.context).last == nil)
  }

  @Test(arguments: [
    (Optional("acme"), "acme", "us-east-1", true), (nil, "acme", "us-east-1", true),
    ("acme", "other", "us-east-1", false), ("acme", "acme", "eu-west-1", false),
  ])
  func isOverWhenThatDomainHasATokenAgain(
    _ noted: String?, _ domain: String, _ region: String, _ isOver: Bool
  ) throws {
    func repository(_ domain: String, _ region: String) -> Repository {
      Repository(domain: domain, owner: "111122223333", region: region, apiEndpoint: "")
    }
    let world = try World()
    LastFailure(world.context).store(FailureRecord("a line"), about: noted.map { repository($0, "us-east-1") })
    LastFailure(world.context).clear(for: repository(domain, region))
    #expect((LastFailure(world.context).last == nil) == isOver)
  }

  /// Names alone: a value may be a secret, or tell of one.
  @Test func theNamesOfVariablesAreStoredWithAFailureAboutTheIdentity() throws {
    let world = try World([
      "AWS_PROFILE": "dev", "AWS_SECRET_ACCESS_KEY": "hunter2", "AWS_REGION": "x", "CODEARTIFACT_TOKEN_ACME": "hunter2",
      "AWS_CONFIG_FILE": "", "PATH": "/bin",
    ])
    LastFailure(world.context).store(FailureRecord("a line"), isAboutIdentity: true)
    let names = ["AWS_PROFILE", "AWS_SECRET_ACCESS_KEY", "CODEARTIFACT_TOKEN_ACME"]
    #expect(LastFailure(world.context).last?.variables == names)
    let path = "\(world.home)/.cache/codeartifact-keyring/last-failure.json"
    #expect(!String(decoding: try world.context.files.read(path), as: UTF8.self).contains("hunter2"))
    LastFailure(world.context).store(FailureRecord("a line"))
    #expect(try #require(LastFailure(world.context).last).variables == nil)
  }

  /// As below tox, which hands on no `XDG_RUNTIME_DIR`.
  @Test func theLatestOfTwoDirectoriesCounts() throws {
    let directory = try TemporaryDirectory()
    try directory.directory("run")
    let time = ManualClock(now: 100)
    let desktop = try World(["XDG_RUNTIME_DIR": "\(directory.path)/run"], time: time, directory: directory)
    let tox = try World(time: time, directory: directory)
    LastFailure(desktop.context).store(FailureRecord("first"))
    time.advance(1)
    LastFailure(tox.context).store(FailureRecord("second", location: .file("/x", line: 2), remedy: .run("aws login")))
    #expect(
      LastFailure(desktop.context).last?.failure
        == FailureRecord("second", location: .file("/x", line: 2), remedy: .run("aws login")))
    LastFailure(desktop.context)
      .clear(for: Repository(domain: "acme", owner: "111122223333", region: "us-east-1", apiEndpoint: ""))
    #expect(LastFailure(desktop.context).last == nil)
    #expect(LastFailure(tox.context).last == nil)
  }

  @Test func whereNothingTakesItNothingHappens() throws {
    let world = try World()
    try world.directory.file("home/.cache", "a file in the way")
    LastFailure(world.context).store(FailureRecord("a line"))
    #expect(world.output.errorLines.isEmpty)
  }
}
