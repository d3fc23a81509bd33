import Platform

/// A value of `keyring-provider` of pip or uv: with `subprocess` they run the `keyring` on PATH.
struct KeyringProvider {
  var name = "keyring-provider"
  let value: String
  let place: Location?
  /// What changes it; nil for the user's own file, which `configure` writes.
  let command: String?
}

extension Check {
  /// What is wrong with a client's setting: `inFiles` is the one that takes precedence, and `obstacle` the variable that
  /// stops the client from reading the user's own file.
  func keyringProvider(of client: Client, inFiles: KeyringProvider?, obstacle: String?) -> Finding? {
    let variable = "\(client.rawValue.uppercased())_KEYRING_PROVIDER"
    let configure = "\(Installation.name) configure \(client.rawValue)"
    let inVariable = doctor.environment[variable].map {
      KeyringProvider(name: variable, value: $0, place: nil, command: "unset \(variable)")
    }
    guard let setting = inVariable ?? inFiles else {
      let what = "\(client.rawValue) is not configured to use codeartifact-keyring (keyring-provider)"
      guard let obstacle else { return problem(what, run: configure, repair: .configure(client)) }
      return problem(
        "\(what): \(obstacle) stops it from reading the user's own file", run: "export \(variable)=subprocess")
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
}
