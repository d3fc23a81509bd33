import ClientConfig
import Platform

/// What takes precedence over the `keyring-provider` that `configure` writes, or stops pip from reading it.
/// Source: pip 26.3 `_internal/configuration.py`
struct PipHints {
  /// With these, pip uses codeartifact-keyring, or may.
  private static let harmless = ["auto", "import", "subprocess"]

  let context: Context

  /// Lines for the user, each with what to run.
  var lines: [String] { [variable, otherFile, section].compactMap { $0 } }

  private var variable: String? {
    let name = "PIP_KEYRING_PROVIDER"
    guard let value = context.environment[name], !Self.harmless.contains(value) else { return nil }
    return "\(name)=\(oneLine(value, limit: 80)) stops pip from using codeartifact-keyring. Run: unset \(name)"
  }

  /// If a variable names a file, pip does not read the user's own.
  private var otherFile: String? {
    let name = "PIP_CONFIG_FILE"
    guard let path = context.environment[name], let status = context.files.status(path),
      status.identity != own.flatMap({ context.files.status($0)?.identity })
    else { return nil }
    let other = SettingsFile(path, context)
    guard !["install", "global"].contains(where: { other?.value(PipSettings.provider, in: $0)?.value == "subprocess" })
    else {
      return nil
    }
    return "\(name)=\(oneLine(path, limit: 200)) stops pip from reading this setting. Run: unset \(name)"
  }

  private var section: String? {
    guard let own, let line = SettingsFile(own, context)?.value(PipSettings.provider, in: "install"),
      !Self.harmless.contains(line.value)
    else { return nil }
    return
      "\(own) line \(line.index + 1): \(line.name) = \(oneLine(line.value, limit: 80)) in [install] takes precedence "
      + "over [global]. Run: pip config --user set install.keyring-provider subprocess"
  }

  private var own: String? { PipSettings.path(context) }
}
