import ClientConfig
import CodeArtifact
import Platform

/// The URLs that pip is given, in its settings, in variables and in requirements files, which uv reads too: whether packages
/// are found there, and whether the client asks for the password.
struct PipURLCheck {
  let doctor: DoctorContext
  /// The settings files of all pips.
  let layers: [PipSettings.File]
  /// The version of a pip that asks keyring only for a URL with a user name; nil where there is none.
  let needsUser: String?
  /// Whether there is a uv, which asks only for such a URL, too, where it stands in a requirements file.
  let hasUv: Bool

  var findings: [Finding] {
    settings + variables + requirements(RequirementsFile.all(in: doctor.folder, doctor.context))
  }

  /// A place with URLs, and how they are changed there.
  private struct Setting {
    let what: String
    let place: Finding.Place?
    let text: String
    /// Whether quotes become part of a URL.
    let keepsQuotes: Bool
    /// Whether uv reads it, too.
    let isForUv: Bool
    /// The command that puts another URL in the place of one, given what `sed` would do on the line.
    let change: (_ url: URLParts, _ right: String, _ script: [String]) -> String?
    /// The command where it holds a password; nil where it is the same.
    let unset: String?
    let repair: ([URLParts]) -> Repair?
  }

  private var settings: [Finding] {
    layers.flatMap { layer in
      let lines = layer.file.settings
      return lines.filter { PipSettings.indexes.contains($0.name) }.compactMap { line in
        let isAlone =
          lines.count { ($0.section, $0.name) == (line.section, line.name) } == 1
          && URLParts.all(in: line.value).count == 1
        return finding(
          Setting(
            what: line.name, place: layer.file.place(line.index), text: line.value, keepsQuotes: true, isForUv: false,
            change: { url, right, scripts in
              isAlone && !layer.option.isEmpty
                ? "pip config \(layer.option) set \(shellWord("\(line.section).\(line.name)")) \(shellWord(right))"
                : EditCommand.replace(url, by: right, in: line.index, of: layer.file, scripts)
            }, unset: nil, repair: { layer.file.withoutPasswords(line.index, $0, now: doctor.now) }))
      }
    }
  }

  private var variables: [Finding] {
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"].compactMap { name in
      guard let value = doctor.environment[name] else { return nil }
      let isAlone = URLParts.all(in: value).count == 1
      return finding(
        Setting(
          what: name, place: nil, text: value, keepsQuotes: true, isForUv: false,
          change: { _, right, _ in isAlone ? "export \(name)=\(shellWord(right))" : nil }, unset: "unset \(name)",
          repair: { _ in nil }))
    }
  }

  /// What is wrong in requirements files.
  func requirements(_ files: [RequirementsFile]) -> [Finding] {
    files.flatMap { source in
      guard let file = SettingsFile(source.path, doctor.context) else { return [Finding]() }
      return source.indexes.compactMap { index in
        let line = index.line - 1
        return finding(
          Setting(
            what: "the index", place: file.place(line), text: index.url, keepsQuotes: false, isForUv: true,
            change: { url, right, scripts in EditCommand.replace(url, by: right, in: line, of: file, scripts) },
            unset: nil, repair: { file.withoutPasswords(line, $0, now: doctor.now) }))
      }
    }
  }

  // MARK: what is wrong

  private func finding(_ setting: Setting) -> Finding? {
    let repositories = URLParts.all(in: setting.text).filter { $0.isRepository(doctor.configuration) }
    if let finding = password(repositories, setting) { return finding }
    for url in repositories {
      if let finding = mistake(in: url, setting) { return finding }
    }
    guard let url = repositories.first(where: { $0.user == nil }) else { return nil }
    let command = setting.change(
      url, url.with(user: AuthorizationToken.username), ["s|//[^/]*@|//|", "s|//|//aws@|"])
    if let version = needsUser {
      return Finding(
        .pip, .problem,
        "\(setting.what) has no aws@ in its URL: pip \(version) asks keyring only for a URL with a user name",
        at: setting.place, run: command)
    }
    guard setting.isForUv, hasUv else { return nil }
    return Finding(
      .pip, .warning,
      "\(setting.what) has no aws@ in its URL: uv pip asks keyring only for a URL with a user name in a requirements file",
      at: setting.place, run: command)
  }

  private func password(_ repositories: [URLParts], _ setting: Setting) -> Finding? {
    guard let url = repositories.first(where: { $0.password != nil || $0.hasEmptyPassword }) else { return nil }
    let secret = StoredPassword(url.password ?? "", now: doctor.now)
    let change = setting.change(
      url, url.with(user: AuthorizationToken.username), ["s|//[^/]*@|//|", "s|//|//aws@|"])
    return Finding(
      .pip, setting.place == nil ? secret.severityInEnvironment : secret.severityInFile,
      "\(setting.what) holds \(secret.words): pip sends it instead of asking keyring", at: setting.place,
      run: secret == .empty ? change ?? setting.unset : setting.unset ?? change, repair: setting.repair(repositories))
  }

  /// A URL without packages, or for which no client gets a token.
  private func mistake(in url: URLParts, _ setting: Setting) -> Finding? {
    func problem(_ what: String, _ right: String?, _ script: [String]) -> Finding {
      let full = right.map { url.user == nil ? $0 : URLParts($0).with(user: AuthorizationToken.username) }
      return Finding(
        .pip, .problem, "\(setting.what) has \(what)", at: setting.place,
        run: full.flatMap { setting.change(url, $0, script) })
    }
    if let user = url.user, user != AuthorizationToken.username {
      return problem(
        "a user name other than aws in its URL: only aws gets a token", url.bare, ["s|//[^/]*@|//aws@|"])
    }
    if case .unencrypted = Repository.recognise(url.bare, mapped: doctor.configuration.hosts) {
      return problem(
        "http in its URL: tokens are sent over https only",
        "https" + url.bare.dropFirst("http".count), ["s|http://|https://|"])
    }
    if setting.keepsQuotes, ["\"", "'"].contains(where: { setting.text.contains("\($0)\(url.text)") }) {
      return problem("quotes around its URL: pip reads them as part of it", url.bare, ["s/[\"']//g"])
    }
    if let format = Repository.otherFormat(in: url.bare) {
      return problem(
        "/\(format)/ in its URL, where there are no Python packages: use /pypi/",
        url.bare.replacing("/\(format)/", with: "/pypi/"), ["s|/\(format)/|/pypi/|"])
    }
    guard !url.isIndex else { return nil }
    let change = url.toIndex
    return problem(
      "a URL that does not end in /simple/: no packages are found there", change?.right,
      change.map { [$0.script] } ?? [])
  }
}
