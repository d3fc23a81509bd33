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
    // A file, never a name: whoever registers the name in an index would have it run.
    let wheel = "Download the release's wheel and run:"
    let package = "Download the release's package and run: sudo"
    guard let prefix else { return "Run ./install.sh" }
    func has(_ file: String) -> Bool { files.status(FileSystem.path(of: file, in: prefix)) != nil }
    let tool = prefix.split(separator: "/").last.map(String.init) ?? ""
    let other = tool == Installation.name ? nil : shellWord(tool)
    // uv and pipx write these into each of their environments; the wheel may have been added to another tool's.
    if has("uv-receipt.toml") {
      return "\(wheel) uv tool install --reinstall \(other.map { "--with FILE.whl \($0)" } ?? "FILE.whl")"
    }
    if has("pipx_metadata.json") {
      return "\(wheel) pipx \(other.map { "inject --force \($0)" } ?? "install --force") FILE.whl"
    }
    if has("pyvenv.cfg") {
      return "\(wheel) \(shellWord("\(prefix)/bin/python")) -m pip install --force-reinstall FILE.whl"
    }
    if prefix == "/usr" {
      return "\(package) \(has("bin/dnf") ? "dnf reinstall ./FILE.rpm" : "apt-get install --reinstall ./FILE.deb")"
    }
    return "Run its install.sh again"
  }
}
