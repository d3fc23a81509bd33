import CodeArtifact
import Platform

/// pip's settings files, in the order in which the later one wins.
/// Source: pip 26.3 `_internal/configuration.py`
struct PipFiles {
  /// A file, and the option by which `pip config` writes to it.
  struct Layer {
    let file: SettingsFile
    let option: String
  }

  let shared: [Layer]
  private let machine: Machine

  init(_ machine: Machine) {
    self.machine = machine
    let environment = machine.environment
    let named = environment["PIP_CONFIG_FILE"]
    guard named != "/dev/null" else {
      shared = []
      return
    }
    var paths: [(String, String)] = (environment["XDG_CONFIG_DIRS"] ?? "/etc/xdg").split(separator: ":")
      .map { ("\($0)/pip/pip.conf", "--global") }
    paths.append(("/etc/pip.conf", "--global"))
    if named.map({ machine.surroundings.files.status($0) == nil }) ?? true {
      if let path = machine.inHome(".pip/pip.conf") { paths.append((path, "--user")) }
      if let directory = machine.surroundings.directories.sharedConfiguration {
        paths.append((Client.pip.path(in: directory), "--user"))
      }
    }
    shared = paths.compactMap { path, option in
      SettingsFile(path, machine.surroundings).map { Layer(file: $0, option: option) }
    }
  }

  /// The file of one virtual environment, or of one Python.
  func site(of view: PythonView?) -> Layer? {
    guard let view, machine.environment["PIP_CONFIG_FILE"] != "/dev/null" else { return nil }
    return SettingsFile("\(view.prefix)/pip.conf", machine.surroundings).map { Layer(file: $0, option: "--site") }
  }

  /// The file that a variable names: it goes before all others.
  var named: Layer? {
    guard let path = machine.environment["PIP_CONFIG_FILE"], path != "/dev/null" else { return nil }
    return SettingsFile(path, machine.surroundings).map { Layer(file: $0, option: "") }
  }

  /// What applies to one pip.
  func layers(for view: PythonView?) -> [Layer] { shared + [site(of: view), named].compactMap { $0 } }
}
