import ArgumentParser

/// The clients whose settings we write, and where each of them keeps its own.
enum Client: String, CaseIterable, Codable, ExpressibleByArgument {
  case poetry, pip, uv

  /// The client's file in the directory where this user keeps configuration.
  func path(in configuration: String) -> String {
    switch self {
    // Poetry asks Python's keyring, which twine, hatch, flit and PDM ask too.
    case .poetry: "\(configuration)/python_keyring/keyringrc.cfg"
    case .pip: "\(configuration)/pip/pip.conf"
    case .uv: "\(configuration)/uv/uv.toml"
    }
  }

  /// Whether it starts the `keyring` on PATH.
  var runsKeyring: Bool { self != .poetry }

  /// What we set, for a line to the user.
  var summary: String {
    switch self {
    case .poetry: "default-keyring = \(KeyringSettings.backend)"
    case .pip: "keyring-provider = subprocess"
    case .uv: "keyring-provider = \"subprocess\""
    }
  }
}
