import Platform

/// `~/.pypirc`: the repositories that twine, hatch and others publish to, with the passwords that they send.
/// Source: https://packaging.python.org/en/latest/specifications/pypirc/
public enum Pypirc {
  /// The user's file; nil where there is none.
  public static func file(_ context: Context) -> SettingsFile? {
    context.directories.home.flatMap { SettingsFile("\($0)/.pypirc", context) }
  }

  /// The settings in it that are passwords, in their order, with the URLs of their sections' repositories; an empty URL
  /// where there is none.
  public static func passwords(in file: SettingsFile) -> [(setting: INIDocument.Setting, url: String)] {
    let settings = file.ini.settings
    return settings.filter { $0.name == "password" }.map { setting in
      let url = settings.last { $0.section == setting.section && $0.name == "repository" }
      return (setting, url?.value ?? "")
    }
  }
}
