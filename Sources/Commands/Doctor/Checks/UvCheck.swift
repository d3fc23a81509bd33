import ClientConfig
import CodeArtifact
import Platform

/// Whether uv uses codeartifact-keyring: its `keyring-provider`, its indexes, and passwords that it finds first.
/// Sources: https://docs.astral.sh/uv/concepts/configuration-files/ and https://docs.astral.sh/uv/concepts/authentication/
struct UvCheck: Check {
  let area = Finding.Area.uv
  let doctor: DoctorContext
  /// What `uv --version` said; nil where it did not say.
  let version: String?

  var findings: [Finding] {
    let stored = variables + indexVariables + publishing + ownStore
    guard let uv = doctor.clients.uv else { return stored + [note("there is no uv on PATH")] }
    guard let version else {
      return stored + [Finding(area, .warning, "\(uv) did not print its version", read: "\(shellWord(uv)) --version")]
    }
    if let mistake {
      // Those of the project's sources are reported with them.
      let isKnown = mistake.location == doctor.projectFailure?.location
      return (isKnown ? [] : [unreadable(mistake, "uv cannot read this file")]) + stored
    }
    return ([provider].compactMap { $0 } + stored).orOK(.uv, "uv \(version) uses codeartifact-keyring")
  }

  // MARK: keyring-provider

  /// uv's files, in order of precedence.
  private var files: [SettingsFile] {
    if isWithoutFiles { return [] }
    if let path = doctor.environment["UV_CONFIG_FILE"] {
      return [SettingsFile(path, doctor.context)].compactMap { $0 }
    }
    let nearest = doctor.context.files.directories(upFrom: doctor.directory).lazy
      .flatMap { directory in ["uv.toml", "pyproject.toml"].map { FileSystem.path(of: $0, in: directory) } }
      .compactMap { SettingsFile($0, doctor.context) }
      .first { $0.path.hasSuffix("/uv.toml") || Self.settings(of: $0) != nil }
    return [nearest].compactMap { $0 }
      + UvSettings.paths(doctor.context).compactMap { SettingsFile($0, doctor.context) }
  }

  /// The mistake for which uv cannot read one of its files.
  private var mistake: FailureRecord? {
    for file in files {
      do { _ = try TOMLFile(path: file.path, bytes: file.bytes) } catch { return error }
    }
    return nil
  }

  private var isWithoutFiles: Bool {
    doctor.environment["UV_NO_CONFIG"].map { ["1", "true"].contains($0.lowercased()) } ?? false
  }

  /// The settings in a file: all of it, or `[tool.uv]`.
  private static func settings(of file: SettingsFile) -> TOMLTable? {
    let root = file.toml
    return file.path.hasSuffix("/pyproject.toml") ? root?["tool"]?.table?["uv"]?.table : root
  }

  /// The setting that takes precedence.
  private var provider: Finding? {
    let own = UvSettings.path(doctor.context)
    let settings = files.lazy.compactMap { file -> KeyringProvider? in
      guard let setting = Self.settings(of: file)?[UvSettings.provider], let value = setting.string else { return nil }
      return KeyringProvider(
        value: value, place: file.place(setting.source),
        command: file.path == own ? nil : Self.command(toChange: setting, value, in: file))
    }
    let named = doctor.environment["UV_CONFIG_FILE"].map { _ in "UV_CONFIG_FILE" }
    return keyringProvider(of: .uv, inFiles: settings.first, obstacle: isWithoutFiles ? "UV_NO_CONFIG" : named)
  }

  /// Changes a value in one or the other kind of quotes.
  private static func command(toChange setting: TOMLValue, _ value: String, in file: SettingsFile) -> String {
    let isPlain = value.utf8.allSatisfy { $0.isASCIILowercase || $0 == UInt8(ascii: "-") }
    let line = setting.source.line - 1
    // The value has to be the word in two quotes, on the line of its key.
    guard isPlain, setting.source.bytes.count == value.utf8.count + 2, setting.keySource.line - 1 == line else {
      return EditCommand.open(file.path)
    }
    return EditCommand.change(
      line, of: file.path, ["s/\\(keyring-provider[\"']* *= *\\)[\"']\(value)[\"']/\\1\"subprocess\"/"])
  }

  // MARK: variables

  private static let indexes = ["UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_PUBLISH_URL"]

  private var variables: [Finding] {
    Self.indexes.compactMap { name in
      guard let value = doctor.environment[name] else { return nil }
      let urls = URLParts.all(in: value).filter { $0.isRepository(doctor.configuration) }
      if let text = urls.compactMap(\.password).first {
        return password(secret(text), in: name, "uv sends it", run: "unset \(name)")
      }
      guard name != "UV_PUBLISH_URL", let url = urls.first(where: { $0.user == nil }), !isNamedWithUser(value) else {
        return nil
      }
      return problem(
        "\(name) has no aws@ in its URL: uv asks keyring only for a URL with a user name",
        run: "export \(name)=\(shellWord(url.with(user: AuthorizationToken.username)))")
    }
  }

  /// Whether all indexes in a variable are named (`acme=https://…`), and a variable says whose they are.
  private func isNamedWithUser(_ value: String) -> Bool {
    value.split(separator: " ").allSatisfy { index in
      guard let equals = index.firstIndex(of: "="), let scheme = index.firstRange(of: "://"), equals < scheme.lowerBound
      else { return false }
      return hasUser(String(index[..<equals]))
    }
  }

  /// Whether a variable names the user of an index.
  func hasUser(_ index: String?) -> Bool {
    guard let index else { return false }
    return doctor.environment["\(UvSettings.variables(ofIndex: index))_USERNAME"] != nil
  }

  private var indexVariables: [Finding] {
    sourceVariables(
      of: "uv", start: "UV_INDEX_", known: Set(doctor.sourceNames(.uv).map(UvSettings.variables)),
      withoutUser: "does not use it", sendsEmpty: true)
  }

  private var publishing: [Finding] {
    let stored = ["UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN"].compactMap { name -> Finding? in
      guard let secret = doctor.environment[name].map(secret), secret.isToken else { return nil }
      return password(
        secret, in: name, "uv publish sends it", isProblem: name == "UV_PUBLISH_TOKEN", run: "unset \(name)")
    }
    guard stored.isEmpty, doctor.environment["UV_PUBLISH_USERNAME"] == nil,
      let source = doctor.repositories.first(where: {
        $0.tool == .uv && $0.isForPublishing && URLParts($0.url).user == nil && !hasUser($0.name)
      })
    else { return stored }
    return [
      note(
        "uv publish asks keyring only with a user name", at: source.location, run: "export UV_PUBLISH_USERNAME=aws")
    ]
  }

  // MARK: uv's own store

  /// What `uv auth login` stores: uv does not ask keyring for these.
  private var ownStore: [Finding] {
    guard let file = UvSettings.credentials(doctor.context).flatMap({ SettingsFile($0, doctor.context) }),
      let credentials = file.toml?["credential"]?.array
    else { return [] }
    let entries = credentials.map { item in
      let (table, password) = (item.table, item.table?["password"])
      let service = table?["service"]?.string ?? ""
      let secret = secret(password?.string ?? "")
      return (
        service: service, user: table?["username"]?.string ?? AuthorizationToken.username, secret: secret,
        place: (password ?? item).source,
        // Nil if it stays, or if it shares a line with something else.
        removable: isRepository(service) && secret.isToken ? table.flatMap { file.lines(of: $0) } : nil
      )
    }
    // uv rejects a file without this key.
    let rest = entries.allSatisfy { $0.removable != nil } ? Array("credential = []\n".utf8) : []
    return entries.enumerated().filter { isRepository($1.service) }.map { index, entry in
      password(
        entry.secret, in: "the entry of \(hostName(of: entry.service)) in uv's own store", "uv sends it",
        at: file.place(entry.place),
        run: "uv auth logout \(shellWord(URLParts(entry.service).bare)) --username \(shellWord(entry.user))",
        repair: entry.removable.map { file.replacing($0, with: index == 0 ? rest : []) })
    }
  }
}
