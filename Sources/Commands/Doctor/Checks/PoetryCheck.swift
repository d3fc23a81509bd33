import ClientConfig
import CodeArtifact
import Platform

/// Whether Poetry uses codeartifact-keyring: the keyring of its own Python, its settings, and passwords that it finds first.
/// Source: Poetry 2.5 `utils/password_manager.py`, `utils/authenticator.py`
struct PoetryCheck {
  /// An old password of Poetry's in Secret Service.
  struct OldEntry: Sendable, Equatable {
    let service: String
    let username: String
    let secret: StoredPassword
  }

  let doctor: DoctorContext
  let clients: Clients
  let pythons: PythonInterpreters
  let expectingBackend: Bool
  let oldEntries: [OldEntry]

  var findings: [Finding] {
    guard let poetry = clients.poetry else {
      return stored + [Finding(.poetry, .note, "there is no poetry on PATH")]
    }
    guard let python = poetry.python else {
      return disabledKeyring + stored
        + [
          Finding(.poetry, .note, "\(poetry.path) was not checked: its Python is unknown")
        ]
    }
    guard let probe = pythons.probe(of: python) else {
      var reason = "was not asked"
      if case .failure(let failure)? = pythons.result(of: python) { reason = failure.reason }
      return disabledKeyring + stored + [Finding(.poetry, .warning, "Poetry's Python, \(python), \(reason)")]
    }
    let version = probe.packages["poetry"] ?? ""
    let own = KeyringCheck.finding(
      probe, at: "Poetry (\(poetry.path))", doctor, expectingBackend: expectingBackend, area: .poetry)
    let plugins = PoetryPluginCheck(probe: probe, doctor: doctor).findings
    let findings =
      [keyringSupport(version, probe), own].compactMap { $0 } + plugins + disabledKeyring + stored + uploads
    let keyring = probe.usesThisBackend ? " (keyring \(probe.keyring ?? "")) uses codeartifact-keyring" : ""
    return findings.orOK(.poetry, "Poetry \(version)\(keyring)")
  }

  private func keyringSupport(_ version: String, _ probe: PythonProbe) -> Finding? {
    if !version.isEmpty, Version(version) < Version("1.2") {
      return Finding(
        .poetry, .problem, "Poetry \(version) does not ask keyring for a source's password", run: "poetry self update")
    }
    guard probe.keyring == nil, probe.failure == nil else { return nil }
    return Finding(
      .poetry, .problem, "Poetry \(version) has no keyring package: it gets no tokens",
      run: "\(shellWord(probe.executable)) -m pip install keyring")
  }

  // MARK: settings

  private func file(_ name: String, local: Bool = false) -> SettingsFile? {
    let directory = local ? doctor.folder : PoetrySettings.directory(doctor.context)
    return directory.flatMap { SettingsFile("\($0)/\(name)", doctor.context) }
  }

  /// `keyring.enabled`, which is true by default.
  private var disabledKeyring: [Finding] {
    let what = "keyring.enabled is false: Poetry does not use keyring"
    let variable = "POETRY_KEYRING_ENABLED"
    if let value = doctor.environment[variable] {
      // Poetry's own reading of a boolean.
      return ["true", "1"].contains(value.lowercased())
        ? []
        : [
          Finding(
            .poetry, .problem, "\(variable)=\(oneLine(value, limit: 20)): Poetry does not use keyring",
            run: "unset \(variable)")
        ]
    }
    for (file, option) in [(file("poetry.toml", local: true), "--local "), (file("config.toml"), "")] {
      guard let file, let setting = file.toml?["keyring"]?.table?["enabled"], let isEnabled = setting.bool else {
        continue
      }
      return isEnabled
        ? []
        : [
          Finding(
            .poetry, .problem, what, at: file.place(setting.source),
            run: "poetry config \(option)--unset keyring.enabled")
        ]
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
      return Finding(
        .poetry, .note,
        "poetry publish -r \(oneLine(name, limit: 60)) uploads to its URL, which ends in /simple and "
          + "does not accept uploads", at: Finding.Place(file: source.place, line: source.line),
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
        let basic = root["http-basic"]?.table
        let passwords = (basic?.keys ?? []).sorted().compactMap { name in
          basic?[name]?.table?["password"].map { ("http-basic", name, $0) }
        }
        let tokens = root["pypi-token"]?.table
        let pypiTokens = (tokens?.keys ?? []).sorted().compactMap { name in
          tokens?[name].map { ("pypi-token", name, $0) }
        }
        return (passwords + pypiTokens).compactMap { kind, name, password in
          finding(file, kind, name, password, option: option)
        }
      }
  }

  private func finding(
    _ file: SettingsFile, _ kind: String, _ name: String, _ value: TOMLValue, option: String
  ) -> Finding? {
    guard let password = value.string else { return nil }
    let secret = StoredPassword(password, now: doctor.now)
    guard !password.isEmpty, names.contains(name) || secret.isToken else { return nil }
    // Only where the line holds nothing else: Poetry's own command edits the others.
    let own = file.soleLine(value)
    let what =
      kind == "http-basic"
      ? secret.words : "\(secret.words), which CodeArtifact does not accept from the user __token__,"
    return Finding(
      .poetry, kind == "http-basic" ? secret.severityInFile : .problem,
      "\(kind).\(name) holds \(what) and Poetry sends it instead of asking keyring",
      at: file.place(value.source),
      // If Poetry uses keyring, it looks for a token there only.
      run: (kind == "pypi-token" ? "POETRY_KEYRING_ENABLED=false " : "")
        + "poetry config \(option)--unset \(shellWord("\(kind).\(name)"))",
      repair: secret.isToken ? own.map { file.replacing($0, with: []) } : nil)
  }

  private var passwordsInVariables: [Finding] {
    let prefix = "POETRY_HTTP_BASIC_"
    var credentials: [String: (user: String?, password: String?)] = [:]
    for (name, value) in doctor.variables(prefix, "_USERNAME") {
      credentials[String(name.dropFirst(prefix.count).dropLast("_USERNAME".count)), default: (nil, nil)].user = value
    }
    for (name, value) in doctor.variables(prefix, "_PASSWORD") {
      credentials[String(name.dropFirst(prefix.count).dropLast("_PASSWORD".count)), default: (nil, nil)].password =
        value
    }
    return credentials.sorted { $0.key < $1.key }.compactMap { name, credential in
      let isKnown = names.contains { PoetrySettings.variables(ofSource: $0) == prefix + name }
      let (userName, passwordName) = ("\(prefix)\(name)_USERNAME", "\(prefix)\(name)_PASSWORD")
      let user = credential.user ?? userInFile(for: prefix + name)
      guard let password = credential.password else {
        guard isKnown, let user, user != AuthorizationToken.username else { return nil }
        return Finding(
          .poetry, .problem, "\(userName) is not aws: only the user aws gets a token",
          run: "unset \(shellWord(userName))")
      }
      let secret = StoredPassword(password, now: doctor.now)
      guard isKnown || secret.isToken else { return nil }
      guard let user else {
        return Finding(
          .poetry, .problem, "\(passwordName) is set and \(userName) is not: Poetry sends it without a user name",
          run: "unset \(shellWord(passwordName))")
      }
      let isRightUser = user == AuthorizationToken.username
      return Finding(
        .poetry, isRightUser ? secret.severityInEnvironment : .problem,
        "\(passwordName) holds \(secret.words): Poetry sends it"
          + (isRightUser ? "" : " with a user name other than aws,")
          + " instead of asking keyring", run: "unset \(shellWord(userName)) \(shellWord(passwordName))")
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
      Finding(
        .poetry, .note,
        "Secret Service still has \(entry.secret.words) under \(entry.service); it is no longer used",
        run: "secret-tool clear service \(shellWord(entry.service)) username \(shellWord(entry.username))",
        repair: entry.secret.isToken ? .removeSecret(service: entry.service, username: entry.username) : nil)
    }
  }
}
