import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct InstallationMethodTests {
  @Test(arguments: [
    ("tools/codeartifact-keyring", "uv-receipt.toml", "WHEEL uv tool install --reinstall FILE.whl"),
    ("tools/poetry", "uv-receipt.toml", "WHEEL uv tool install --reinstall --with FILE.whl poetry"),
    ("venvs/codeartifact-keyring", "pipx_metadata.json", "WHEEL pipx install --force FILE.whl"),
    ("venvs/poetry", "pipx_metadata.json", "WHEEL pipx inject --force poetry FILE.whl"),
    ("a project/.venv", "pyvenv.cfg", "WHEEL 'PREFIX/bin/python' -m pip install --force-reinstall FILE.whl"),
    ("local", "bin/codeartifact-keyring", "Run its install.sh again"),
  ])
  func eachInstallationIsDoneAgainAsItWasDone(_ name: String, _ file: String, _ command: String) throws {
    let world = try World()
    try world.directory.file("\(name)/\(file)", "")
    let prefix = "\(world.directory.path)/\(name)"
    #expect(
      InstallationMethod.reinstallCommand(in: prefix, world.context.files)
        == command.replacing("PREFIX", with: prefix).replacing("WHEEL", with: "Download the release's wheel and run:"))
  }

  @Test func aPackageIsTheSystems() throws {
    let again = InstallationMethod.reinstallCommand(in: "/usr", try World().context.files)
    #expect(again.hasPrefix("Download the release's package and run: sudo ") && again.contains(" ./FILE."))
  }

  @Test func aBuildIsToBeInstalled() throws {
    #expect(InstallationMethod.reinstallCommand(in: nil, try World().context.files) == "Run ./install.sh")
  }
}
