import ClientConfig
import CodeArtifact
import Platform

/// Whether Poetry uses codeartifact-keyring: the keyring of its own Python, its settings, and passwords that it finds first.
/// Source: Poetry 2.5 `utils/password_manager.py`, `utils/authenticator.py`
struct PoetryCheck: Check {
  /// An old password of Poetry's in Secret Service.
  struct OldEntry: Sendable, Equatable {
    let service: String
    let username: String
    let secret: StoredPassword
  }

  /// The settings of a project.
  private static let local = "poetry.toml"

  let area = Finding.Area.poetry
  let doctor: DoctorContext
  let pythons: PythonInterpreters
  let expectingBackend: Bool
  let oldEntries: [OldEntry]

  var findings: [Finding] {
    guard let poetry = doctor.clients.poetry else { return stored + [note("there is no poetry on PATH")] }
    guard let python = poetry.python else {
      return disabledKeyring + stored + [note("\(poetry.path) was not checked: its Python is unknown")]
    }
    guard let probe = pythons.probe(of: python) else {
      let reason = pythons.result(of: python)?.failure?.problem ?? "was not asked"
      return disabledKeyring + stored + [warning("Poetry's Python, \(python), \(reason)")]
    }
    let version = probe.packages["poetry"] ?? ""
    let own = keyring(of: probe, at: "Poetry (\(poetry.path))", expectingBackend: expectingBackend)
    let findings =
      [keyringSupport(version, probe), own].compactMap { $0 } + plugins(of: probe) + disabledKeyring + stored + uploads
    let keyring = probe.usesThisBackend ? " (keyring \(probe.keyring ?? "")) uses codeartifact-keyring" : ""
    return findings.orOK(.poetry, "Poetry \(version)\(keyring)")
  }

  private func keyringSupport(_ version: String, _ probe: PythonProbe) -> Finding? {
    if !version.isEmpty, Version(version) < Version("1.2") {
      return problem("Poetry \(version) does not ask keyring for a source's password", run: "poetry self update")
    }
    guard probe.keyring == nil, probe.failure == nil else { return nil }
    return problem(
      "Poetry \(version) has no keyring package: it gets no tokens", run: probe.pip("install keyring"))
  }

  // MARK: plugins

  /// Plugins for CodeArtifact: installed in Poetry's own Python, or required by the project in this folder.
  private func plugins(of probe: PythonProbe) -> [Finding] {
    func finding(
      _ name: String, _ version: String, _ title: String, at place: Location? = nil, run command: String
    ) -> Finding {
      // 1.0.3 and older import a name that Poetry 2 does not have (semgrep/poetry-codeartifact-plugin, pull request 17).
      let isBroken =
        name == "poetry-codeartifact-plugin" && Version(probe.packages["poetry"] ?? "0") >= Version("2")
        && Version(version) <= Version("1.0.3")
      return isBroken
        ? problem("\(title) cannot be loaded by Poetry 2: every poetry command fails", at: place, run: command)
        : note("\(title) is redundant: Poetry gets tokens without it", at: place, run: command)
    }
    let installed = probe.installed(of: AlternativePackages.plugins).map { name, version in
      finding(name, version, "\(name) \(version)", run: probe.pip("uninstall \(name)"))
    }
    // Poetry 2 installs these for the project.
    guard let file = doctor.pyproject, let required = Self.settings(of: file)?["requires-plugins"]?.table else {
      return installed
    }
    return installed
      + AlternativePackages.plugins.compactMap { name in
        required[name].map { value in
          let line = file.soleLine(value)
          return finding(
            name, "1.0.3", "\(name) in requires-plugins", at: file.place(value.source),
            run: line.map { EditCommand.delete($0...$0, of: file) } ?? EditCommand.open(file.path))
        }
      }
  }

  // MARK: settings

  /// `[tool.poetry]`.
  private static func settings(of file: SettingsFile) -> TOMLTable? { file.toml?["tool"]?.table?["poetry"]?.table }

  /// A file of the user's, or the project's `poetry.toml`.
  private func file(_ name: String) -> SettingsFile? {
    let directory = name == Self.local ? doctor.folder : PoetrySettings.directory(doctor.context)
    return directory.flatMap { SettingsFile("\($0)/\(name)", doctor.context) }
  }

  /// The command that unsets a setting in a file.
  private static func unset(_ key: String, in file: SettingsFile) -> String {
    "poetry config \(file.path.hasSuffix("/\(local)") ? "--local " : "")--unset \(shellWord(key))"
  }

  /// `keyring.enabled`, which is true by default.
  private var disabledKeyring: [Finding] {
    let variable = "POETRY_KEYRING_ENABLED"
    if let value = doctor.environment[variable] {
      // Poetry's own reading of a boolean.
      let isEnabled = ["true", "1"].contains(value.lowercased())
      let what = "\(variable)=\(oneLine(value, limit: 20)): Poetry does not use keyring"
      return isEnabled ? [] : [problem(what, run: "unset \(variable)")]
    }
    for file in [Self.local, "config.toml"].compactMap(file) {
      guard let setting = file.toml?["keyring"]?.table?["enabled"], let isEnabled = setting.bool else { continue }
      let what = "keyring.enabled is false: Poetry does not use keyring"
      return isEnabled
        ? [] : [problem(what, at: file.place(setting.source), run: Self.unset("keyring.enabled", in: file))]
    }
    return []
  }

  // MARK: publishing

  /// Sources of a package's project that lead to an index and have no repository of their name: `poetry publish -r` would
  /// upload to the index. Source: Poetry 2.5 `factory.py`
  private var uploads: [Finding] {
    // A project that is no package cannot be published.
    guard doctor.pyproject.flatMap(Self.settings)?["package-mode"]?.bool ?? true else { return [] }
    return doctor.repositories.filter { $0.tool == .poetry }.compactMap { source in
      let url = URLParts(source.url)
      guard !source.isForPublishing, url.isIndex, let name = source.name,
        !doctor.project.all.contains(where: { $0.tool == .poetry && $0.isForPublishing && $0.name == name })
      else { return nil }
      return note(
        "poetry publish -r \(oneLine(name, limit: 60)) uploads to its URL, which ends in /simple and "
          + "does not accept uploads", at: source.location,
        run: "poetry config \(shellWord("repositories.\(name)")) \(shellWord(url.forUploads))")
    }
  }

  // MARK: passwords

  private var stored: [Finding] { passwordsInFiles + passwordsInVariables + tokensInVariables + entries }

  private var names: Set<String> { doctor.sourceNames(.poetry) }

  private var passwordsInFiles: [Finding] {
    ["auth.toml", "config.toml", Self.local].compactMap(file).flatMap { file in
      let root = file.toml
      return ["http-basic", "pypi-token"].flatMap { kind in
        let table = root?[kind]?.table
        return (table?.keys ?? []).sorted().compactMap { name in
          let value = kind == "http-basic" ? table?[name]?.table?["password"] : table?[name]
          return value.flatMap { finding(file, kind, name, $0) }
        }
      }
    }
  }

  private func finding(_ file: SettingsFile, _ kind: String, _ name: String, _ value: TOMLValue) -> Finding? {
    guard let secret = value.string.map(secret), secret != .empty, names.contains(name) || secret.isToken else {
      return nil
    }
    let isToken = kind == "pypi-token"
    return password(
      secret, in: "\(kind).\(name)", "Poetry sends it\(isToken ? " with the user name __token__, not aws," : "")",
      at: file.place(value.source), isProblem: isToken,
      // If Poetry uses keyring, it looks for a token there only.
      run: (isToken ? "POETRY_KEYRING_ENABLED=false " : "") + Self.unset("\(kind).\(name)", in: file),
      // Only where the line holds nothing else: Poetry's own command edits the others.
      repair: secret.isToken ? file.soleLine(value).map { file.replacing($0, with: []) } : nil)
  }

  private var passwordsInVariables: [Finding] {
    sourceVariables(
      of: "Poetry", start: "POETRY_HTTP_BASIC_", known: Set(names.map(PoetrySettings.variables)),
      withoutUser: "sends it without a user name", sendsEmpty: false, userInFile: userInFile)
  }

  /// `poetry publish` sends them before anything else (measured with Poetry 2.5).
  private var tokensInVariables: [Finding] {
    let known = Set(names.map(PoetrySettings.tokenVariable))
    return doctor.environment.all.keys.filter { $0.hasPrefix(PoetrySettings.tokenVariables) }.sorted().compactMap {
      name in
      guard let secret = doctor.environment[name].map(secret), known.contains(name) || secret.isToken else {
        return nil
      }
      return password(
        secret, in: name, "poetry publish sends it with the user name __token__, not aws,", isProblem: true,
        run: "unset \(shellWord(name))")
    }
  }

  private func userInFile(for variable: String) -> String? {
    guard let basic = file("auth.toml")?.toml?["http-basic"]?.table else { return nil }
    return basic.keys.first { PoetrySettings.variables(ofSource: $0) == variable }.flatMap {
      basic[$0]?.table?["username"]?.string
    }
  }

  private var entries: [Finding] {
    oldEntries.map { entry in
      note(
        "Secret Service still has \(entry.secret.words) under \(entry.service); it is no longer used",
        run: "secret-tool clear service \(shellWord(entry.service)) username \(shellWord(entry.username))",
        repair: entry.secret.isToken ? .removeSecret(service: entry.service, username: entry.username) : nil)
    }
  }
}
