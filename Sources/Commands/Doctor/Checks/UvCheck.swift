import ClientConfig
import CodeArtifact
import Platform

/// Whether uv uses codeartifact-keyring: its `keyring-provider`, its indexes, and passwords that it finds first.
/// Sources: https://docs.astral.sh/uv/concepts/configuration-files/ and https://docs.astral.sh/uv/concepts/authentication/
struct UvCheck {
  let doctor: DoctorContext
  let clients: Clients
  /// What `uv --version` said; nil where it did not say.
  let version: String?

  var findings: [Finding] {
    let stored = variables + indexVariables + publishing + ownStore
    guard let uv = clients.uv else { return stored + [Finding(.uv, .note, "there is no uv on PATH")] }
    guard let version else {
      return stored + [Finding(.uv, .warning, "\(uv) did not print its version", read: "\(shellWord(uv)) --version")]
    }
    if let mistake { return finding(mistake) + stored }
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
      .first { hasSettings($0) }
    let paths = [nearest].compactMap { $0 } + UvSettings.paths(doctor.context)
    return paths.compactMap { SettingsFile($0, doctor.context) }
  }

  /// The mistake for which uv cannot read one of its files.
  private var mistake: ConfigurationFailure? {
    for file in files {
      do { _ = try TOMLFile(path: file.path, bytes: file.bytes) } catch { return error }
    }
    return nil
  }

  private func finding(_ mistake: ConfigurationFailure) -> [Finding] {
    // Told of with the project's sources.
    if mistake.location == doctor.projectFailure?.location { return [] }
    return [UnreadableFile.finding(.uv, mistake, "uv cannot read this file")]
  }

  private var isWithoutFiles: Bool {
    doctor.environment["UV_NO_CONFIG"].map { ["1", "true"].contains($0.lowercased()) } ?? false
  }

  private func hasSettings(_ path: String) -> Bool {
    guard let file = SettingsFile(path, doctor.context) else { return false }
    return path.hasSuffix("/uv.toml") || Self.settings(of: file) != nil
  }

  /// The settings in a file: all of it, or `[tool.uv]`.
  private static func settings(of file: SettingsFile) -> TOMLTable? {
    let root = file.toml
    return file.path.hasSuffix("/pyproject.toml") ? root?["tool"]?.table?["uv"]?.table : root
  }

  private var provider: Finding? {
    let variable = "UV_KEYRING_PROVIDER"
    if let value = doctor.environment[variable] {
      return value == "subprocess"
        ? nil
        : Finding(
          .uv, .problem, "\(variable) is \(oneLine(value, limit: 40)): uv does not use codeartifact-keyring",
          run: "unset \(variable)")
    }
    let own = UvSettings.path(doctor.context)
    for file in files {
      guard let setting = Self.settings(of: file)?[UvSettings.provider], let value = setting.string else { continue }
      if value == "subprocess" { return nil }
      return Finding(
        .uv, .problem, "keyring-provider is \(oneLine(value, limit: 40)): uv does not use codeartifact-keyring",
        at: file.place(setting.source),
        run: file.path == own
          ? "\(Installation.name) configure uv"
          : Self.command(toChange: setting, value, in: file),
        repair: file.path == own ? .configure(.uv) : nil)
    }
    let notConfigured = "uv is not configured to use codeartifact-keyring (keyring-provider)"
    // What stops uv from reading the file that would be written.
    if let name = isWithoutFiles ? "UV_NO_CONFIG" : doctor.environment["UV_CONFIG_FILE"].map({ _ in "UV_CONFIG_FILE" })
    {
      return Finding(
        .uv, .problem, "\(notConfigured): \(name) stops it from reading the user's own file",
        run: "export \(variable)=subprocess")
    }
    return Finding(
      .uv, .problem, notConfigured, run: "\(Installation.name) configure uv", repair: .configure(.uv))
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

  /// URLs in variables.
  private var variables: [Finding] {
    Self.indexes.compactMap { name in
      guard let value = doctor.environment[name] else { return nil }
      let urls = URLParts.all(in: value).filter { $0.isRepository(doctor.configuration) }
      if let password = urls.compactMap(\.password).first {
        let secret = StoredPassword(password, now: doctor.now)
        return Finding(
          .uv, secret.severityInEnvironment, "\(name) holds \(secret.words): uv sends it instead of asking keyring",
          run: "unset \(name)")
      }
      guard name != "UV_PUBLISH_URL", let url = urls.first(where: { $0.user == nil }), !isNamedWithUser(value) else {
        return nil
      }
      return Finding(
        .uv, .problem, "\(name) has no aws@ in its URL: uv asks keyring only for a URL with a user name",
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

  /// `UV_INDEX_<NAME>_USERNAME` and `UV_INDEX_<NAME>_PASSWORD`.
  private var indexVariables: [Finding] {
    let prefix = "UV_INDEX_"
    let names = Set(doctor.sourceNames(.uv).map { UvSettings.variables(ofIndex: $0).dropFirst(prefix.count) })
    let passwords = doctor.variables(prefix, "_PASSWORD").compactMap { variable, password -> Finding? in
      let name = String(variable.dropFirst(prefix.count).dropLast("_PASSWORD".count))
      let secret = StoredPassword(password, now: doctor.now)
      guard names.contains(name[...]) || secret.isToken else { return nil }
      let user = "\(prefix)\(name)_USERNAME"
      guard doctor.environment[user] != nil else {
        return Finding(
          .uv, .problem, "\(variable) is set and \(user) is not: uv does not use it",
          run: "unset \(shellWord(variable))")
      }
      return Finding(
        .uv, secret.severityInEnvironment, "\(variable) holds \(secret.words): uv sends it instead of asking keyring",
        run: "unset \(shellWord(user)) \(shellWord(variable))")
    }
    let users = doctor.variables(prefix, "_USERNAME").compactMap { variable, user -> Finding? in
      let name = String(variable.dropFirst(prefix.count).dropLast("_USERNAME".count))
      guard names.contains(name[...]), user != AuthorizationToken.username,
        doctor.environment["\(prefix)\(name)_PASSWORD"] == nil
      else { return nil }
      return Finding(
        .uv, .problem, "\(variable) is not aws: only the user aws gets a token",
        run: "unset \(shellWord(variable))")
    }
    // With an empty password uv does not ask keyring, with or without a user.
    let empty = doctor.environment.all.filter { $0.value.isEmpty && $0.key.hasPrefix(prefix) }.keys.sorted()
      .compactMap { variable -> Finding? in
        guard variable.hasSuffix("_PASSWORD"),
          names.contains(variable.dropFirst(prefix.count).dropLast("_PASSWORD".count))
        else { return nil }
        return Finding(
          .uv, .problem, "\(variable) is empty: uv sends that instead of asking keyring",
          run: "unset \(shellWord(variable))")
      }
    return passwords + empty + users
  }

  private var publishing: [Finding] {
    let stored = ["UV_PUBLISH_PASSWORD", "UV_PUBLISH_TOKEN"].compactMap { name -> Finding? in
      guard let value = doctor.environment[name] else { return nil }
      let secret = StoredPassword(value, now: doctor.now)
      guard secret.isToken else { return nil }
      return Finding(
        .uv, name == "UV_PUBLISH_TOKEN" ? .problem : secret.severityInEnvironment,
        "\(name) holds \(secret.words): uv publish sends it instead of asking keyring", run: "unset \(name)")
    }
    guard stored.isEmpty, doctor.environment["UV_PUBLISH_USERNAME"] == nil,
      let source = doctor.project?.repositories(doctor.configuration).first(where: {
        $0.source.tool == .uv && $0.source.isForPublishing && URLParts($0.source.url).user == nil
          && !hasUser($0.source.name)
      })?.source
    else { return stored }
    return [
      Finding(
        .uv, .note, "uv publish asks keyring only with a user name",
        at: Finding.Place(file: source.place, line: source.line),
        run: "export UV_PUBLISH_USERNAME=aws")
    ]
  }

  // MARK: uv's own store

  /// What `uv auth login` stores: uv does not ask keyring for these.
  private var ownStore: [Finding] {
    guard let file = UvSettings.credentials(doctor.context).flatMap({ SettingsFile($0, doctor.context) }),
      let credentials = file.toml?["credential"]?.array
    else { return [] }
    let stored = credentials.map { Credential($0, in: file) }
    let isRemovable = stored.map { isCodeArtifact($0) && StoredPassword($0.password, now: doctor.now).isToken }
    let areAllRemovable = zip(stored, isRemovable).allSatisfy { $0.lines != nil && $1 }
    return stored.indices.compactMap { index in
      let credential = stored[index]
      guard isCodeArtifact(credential) else { return nil }
      let secret = StoredPassword(credential.password, now: doctor.now)
      // uv rejects a file without this key.
      let rest = areAllRemovable && index == 0 ? Array("credential = []\n".utf8) : []
      return Finding(
        .uv, secret.severityInFile,
        "uv's own store holds \(secret.words) for \(hostName(of: credential.service)): uv sends it instead of asking keyring",
        at: file.place(credential.place),
        run: "uv auth logout \(shellWord(URLParts(credential.service).bare)) "
          + "--username \(shellWord(credential.user ?? AuthorizationToken.username))",
        repair: isRemovable[index] ? credential.lines.map { file.replacing($0, with: rest) } : nil)
    }
  }

  /// An entry of uv's own store.
  private struct Credential {
    let service: String
    let user: String?
    /// Secret.
    let password: String
    /// Where the password stands, or else the entry.
    let place: SourceRange
    /// All its lines; nil if it shares a line with something else.
    let lines: Range<Int>?

    init(_ item: TOMLValue, in file: SettingsFile) {
      let table = item.table
      service = table?["service"]?.string ?? ""
      user = table?["username"]?.string
      password = table?["password"]?.string ?? ""
      place = table?["password"]?.source ?? item.source
      lines = table.flatMap { file.lines(of: $0) }
    }
  }

  private func isCodeArtifact(_ credential: Credential) -> Bool {
    URLParts(credential.service).isRepository(doctor.configuration)
  }
}
