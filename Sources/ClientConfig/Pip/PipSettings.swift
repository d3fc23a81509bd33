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

  /// The existing files that all pips read, where a later one takes precedence; and the one that `PIP_CONFIG_FILE`
  /// names, which is read last. None if that variable says that pip reads no files.
  public static func files(_ context: Context) -> (shared: [File], named: File?) {
    let named = context.environment["PIP_CONFIG_FILE"]
    guard named != "/dev/null" else { return ([], nil) }
    var shared = context.systemConfigurations.map { ("\($0)/pip/pip.conf", "--global") }
    shared.append(("/etc/pip.conf", "--global"))
    if readsUserFile(context) {
      if let home = context.directories.home { shared.append(("\(home)/.pip/pip.conf", "")) }
      if let path = path(context) { shared.append((path, "--user")) }
    }
    return (shared.compactMap { file($0, $1, context) }, named.flatMap { file($0, "", context) })
  }

  /// The file of one virtual environment, or of one Python.
  public static func site(of prefix: String, _ context: Context) -> File? {
    guard context.environment["PIP_CONFIG_FILE"] != "/dev/null" else { return nil }
    return file("\(prefix)/pip.conf", "--site", context)
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

  private static func file(_ path: String, _ option: String, _ context: Context) -> File? {
    SettingsFile(path, context).map { File(file: $0, option: option) }
  }
}
