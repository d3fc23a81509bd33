import Platform

/// How the program in a prefix was installed, and so can be installed again. The Python backend has the same rules
/// (`installation.py`), for the case that the program is missing.
enum InstallationMethod {
  /// The Python backend is not where it should be.
  static func backendMissing(_ path: String, _ prefix: String?, _ files: FileSystem) -> FailureRecord {
    FailureRecord(
      "the Python backend is not in \(path); --python-path names another place",
      remedy: .advice(reinstallCommand(in: prefix, files)))
  }

  /// How to install the program in a prefix again.
  static func reinstallCommand(in prefix: String?, _ files: FileSystem) -> String {
    let name = Installation.name
    guard let prefix else { return "Run ./install.sh" }
    func has(_ file: String) -> Bool { files.status(FileSystem.path(of: file, in: prefix)) != nil }
    let tool = prefix.split(separator: "/").last.map { shellWord(String($0)) } ?? ""
    // uv and pipx write these into each of their environments; the wheel may have been added to another tool's.
    if has("uv-receipt.toml") {
      return "Run: uv tool install --reinstall \(tool == name ? name : "--with \(name) \(tool)")"
    }
    if has("pipx_metadata.json") {
      return tool == name ? "Run: pipx reinstall \(name)" : "Run: pipx inject --force \(tool) \(name)"
    }
    if has("pyvenv.cfg") { return "Run: \(shellWord("\(prefix)/bin/python")) -m pip install --force-reinstall \(name)" }
    if prefix == "/usr" {
      return "Run: sudo \(has("bin/dnf") ? "dnf reinstall" : "apt-get install --reinstall") \(name)"
    }
    return "Run its install.sh again"
  }
}
