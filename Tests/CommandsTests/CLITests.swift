import Platform
import TestSupport
import Testing

@testable import Commands

/// The commands for people, from their arguments to their output.
@Suite struct CLITests {
  private static let url = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/"

  private func run(_ world: World, _ arguments: [String]) -> Int32 {
    CLI.run(world.context, arguments: arguments)
  }

  @Test(arguments: [
    [], ["--help"], ["-h"], ["help"], ["token", "--help"], ["configure", "--help"], ["unconfigure", "-h"],
    ["help", "token"],
  ])
  func helpIsAnAnswer(_ arguments: [String]) throws {
    let world = try World()
    #expect(run(world, arguments) == 0)
    #expect(world.output.standardOutput.contains("codeartifact-keyring"))
    #expect(world.output.errorLines.isEmpty)
  }

  @Test func theVersionIsAnAnswer() throws {
    let world = try World()
    #expect(run(world, ["--version"]) == 0)
    #expect(world.output.standardOutput.split(separator: ".").count == 3)
  }

  @Test(arguments: [
    ["bogus"], ["--bogus"], ["token"], ["token", url, "more"], ["token", "--bogus", url], ["configure", "emacs"],
    ["configure", "--python-path"],
  ])
  func wrongUsageIsTwo(_ arguments: [String]) throws {
    let world = try World()
    #expect(run(world, arguments) == 2)
    #expect(world.output.standardOutput.isEmpty)
    #expect(world.output.errorLines.joined().contains("Usage"))
  }

  @Test(arguments: [
    (true, "Run: aws configure --profile default"),
    (false, "Correct the keys of profile \"default\""),
  ])
  func aFailureNamesTheAWSCLIWhereThatIsInstalled(_ hasCLI: Bool, _ remedy: String) throws {
    let world = try World(files: [".aws/credentials": "[default]\naws_access_key_id = A\n"])
    if hasCLI { try world.directory.file("bin/aws", "", mode: 0o755) }
    #expect(run(world, ["aws-credentials"]) == 1)
    #expect(
      world.output.errorLines == ["codeartifact-keyring: profile \"default\" has no aws_secret_access_key. \(remedy)"])
  }

  @Test func printsTheToken() throws {
    let world = try World(["CODEARTIFACT_TOKEN": "tok-123"])
    #expect(run(world, ["token", Self.url]) == 0)
    #expect(world.output.standardOutput == "tok-123\n")
    #expect(world.output.errorLines.isEmpty)
  }

  @Test func printsTheTokenAsJSON() throws {
    let world = try World(["CODEARTIFACT_TOKEN": "tok-123"])
    #expect(run(world, ["token", "--json", Self.url]) == 0)
    for part in [
      "\"username\" : \"aws\"", "\"password\" : \"tok-123\"", "\"domain\" : \"acme\"", "\"owner\" : \"111122223333\"",
      "\"region\" : \"us-east-1\"", "\"source\" : \"CODEARTIFACT_TOKEN\"",
    ] {
      #expect(world.output.standardOutput.contains(part))
    }
    #expect(world.output.standardOutput.hasSuffix("}\n"))
  }

  @Test(arguments: [
    "https://pypi.org/simple/", "http://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/", "nonsense\nhere",
    "",
  ])
  func whatIsNoRepositoryIsAFailure(_ url: String) throws {
    let world = try World(["CODEARTIFACT_TOKEN": "tok-123"])
    #expect(run(world, ["token", url]) == 1)
    #expect(world.output.standardOutput.isEmpty)
    #expect(world.output.errorLines.count == 1)
    #expect(
      world.output.standardError.hasPrefix("codeartifact-keyring: ") && !world.output.standardError.contains("\n"))
  }

  @Test func aFailureIsOneLine() throws {
    let world = try World(["AWS_PROFILE": "gone", "CODEARTIFACT_KEYRING_STORE": "file"])
    #expect(run(world, ["token", Self.url]) == 1)
    #expect(world.output.standardOutput.isEmpty)
    #expect(world.output.errorLines.count == 1)
    #expect(world.output.standardError.contains("gone"))
  }

  @Test(arguments: [(Client.uv, true), (.pip, false)])
  func whatTakesPrecedenceIsSaidEvenIfAFileIsNotValid(_ client: Client, _ isPipConfigured: Bool) throws {
    let world = try World(["PYTHON_KEYRING_BACKEND": "a.B"])
    try world.directory.file("python/codeartifact_keyring/backend.py", "")
    let install = "[install]\nkeyring-provider = disabled\n"
    try world.directory.file("home/.config/pip/pip.conf", isPipConfigured ? install : "no settings\n")
    try world.directory.file("home/.config/uv/uv.toml", isPipConfigured ? "= 1\n" : "")
    #expect(run(world, ["configure", "--python-path", "\(world.directory.path)/python"]) == 1)
    let lines = world.output.errorLines.map { $0.replacing(world.home, with: "~") }
    #expect(lines.count == (isPipConfigured ? 3 : 2))
    #expect(lines.first?.hasSuffix("Fix it and run: codeartifact-keyring configure \(client)") == true)
    #expect(lines.contains { $0.hasSuffix("Run: unset PYTHON_KEYRING_BACKEND") })
    #expect(
      lines.contains { $0.hasSuffix("Run: pip config --user set install.keyring-provider subprocess") }
        == isPipConfigured)
  }

  @Test func configuresAndTakesBack() throws {
    let world = try World(["PYTHON_KEYRING_BACKEND": "a.B"])
    #expect(run(world, ["configure", "--python-path", "/p"]) == 1, "there is no backend")
    try world.directory.file("python/codeartifact_keyring/backend.py", "")
    #expect(run(world, ["configure", "--python-path", "\(world.directory.path)/python"]) == 0)
    let lines = world.output.standardOutput.split(separator: "\n")
    #expect(lines.prefix { $0.hasPrefix(world.home) }.count == 3 && lines.last?.hasSuffix(" unconfigure") == true)
    #expect(world.output.errorLines.joined().contains("PYTHON_KEYRING_BACKEND"))
    #expect(run(world, ["unconfigure", "pip"]) == 0)
    #expect(world.context.files.status("\(world.home)/.config/pip") == nil)
    #expect(world.context.files.status("\(world.home)/.config/uv/uv.toml") != nil)
    #expect(run(world, ["unconfigure"]) == 0)
    #expect(world.context.files.names(in: "\(world.home)/.config").isEmpty)
  }

  @Test func withoutItsBackendNothingIsConfigured() throws {
    let world = try World()
    #expect(run(world, ["configure"]) == 1)
    #expect(world.output.errorLines.joined().contains("--python-path"))
    #expect(world.context.files.names(in: world.home).isEmpty)
  }
}
