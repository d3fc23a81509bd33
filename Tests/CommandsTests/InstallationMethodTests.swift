import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct InstallationMethodTests {
  @Test(arguments: [
    ("tools/codeartifact-keyring", "uv-receipt.toml", "Run: uv tool install --reinstall codeartifact-keyring"),
    ("tools/poetry", "uv-receipt.toml", "Run: uv tool install --reinstall --with codeartifact-keyring poetry"),
    ("venvs/codeartifact-keyring", "pipx_metadata.json", "Run: pipx reinstall codeartifact-keyring"),
    ("venvs/poetry", "pipx_metadata.json", "Run: pipx inject --force poetry codeartifact-keyring"),
    (
      "a project/.venv", "pyvenv.cfg",
      "Run: 'PREFIX/bin/python' -m pip install --force-reinstall codeartifact-keyring"
    ),
    ("local", "bin/codeartifact-keyring", "Run its install.sh again"),
  ])
  func eachInstallationIsDoneAgainAsItWasDone(_ name: String, _ file: String, _ command: String) throws {
    let world = try World()
    try world.directory.file("\(name)/\(file)", "")
    let prefix = "\(world.directory.path)/\(name)"
    #expect(
      InstallationMethod.reinstallCommand(in: prefix, world.context.files)
        == command.split(separator: "PREFIX", omittingEmptySubsequences: false).joined(separator: prefix))
  }

  @Test func aPackageIsTheSystems() throws {
    let again = InstallationMethod.reinstallCommand(in: "/usr", try World().context.files)
    #expect(again.hasPrefix("Run: sudo ") && again.hasSuffix(" codeartifact-keyring"))
  }

  @Test func aBuildIsToBeInstalled() throws {
    #expect(InstallationMethod.reinstallCommand(in: nil, try World().context.files) == "Run ./install.sh")
  }
}
