import Platform

/// pip's settings: where they are, their precedence, and `keyring-provider` in them. With `subprocess` pip calls the
/// `keyring` on PATH, in build isolation too.
/// Source: pip 26.3 `_internal/configuration.py`
public enum PipSettings {
  /// A file, and the option of `pip config` that writes to it.
  public struct File: Sendable {
    /// The file.
    public let file: SettingsFile
    /// `--global`, `--user` or `--site`; empty for a file that `pip config` does not write: `~/.pip/pip.conf`, and the one
    /// that `PIP_CONFIG_FILE` names.
    public let option: String
  }

  /// The two spellings of the setting.
  public static let provider: Set<String> = ["keyring-provider", "keyring_provider"]
  /// The settings that name indexes, in both spellings.
  public static let indexes: Set<String> = ["index-url", "extra-index-url", "index_url", "extra_index_url"]

  /// The user's own file, which `pip config --user` writes; nil without a home directory.
  public static func path(_ context: Context) -> String? {
    context.directories.sharedConfiguration.map { "\($0)/pip/pip.conf" }
  }

  /// The existing files that pip reads, where a later one takes precedence: with `prefix`, that of one virtual environment
  /// or Python too. None if `PIP_CONFIG_FILE` says so.
  public static func files(_ context: Context, prefix: String? = nil) -> [File] {
    let named = context.environment["PIP_CONFIG_FILE"]
    guard named != "/dev/null" else { return [] }
    var places = context.systemConfigurations.map { ("\($0)/pip/pip.conf", "--global") }
    places.append(("/etc/pip.conf", "--global"))
    if readsUserFile(context) {
      if let home = context.directories.home { places.append(("\(home)/.pip/pip.conf", "")) }
      if let path = path(context) { places.append((path, "--user")) }
    }
    if let prefix { places.append(("\(prefix)/pip.conf", "--site")) }
    if let named { places.append((named, "")) }
    return places.compactMap { path, option in SettingsFile(path, context).map { File(file: $0, option: option) } }
  }

  /// Whether pip reads the user's own file: not if `PIP_CONFIG_FILE` names an existing file.
  public static func readsUserFile(_ context: Context) -> Bool {
    context.environment["PIP_CONFIG_FILE"].map { context.files.status($0) == nil } ?? true
  }

  /// Sets the provider, and returns what it was before.
  public static func set(in file: inout EditableFile) -> String? {
    let ini = INIDocument(file.bytes)
    let setting = ["keyring-provider = subprocess"]
    if let option = ini.option(provider, in: "global") {
      file.replace(lines: option.lines, with: setting)
      return option.value
    }
    ini.set(setting, in: "global", of: &file)
    return nil
  }
}
