import ArgumentParser
import ClientConfig
import Platform

/// The clients that `configure` knows, and their settings files.
enum Client: String, CaseIterable, Codable, ExpressibleByArgument {
  case poetry, pip, uv

  /// The client's settings file of this user; nil without a home directory.
  func path(_ context: Context) -> String? {
    switch self {
    // Poetry uses Python's keyring, as twine, hatch, flit and PDM do.
    case .poetry: PythonKeyringSettings.path(context)
    case .pip: PipSettings.path(context)
    case .uv: UvSettings.path(context)
    }
  }

  /// Whether it starts the `keyring` on PATH.
  var runsKeyring: Bool { self != .poetry }

  /// The setting, for a message.
  var summary: String {
    switch self {
    case .poetry: "default-keyring = \(PythonKeyringSettings.backend)"
    case .pip: "keyring-provider = subprocess"
    case .uv: "keyring-provider = \"subprocess\""
    }
  }
}
