import ClientConfig
import Platform

/// `keyring-provider` of pip and uv: with `subprocess` they run the `keyring` on PATH.
struct KeyringProviderCheck: Check {
  struct Setting {
    let value: String
    let place: Location
    /// What changes it; nil for the user's own file, which `configure` writes.
    let command: String?
  }

  let client: Client
  let doctor: DoctorContext
  /// The value that takes precedence; nil where no file has one.
  let setting: Setting?
  /// The variable that stops the client from reading the user's own file; nil if it does read it.
  let obstacle: String?

  var area: Finding.Area { client == .pip ? .pip : .uv }

  var findings: [Finding] { [finding].compactMap { $0 } }

  private var finding: Finding? {
    let variable = "\(client.rawValue.uppercased())_KEYRING_PROVIDER"
    let configure = "\(Installation.name) configure \(client.rawValue)"
    if let value = doctor.environment[variable] { return finding(variable, value, run: "unset \(variable)") }
    if let setting {
      return finding(
        "keyring-provider", setting.value, at: setting.place, run: setting.command ?? configure,
        repair: setting.command == nil ? .configure(client) : nil)
    }
    let what = "\(client.rawValue) is not configured to use codeartifact-keyring (keyring-provider)"
    guard let obstacle else { return problem(what, run: configure, repair: .configure(client)) }
    return problem(
      "\(what): \(obstacle) stops it from reading the user's own file", run: "export \(variable)=subprocess")
  }

  /// pip's setting in its files; a later file takes precedence.
  static func pip(_ files: [PipSettings.File], _ doctor: DoctorContext) -> KeyringProviderCheck {
    let settings = ["install", "global"].lazy.flatMap { section in
      files.reversed().compactMap { layer -> Setting? in
        guard let line = layer.file.value(PipSettings.provider, in: section) else { return nil }
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
      obstacle: PipSettings.readsUserFile(doctor.context) ? nil : named)
  }

  private func finding(
    _ name: String, _ value: String, at place: Location? = nil, run command: String, repair: Repair? = nil
  ) -> Finding? {
    let title = "\(name) is \(oneLine(value, limit: 40))"
    switch value {
    case "subprocess": return nil
    case "import" where client == .pip:
      return warning(
        "\(title): pip uses codeartifact-keyring only if the keyring package is installed beside it", at: place,
        run: command, repair: repair)
    // Source: https://pip.pypa.io/en/stable/topics/authentication/#keyring-support
    case "auto" where client == .pip:
      return warning(
        "\(title): pip uses codeartifact-keyring only without --no-input", at: place, run: command, repair: repair)
    default:
      return problem(
        "\(title): \(client.rawValue) does not use codeartifact-keyring", at: place, run: command, repair: repair)
    }
  }
}
