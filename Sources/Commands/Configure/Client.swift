import ArgumentParser

/// The clients that `configure` knows, and their settings files.
enum Client: String, CaseIterable, Codable, ExpressibleByArgument {
  case poetry, pip, uv

  /// The client's file in the directory where this user keeps configuration.
  func path(in configuration: String) -> String {
    switch self {
    // Poetry uses Python's keyring, as twine, hatch, flit and PDM do.
    case .poetry: "\(configuration)/python_keyring/keyringrc.cfg"
    case .pip: "\(configuration)/pip/pip.conf"
    case .uv: "\(configuration)/uv/uv.toml"
    }
  }

  /// Whether it starts the `keyring` on PATH.
  var runsKeyring: Bool { self != .poetry }

  /// The setting, for a line to the user.
  var summary: String {
    switch self {
    case .poetry: "default-keyring = \(KeyringSettings.backend)"
    case .pip: "keyring-provider = subprocess"
    case .uv: "keyring-provider = \"subprocess\""
    }
  }
}
