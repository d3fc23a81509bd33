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
      let isKnown = mistake.location == doctor.project.failure?.location
      return (isKnown ? [] : [unreadable(mistake, "uv cannot read this file")]) + stored
    }
    return ([provider, pipProvider].compactMap { $0 } + stored).orOK(.uv, "uv \(version) uses codeartifact-keyring")
  }

  // MARK: keyring-provider

  /// uv's files, in order of precedence.
  private var files: [SettingsFile] {
    let others = UvSettings.paths(doctor.context).compactMap { SettingsFile($0, doctor.context) }
    if UvSettings.isWithoutFiles(doctor.context) || UvSettings.named(doctor.context) != nil { return others }
    let nearest = doctor.context.files.directories(upFrom: doctor.directory).lazy
      .flatMap { directory in ["uv.toml", "pyproject.toml"].map { FileSystem.path(of: $0, in: directory) } }
      .compactMap { SettingsFile($0, doctor.context) }
      .first { $0.path.hasSuffix("/uv.toml") || Self.settings(of: $0) != nil }
    return [nearest].compactMap { $0 } + others
  }

  /// The mistake for which uv cannot read one of its files.
  private var mistake: FailureRecord? {
    for file in files {
      do { _ = try TOMLFile(path: file.path, bytes: file.bytes) } catch { return error }
    }
    return nil
  }

  /// The settings in a file: all of it, or `[tool.uv]`.
  private static func settings(of file: SettingsFile) -> TOMLTable? {
    let root = file.toml
    return file.path.hasSuffix("/pyproject.toml") ? root?["tool"]?.table?["uv"]?.table : root
  }

  /// The setting that takes precedence among those that uv's files have in a table.
  private func setting(
    _ table: (TOMLTable) -> TOMLTable?
  ) -> (file: SettingsFile, value: String, place: Location, command: String)? {
    for file in files {
      if let setting = Self.settings(of: file).flatMap(table)?[UvSettings.provider], let value = setting.string {
        return (file, value, file.place(setting.source), Self.command(toChange: setting, value, in: file))
      }
    }
    return nil
  }

  private var provider: Finding? {
    let own = UvSettings.path(doctor.context)
    let inFiles = setting { $0 }.map {
      KeyringProvider(value: $0.value, place: $0.place, command: $0.file.path == own ? nil : $0.command)
    }
    let named = UvSettings.named(doctor.context).map { _ in "UV_CONFIG_FILE" }
    return keyringProvider(
      of: .uv, inFiles: inFiles, obstacle: UvSettings.isWithoutFiles(doctor.context) ? "UV_NO_CONFIG" : named)
  }

  /// `[pip]`, which `uv pip` prefers in any of the files (measured with uv 0.13.9); a variable takes precedence over it.
  private var pipProvider: Finding? {
    guard doctor.environment["UV_KEYRING_PROVIDER"] == nil, let setting = setting({ $0["pip"]?.table }),
      setting.value != "subprocess"
    else { return nil }
    return problem(
      "keyring-provider of [pip] is \(oneLine(setting.value, limit: 40)): uv pip does not use codeartifact-keyring",
      at: setting.place, run: setting.command)
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
      line, of: file, ["s/\\(keyring-provider[\"']* *= *\\)[\"']\(value)[\"']/\\1\"subprocess\"/"])
  }

  // MARK: variables

  private static let indexes = ["UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_PUBLISH_URL"]

  private var variables: [Finding] {
    Self.indexes.compactMap { name in
      guard let value = doctor.environment[name] else { return nil }
      let all = URLParts.all(in: value)
      let urls = all.filter { $0.isRepository(doctor.configuration) }
      func change(_ right: (URLParts) -> String?) -> String? {
        URLParts.replacing(in: value) { $0.isRepository(doctor.configuration) ? right($0) : nil }
          .map { "export \(name)=\(shellWord($0))" }
      }
      let withUser = change { $0.with(user: AuthorizationToken.username) }
      if let text = urls.compactMap(\.password).first {
        return password(secret(text), in: name, "uv sends it", run: all.count == 1 ? "unset \(name)" : withUser)
      }
      let isForPublishing = name == "UV_PUBLISH_URL"
      func mistake(_ url: URLParts) -> (what: String, right: String?)? {
        url.mistake(doctor.configuration, isForPublishing: isForPublishing)
          ?? (isForPublishing && url.isIndex
            ? ("a URL that ends in /simple, which does not accept uploads", url.forUploads) : nil)
      }
      if let found = urls.lazy.compactMap(mistake).first {
        let command = change { url in
          let right = mistake(url)?.right
          return isForPublishing && url.user == nil
            ? right : right.map { URLParts($0).with(user: AuthorizationToken.username) }
        }
        return problem("\(name) has \(found.what)", run: found.right == nil ? nil : command)
      }
      guard !isForPublishing, urls.contains(where: { $0.user == nil }), !isNamedWithUser(value) else {
        return nil
      }
      return problem(
        "\(name) has no aws@ in its URL: uv asks keyring only for a URL with a user name", run: withUser)
    }
  }

  /// Whether all repositories without a user in a variable are named (`acme=https://…`), and a variable says whose they are.
  private func isNamedWithUser(_ value: String) -> Bool {
    value.split(whereSeparator: \.isWhitespace).allSatisfy { index in
      guard URLParts.all(in: index).contains(where: { $0.user == nil && $0.isRepository(doctor.configuration) }) else {
        return true
      }
      let name = index.prefix { $0 != ":" }
      return name.lastIndex(of: "=").map { doctor.hasUser(uvIndex: String(name[..<$0])) } ?? false
    }
  }

  private var indexVariables: [Finding] {
    sourceVariables(
      of: "uv", start: "UV_INDEX_", known: Set(doctor.sourceNames(.uv).map(UvSettings.variables)),
      withoutUser: "does not use it", sendsEmpty: true)
  }

  private var publishing: [Finding] {
    let stored = ["UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN"].compactMap { name -> Finding? in
      guard let secret = doctor.environment[name].map(secret),
        secret.isToken || isRepository(doctor.environment["UV_PUBLISH_URL"])
      else { return nil }
      return password(
        secret, in: name, "uv publish sends it", isProblem: name == "UV_PUBLISH_TOKEN", run: "unset \(name)")
    }
    guard stored.isEmpty, doctor.environment["UV_PUBLISH_USERNAME"] == nil,
      let source = doctor.repositories.first(where: {
        $0.tool == .uv && $0.isForPublishing && URLParts($0.url).user == nil && !doctor.hasUser(uvIndex: $0.name)
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
