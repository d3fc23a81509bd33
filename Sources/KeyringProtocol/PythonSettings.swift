import ClientConfig
import Platform

/// The user's settings of Python's keyring that matter here: which keyring to use.
/// Source: keyring 25.7 `keyring/core.py` and `keyring/util/platform_.py`
struct PythonSettings {
  static let null = "keyring.backends.null.Keyring"
  private let context: Context

  init(_ context: Context) { self.context = context }

  /// `keyringrc.cfg`; nil without a home directory.
  var path: String? { root(of: "XDG_CONFIG_HOME", else: ".config").map { $0 + "/keyringrc.cfg" } }

  /// Where some of its backends keep their data.
  var dataRoot: String? { root(of: "XDG_DATA_HOME", else: ".local/share") }

  /// Why other services are not looked up in Secret Service, such as another configured keyring; nil if they are.
  var obstacle: FailureRecord? {
    guard let chosen else { return nil }
    switch chosen {
    case "keyring.backends.SecretService.Keyring", "keyring.backends.libsecret.Keyring": return nil
    case Self.null, "keyring.backends.fail.Keyring":
      return FailureRecord("keyring is disabled (\(oneLine(chosen, limit: 100)))")
    default:
      return FailureRecord(
        "the configured keyring, \(oneLine(chosen, limit: 100)), requires Python's keyring", remedy: .installKeyring)
    }
  }

  /// The configured class; nil if keyring chooses one, or if it is this program's and there was no other one before.
  private var chosen: String? {
    if let chosen = context.environment[PythonKeyringSettings.variable] { return otherBackend(chosen) }
    guard let path, let bytes = try? context.files.read(path) else { return nil }
    guard let named = PythonKeyringSettings(INIDocument(bytes)).defaultKeyring else { return nil }
    let isThisBackend = PythonKeyringSettings.isThisBackend(named)
    return otherBackend(named)
      ?? (isThisBackend ? PythonKeyringSettings.previous(context)?.defaultKeyring.flatMap(otherBackend) : nil)
  }

  private func otherBackend(_ name: String) -> String? {
    PythonKeyringSettings.isThisBackend(name) || name.hasPrefix("keyring.backends.chainer.") || name.isEmpty
      ? nil : name
  }

  /// A path as pathlib joins it: without repeated slashes and dots.
  private func root(of variable: String, else fallback: String) -> String? {
    let environment = context.environment
    let home = environment["HOME"] ?? context.directories.home
    guard let base = environment[variable] ?? home.map({ "\($0)/\(fallback)" }) else { return nil }
    let parts = base.split(separator: "/").filter { $0 != "." } + ["python_keyring"]
    return (base.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

extension Remedy {
  static let installKeyring = Remedy.run("pipx install keyring")
}
