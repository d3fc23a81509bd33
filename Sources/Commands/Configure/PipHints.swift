import CodeArtifact
import Platform

/// What keeps pip from reading the `keyring-provider` that `configure` writes, or goes before it.
/// Source: pip 26.3 `_internal/configuration.py`
struct PipHints {
  /// With these pip asks us, or may.
  private static let harmless = ["auto", "import", "subprocess"]
  private static let names: Set<String> = ["keyring-provider", "keyring_provider"]

  let context: Context

  /// Lines for the user, each with what to run.
  var lines: [String] { [variable, otherFile, section].compactMap { $0 } }

  private var variable: String? {
    let name = "PIP_KEYRING_PROVIDER"
    guard let value = context.environment[name], !Self.harmless.contains(value) else { return nil }
    return "\(name)=\(oneLine(value, limit: 80)) keeps pip from asking us. Run: unset \(name)"
  }

  /// Where a variable names a file, pip does not read the user's own.
  private var otherFile: String? {
    let name = "PIP_CONFIG_FILE"
    guard let path = context.environment[name], let status = context.files.status(path),
      status.identity != own.flatMap({ context.files.status($0)?.identity })
    else { return nil }
    let other = SettingsFile(path, context)
    guard !["install", "global"].contains(where: { other?.value(Self.names, in: $0)?.value == "subprocess" }) else {
      return nil
    }
    return "\(name)=\(oneLine(path, limit: 200)) keeps pip from reading what was written. Run: unset \(name)"
  }

  private var section: String? {
    guard let own, let line = SettingsFile(own, context)?.value(Self.names, in: "install"),
      !Self.harmless.contains(line.value)
    else { return nil }
    return
      "\(own) line \(line.index + 1): \(line.name) = \(oneLine(line.value, limit: 80)) of [install] keeps pip from "
      + "asking us. Run: pip config --user set install.keyring-provider subprocess"
  }

  private var own: String? { context.directories.sharedConfiguration.map { Client.pip.path(in: $0) } }
}
