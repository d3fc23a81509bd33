/// pip's `keyring-provider`: with `subprocess`, pip runs the `keyring` on PATH, in build isolation too.
enum PipSettings {
  /// Sets it, and returns what it was before.
  static func set(in file: inout EditableFile) -> String? {
    let ini = IniDocument(document: LineDocument(file.bytes))
    let setting = ["keyring-provider = subprocess"]
    if let lines = ini.option(["keyring-provider", "keyring_provider"], in: "global") {
      file.replace(lines: lines, with: setting)
      return ini.value(lines)
    }
    ini.set(setting, in: "global", of: &file)
    return nil
  }
}
