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

  let area = Finding.Area.poetry
  let doctor: DoctorContext
  let clients: Clients
  let pythons: PythonInterpreters
  let expectingBackend: Bool
  let oldEntries: [OldEntry]

  var findings: [Finding] {
    guard let poetry = clients.poetry else {
      return stored + [note("there is no poetry on PATH")]
    }
    guard let python = poetry.python else {
      return disabledKeyring + stored + [note("\(poetry.path) was not checked: its Python is unknown")]
    }
    guard let probe = pythons.probe(of: python) else {
      var reason = "was not asked"
      if case .failure(let failure)? = pythons.result(of: python) { reason = failure.problem }
      return disabledKeyring + stored + [warning("Poetry's Python, \(python), \(reason)")]
    }
    let version = probe.packages["poetry"] ?? ""
    let own = keyring(of: probe, at: "Poetry (\(poetry.path))", expectingBackend: expectingBackend)
    let plugins = PoetryPluginCheck(probe: probe, doctor: doctor).findings
    let findings =
      [keyringSupport(version, probe), own].compactMap { $0 } + plugins + disabledKeyring + stored + uploads
    let keyring = probe.usesThisBackend ? " (keyring \(probe.keyring ?? "")) uses codeartifact-keyring" : ""
    return findings.orOK(.poetry, "Poetry \(version)\(keyring)")
  }

  private func keyringSupport(_ version: String, _ probe: PythonProbe) -> Finding? {
    if !version.isEmpty, Version(version) < Version("1.2") {
      return problem("Poetry \(version) does not ask keyring for a source's password", run: "poetry self update")
    }
    guard probe.keyring == nil, probe.failure == nil else { return nil }
    return problem(
      "Poetry \(version) has no keyring package: it gets no tokens",
      run: "\(shellWord(probe.executable)) -m pip install keyring")
  }

  // MARK: settings

  private func file(_ name: String, local: Bool = false) -> SettingsFile? {
    let directory = local ? doctor.folder : PoetrySettings.directory(doctor.context)
    return directory.flatMap { SettingsFile("\($0)/\(name)", doctor.context) }
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
    for (file, option) in [(file("poetry.toml", local: true), "--local "), (file("config.toml"), "")] {
      guard let file, let setting = file.toml?["keyring"]?.table?["enabled"], let isEnabled = setting.bool else {
        continue
      }
      let command = "poetry config \(option)--unset keyring.enabled"
      let what = "keyring.enabled is false: Poetry does not use keyring"
      return isEnabled ? [] : [problem(what, at: file.place(setting.source), run: command)]
    }
    return []
  }

  // MARK: publishing

  /// Sources of a package's project that lead to an index and have no repository of their name: `poetry publish -r` would
  /// upload to the index. Source: Poetry 2.5 `factory.py`
  private var uploads: [Finding] {
    guard let project = doctor.project, isPackage else { return [] }
    let sources = project.repositories(doctor.configuration).map(\.source).filter { $0.tool == .poetry }
    return sources.compactMap { source in
      let url = URLParts(source.url)
      guard !source.isForPublishing, url.isIndex, let name = source.name,
        !project.all.contains(where: { $0.tool == .poetry && $0.isForPublishing && $0.name == name })
      else { return nil }
      return note(
        "poetry publish -r \(oneLine(name, limit: 60)) uploads to its URL, which ends in /simple and "
          + "does not accept uploads", at: source.location,
        run: "poetry config \(shellWord("repositories.\(name)")) \(shellWord(url.forUploads))")
    }
  }

  /// Whether the project is one that can be published.
  private var isPackage: Bool {
    let settings = SettingsFile("\(doctor.folder)/pyproject.toml", doctor.context)?.toml
    return settings?["tool"]?.table?["poetry"]?.table?["package-mode"]?.bool ?? true
  }

  // MARK: passwords

  private var stored: [Finding] { passwordsInFiles + passwordsInVariables + entries }

  private var names: Set<String> { doctor.sourceNames(.poetry) }

  private var passwordsInFiles: [Finding] {
    [(file("auth.toml"), ""), (file("config.toml"), ""), (file("poetry.toml", local: true), "--local ")]
      .flatMap { file, option -> [Finding] in
        guard let file, let root = file.toml else { return [] }
        return ["http-basic", "pypi-token"].flatMap { kind in
          let table = root[kind]?.table
          return (table?.keys ?? []).sorted().compactMap { name in
            let value = kind == "http-basic" ? table?[name]?.table?["password"] : table?[name]
            return value.flatMap { finding(file, kind, name, $0, option: option) }
          }
        }
      }
  }

  private func finding(
    _ file: SettingsFile, _ kind: String, _ name: String, _ value: TOMLValue, option: String
  ) -> Finding? {
    guard let secret = value.string.map(secret), secret != .empty, names.contains(name) || secret.isToken else {
      return nil
    }
    let isToken = kind == "pypi-token"
    return password(
      secret, in: "\(kind).\(name)", "Poetry sends it\(isToken ? " with the user name __token__, not aws," : "")",
      at: file.place(value.source), isProblem: isToken,
      // If Poetry uses keyring, it looks for a token there only.
      run: (isToken ? "POETRY_KEYRING_ENABLED=false " : "")
        + "poetry config \(option)--unset \(shellWord("\(kind).\(name)"))",
      // Only where the line holds nothing else: Poetry's own command edits the others.
      repair: secret.isToken ? file.soleLine(value).map { file.replacing($0, with: []) } : nil)
  }

  private var passwordsInVariables: [Finding] {
    SourceVariablesCheck(
      area: area, doctor: doctor, client: "Poetry", start: "POETRY_HTTP_BASIC_",
      known: Set(names.map(PoetrySettings.variables)), withoutUser: "sends it without a user name", sendsEmpty: false,
      userInFile: userInFile
    ).findings
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
