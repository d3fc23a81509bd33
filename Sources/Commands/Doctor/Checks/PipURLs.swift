import ClientConfig
import CodeArtifact
import Platform

extension PipCheck {
  /// What is wrong with the URLs that pip is given, in its settings, in variables and in requirements files, which uv reads
  /// too: whether packages are found there, and whether the client asks for the password.
  var urls: [Finding] { settings + variables + requirements }

  /// A place with URLs.
  private struct Setting {
    let what: String
    let text: String
    /// The file and the line, counted from zero; nil for a variable.
    var line: (file: SettingsFile, index: Int)?
    /// What sets another URL that follows it in a file; nil where there are other URLs, or where no command does.
    var setter: String?
    /// Whether it is in a requirements file, where quotes are not part of a URL.
    var isRequirement = false

    var place: Location? { line.map { $0.file.place($0.index) } }

    /// The command that puts another URL in the place of one.
    func change(_ url: URLParts, to right: String) -> String? {
      if let setter { return "\(setter)\(shellWord(right))" }
      if let line { return EditCommand.replace(url, by: right, in: line.index, of: line.file) }
      return URLParts.replacing(in: text) { $0 == url ? right : nil }.map { "export \(what)=\(shellWord($0))" }
    }
  }

  private var settings: [Finding] {
    layers.flatMap { layer in
      let lines = layer.file.ini.settings
      return lines.filter { PipSettings.indexes.contains($0.name) }.compactMap { line in
        let isAlone =
          lines.count { ($0.section, $0.name) == (line.section, line.name) } == 1
          && URLParts.all(in: line.value).count == 1
        let setter = "pip config \(layer.option) set \(shellWord("\(line.section).\(line.name)")) "
        return finding(
          Setting(
            what: line.name, text: line.value, line: (layer.file, line.index),
            setter: isAlone && !layer.option.isEmpty ? setter : nil))
      }
    }
  }

  private var variables: [Finding] {
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"].compactMap { name in
      doctor.environment[name].flatMap { value in
        finding(Setting(what: name, text: value))
      }
    }
  }

  private var requirements: [Finding] {
    // The indexes of a file follow each other: it is read once.
    var file: SettingsFile?
    return RequirementsFiles.sources(in: doctor.folder, doctor.context).compactMap { source in
      if file?.path != source.place { file = SettingsFile(source.place, doctor.context) }
      guard let line = source.line, let file else { return nil }
      return finding(Setting(what: "the index", text: source.url, line: (file, line - 1), isRequirement: true))
    }
  }

  // MARK: what is wrong

  private func finding(_ setting: Setting) -> Finding? {
    let repositories = URLParts.all(in: setting.text).filter { $0.isRepository(doctor.configuration) }
    if let finding = password(repositories, setting) ?? repositories.lazy.compactMap({ mistake($0, setting) }).first {
      return finding
    }
    guard let url = repositories.first(where: { $0.user == nil }) else { return nil }
    let command = setting.change(url, to: url.with(user: AuthorizationToken.username))
    let what = "\(setting.what) has no aws@ in its URL"
    if let version = needsUser {
      return problem(
        "\(what): pip \(version) asks keyring only for a URL with a user name", at: setting.place, run: command)
    }
    guard setting.isRequirement, doctor.clients.uv != nil else { return nil }
    return warning(
      "\(what): uv pip asks keyring only for a URL with a user name in a requirements file", at: setting.place,
      run: command)
  }

  private func password(_ repositories: [URLParts], _ setting: Setting) -> Finding? {
    guard let url = repositories.first(where: { $0.password != nil || $0.hasEmptyPassword }) else { return nil }
    let secret = secret(url.password ?? "")
    if let variable = passwordVariable(of: url, setting) {
      return mistake(url, setting)
        ?? password(from: variable, of: url, in: setting.what, client: "pip", at: setting.place)
    }
    let change = setting.change(url, to: url.with(user: AuthorizationToken.username))
    let unset = setting.line == nil && URLParts.all(in: setting.text).count == 1 ? "unset \(setting.what)" : nil
    return password(
      secret, in: setting.what, "pip sends it", at: setting.place, isProblem: url.mistake(doctor.configuration) != nil,
      run: secret == .empty ? change ?? unset : unset ?? change,
      repair: setting.line.flatMap { $0.file.withoutPasswords($0.index, repositories, now: doctor.now) })
  }

  /// The variable whose value pip puts into a URL as its password: only in a requirements file.
  /// Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/#using-environment-variables
  private func passwordVariable(of url: URLParts, _ setting: Setting) -> String? {
    setting.isRequirement ? url.passwordVariable() : nil
  }

  /// A URL without packages, or for which no client gets a token.
  private func mistake(_ url: URLParts, _ setting: Setting) -> Finding? {
    let isQuoted =
      !setting.isRequirement && ["\"", "'"].contains { setting.text.contains("\($0)\(url.text)") }
    let quotes = isQuoted ? ("quotes around its URL: pip reads them as part of it", url.bare) : nil
    let hasVariable = passwordVariable(of: url, setting) != nil
    guard let mistake = (hasVariable ? url.withoutUserVariable : url).mistake(doctor.configuration) ?? quotes else {
      return nil
    }
    let right = mistake.right.map { url.user == nil ? $0 : URLParts($0).with(user: AuthorizationToken.username) }
    // No command takes the variable away.
    let command =
      hasVariable
      ? setting.line.map { EditCommand.open($0.file.path) } : right.flatMap { setting.change(url, to: $0) }
    return problem("\(setting.what) has \(mistake.what)", at: setting.place, run: command)
  }
}
