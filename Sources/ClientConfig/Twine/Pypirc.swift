import Platform

/// `~/.pypirc`: the repositories that twine, hatch and others publish to, with the passwords that they send.
/// Source: https://packaging.python.org/en/latest/specifications/pypirc/
public struct Pypirc: Sendable {
  /// A password in the file.
  public struct Password: Sendable {
    /// The setting; its value is secret.
    public let setting: INIDocument.Setting
    /// The URL of the section's repository; empty if it has none.
    public let url: String
  }

  /// The file.
  public let file: SettingsFile

  /// The user's file; nil where there is none.
  public init?(_ context: Context) {
    guard let home = context.directories.home, let file = SettingsFile("\(home)/.pypirc", context) else { return nil }
    self.file = file
  }

  /// Its passwords, in their order.
  public var passwords: [Password] {
    let settings = file.settings
    return settings.filter { $0.name == "password" }.map { setting in
      let url = settings.last { $0.section == setting.section && $0.name == "repository" }
      return Password(setting: setting, url: url?.value ?? "")
    }
  }
}
