import AWSCredentials
import ClientConfig
import Platform

/// The table `[tool.codeartifact-keyring]` that a team commits in its project's `pyproject.toml`: the profile for a
/// domain, and how long tokens are valid. It cannot name a program, an endpoint or a host, since anybody may have
/// written the project. The user's own settings take precedence.
enum ProjectSettings {
  private static let name = "codeartifact-keyring"
  /// The variables that choose an identity for one run, and so take precedence over the project's profile.
  private static let identityVariables = [
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ]

  /// The table of the nearest `pyproject.toml` upward that has it: a member of a workspace has a file of its own. A file
  /// that another user may have put there is not read. Every lookup reads them, so one is parsed only if it has this name.
  static func read(
    in directory: String = ".", _ context: Context
  ) throws(FailureRecord) -> [DomainSettings] {
    let file = "pyproject.toml"
    for folder in context.files.directories(upFrom: directory) {
      let path = FileSystem.path(of: file, in: folder)
      let content: [UInt8]?
      // One that cannot be read may have the table.
      do { content = try context.files.readTrusted(file, in: folder, limit: 4 << 20) } catch { return [] }
      guard let content else {
        context.trace(context.files.status(path) == nil ? "no \(path)" : "\(path) is another user's, and is not read")
        continue
      }
      guard contains(content, name), var domains = try TOMLFile(path: path, bytes: content).projectDomains() else {
        continue
      }
      let isIdentityChosen = identityVariables.contains { context.environment.credential($0) != nil }
      if isIdentityChosen { for index in domains.indices { domains[index].profile = nil } }
      return domains
    }
    return []
  }
}

extension TOMLFile {
  /// The settings of `[tool.codeartifact-keyring]`; nil without this table. A `tool` that is not a table is for others to
  /// complain about.
  func projectDomains() throws(FailureRecord) -> [DomainSettings]? {
    guard root["tool"]?.table != nil, let own = try tool("codeartifact-keyring") else { return nil }
    try checkProject(own, ["domain"], in: "[tool.codeartifact-keyring]")
    var domains: [DomainSettings] = []
    for table in try tables("domain", in: own) {
      try checkProject(table, ["match", "profile", "duration"], in: "[[tool.codeartifact-keyring.domain]]")
      var settings = try match(in: table)
      guard settings.domain != nil else {
        throw mistake(in: table, "[[tool.codeartifact-keyring.domain]] needs match = { domain = \"…\" }")
      }
      settings.profile = try checked("profile", in: table, Self.isSafeProfileName)
      settings.duration = try value("duration", in: table, Self.durations, TokenDuration.init)
      guard settings.profile != nil || settings.duration != nil else {
        throw mistake(in: table, "a [[tool.codeartifact-keyring.domain]] has neither profile nor duration")
      }
      settings.place = path
      domains.append(settings)
    }
    return domains
  }

  /// Whether a name of a profile is safe: the author of the project chose it, and commands in messages contain it.
  private static func isSafeProfileName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 128 else { return false }
    return text.isASCIILettersDigits(or: "_-.@/:+=,")
  }

  /// Rejects unknown settings, and those for the user alone: they run a program, change an endpoint or assume a role.
  private func checkProject(_ table: TOMLTable, _ known: [String], in place: String) throws(FailureRecord) {
    let own = ["role_arn", "provider", "store", "host", "endpoint_url", "credential_process"]
    for key in table.keys where own.contains(key) {
      throw mistake(
        key, in: table, "a project cannot set \(key): put it into ~/.config/codeartifact-keyring/config.toml")
    }
    try check(table, known, in: place)
  }
}
