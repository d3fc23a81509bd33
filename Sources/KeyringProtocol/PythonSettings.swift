import ClientConfig
import Platform

/// What the user has told Python's keyring, where it matters to us too: which keyring to use.
/// Source: keyring 25.7 `keyring/core.py` and `keyring/util/platform_.py`
struct PythonSettings {
  private static let null = "keyring.backends.null.Keyring"
  private let context: Context

  init(_ context: Context) { self.context = context }

  /// `keyringrc.cfg`; nil without a home directory.
  var path: String? { root(of: "XDG_CONFIG_HOME", else: ".config").map { $0 + "/keyringrc.cfg" } }

  /// Where some of its backends keep their data.
  var dataRoot: String? { root(of: "XDG_DATA_HOME", else: ".local/share") }

  /// Why other people's secrets are not to be looked for in Secret Service; nil when they are. Who chose another keyring,
  /// or none at all, had a reason.
  var problem: String? {
    guard let chosen else { return nil }
    switch chosen {
    case "keyring.backends.SecretService.Keyring", "keyring.backends.libsecret.Keyring": return nil
    case Self.null, "keyring.backends.fail.Keyring": return "keyring is disabled here (\(oneLine(chosen, limit: 100)))"
    default:
      return "the chosen keyring, \(oneLine(chosen, limit: 100)), is Python's. Run: pipx install keyring"
    }
  }

  /// Writes what `keyring --disable` writes.
  func disable() throws {
    guard let path, let directory = FileSystem.parent(of: path) else { throw Refusal("there is no home directory") }
    // Not between another process's reading and writing.
    let lock = try? InterProcessLock.ofSettings(context, deadline: Deadline(10, on: context.clock))
    defer { withExtendedLifetime(lock) {} }
    guard context.files.status(path) == nil else { throw Refusal("Refusing to overwrite \(path)") }
    try context.files.makeDirectory(directory)
    let content = "[backend]\ndefault-keyring=\(Self.null)"
    try context.files.replace(path, with: Array(content.utf8), mode: 0o644)
  }

  /// The class that was chosen; nil where the choice was left to keyring, or fell on us with nothing before.
  private var chosen: String? {
    if let chosen = context.environment[PythonKeyringSettings.variable] { return real(chosen) }
    guard let path, let bytes = try? context.files.read(path) else { return nil }
    guard let named = PythonKeyringSettings(INIDocument(bytes)).defaultKeyring else { return nil }
    let isOurs = PythonKeyringSettings.isOurs(named)
    return real(named) ?? (isOurs ? PythonKeyringSettings.former(context)?.defaultKeyring.flatMap(real) : nil)
  }

  private func real(_ name: String) -> String? {
    PythonKeyringSettings.isOurs(name) || name.hasPrefix("keyring.backends.chainer.") || name.isEmpty ? nil : name
  }

  /// As pathlib joins it: without doubled slashes and dots.
  private func root(of variable: String, else fallback: String) -> String? {
    let environment = context.environment
    let home = environment["HOME"] ?? context.directories.home
    guard let base = environment[variable] ?? home.map({ "\($0)/\(fallback)" }) else { return nil }
    let parts = base.split(separator: "/").filter { $0 != "." } + ["python_keyring"]
    return (base.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

/// Something that is not done, and why.
private struct Refusal: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
