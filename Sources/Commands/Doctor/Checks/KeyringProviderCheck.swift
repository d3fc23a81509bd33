import ClientConfig
import Platform

/// `keyring-provider` of pip and uv: with `subprocess` they run the `keyring` on PATH.
struct KeyringProviderCheck {
  struct Setting {
    var name = "keyring-provider"
    let value: String
    let place: Location?
    /// What changes it; nil for the user's own file, which `configure` writes.
    let command: String?
  }

  let client: Client
  let doctor: DoctorContext
  /// The value that takes precedence in files; nil where no file has one.
  let setting: Setting?
  /// The variable that stops the client from reading the user's own file; nil if it does read it.
  let obstacle: String?

  var finding: Finding? {
    let area: Finding.Area = client == .pip ? .pip : .uv
    let variable = "\(client.rawValue.uppercased())_KEYRING_PROVIDER"
    let configure = "\(Installation.name) configure \(client.rawValue)"
    let inVariable = doctor.environment[variable].map {
      Setting(name: variable, value: $0, place: nil, command: "unset \(variable)")
    }
    guard let setting = inVariable ?? setting else {
      let what = "\(client.rawValue) is not configured to use codeartifact-keyring (keyring-provider)"
      guard let obstacle else { return Finding(area, .problem, what, run: configure, repair: .configure(client)) }
      return Finding(
        area, .problem, "\(what): \(obstacle) stops it from reading the user's own file",
        run: "export \(variable)=subprocess")
    }
    let effect: (severity: Finding.Severity, words: String)
    switch (client, setting.value) {
    case (_, "subprocess"): return nil
    case (.pip, "import"):
      effect = (.warning, "uses codeartifact-keyring only if the keyring package is installed beside it")
    // Source: https://pip.pypa.io/en/stable/topics/authentication/#keyring-support
    case (.pip, "auto"): effect = (.warning, "uses codeartifact-keyring only without --no-input")
    default: effect = (.problem, "does not use codeartifact-keyring")
    }
    return Finding(
      area, effect.severity,
      "\(setting.name) is \(oneLine(setting.value, limit: 40)): \(client.rawValue) \(effect.words)",
      at: setting.place, run: setting.command ?? configure,
      repair: setting.command == nil ? .configure(client) : nil)
  }

  /// pip's setting in its files; a later file takes precedence.
  static func pip(_ files: [PipSettings.File], _ doctor: DoctorContext) -> Finding? {
    let settings = ["install", "global"].lazy.flatMap { section in
      files.reversed().compactMap { layer -> Setting? in
        guard let line = layer.file.ini.value(PipSettings.provider, in: section) else { return nil }
        let command =
          "pip config \(layer.option.isEmpty ? "" : layer.option + " ")set \(section).keyring-provider subprocess"
        return Setting(
          value: line.value, place: layer.file.place(line.index),
          command: layer.option == "--user" && section == "global" ? nil : command)
      }
    }
    let named = doctor.environment["PIP_CONFIG_FILE"].map { "PIP_CONFIG_FILE=\(oneLine($0, limit: 200))" }
    return KeyringProviderCheck(
      client: .pip, doctor: doctor, setting: settings.first,
      obstacle: PipSettings.readsUserFile(doctor.context) ? nil : named
    ).finding
  }
}
