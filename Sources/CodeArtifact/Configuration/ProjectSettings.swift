import AWSCredentials
import ClientConfig
import Platform

/// The table `[tool.codeartifact-keyring]` that a team commits in its project's `pyproject.toml`: which of the user's own
/// profiles a domain is signed in to with, and how long tokens live. It can name no program, no endpoint and no host, since
/// it comes with a repository that anybody may have written; and it stands back behind all that the user says himself.
enum ProjectSettings {
  private static let name = "codeartifact-keyring"
  /// What chooses an identity for one run, so that no profile needs to be named.
  private static let identities = [
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  ]

  /// The table of the nearest `pyproject.toml` from the working directory upward; nothing where that has none.
  /// Every lookup looks here: a file in which our name does not stand is not parsed.
  static func read(
    in directory: String = ".", _ context: Context
  ) throws(ConfigurationFailure) -> [DomainSettings] {
    let file = "pyproject.toml"
    guard let nearest = context.files.nearestDirectory(upFrom: directory, having: file) else { return [] }
    let path = FileSystem.path(of: file, in: nearest)
    guard let bytes = try? context.files.read(path, limit: 4 << 20), holds(bytes, name) else { return [] }
    let isChosen = identities.contains { context.environment.credential($0) != nil }
    var domains = try ConfigurationReader(path: path, bytes: bytes).projectDomains()
    if isChosen { for index in domains.indices { domains[index].profile = nil } }
    return domains
  }
}

extension ConfigurationReader {
  /// What `[tool.codeartifact-keyring]` says; nothing where there is no such table.
  func projectDomains() throws(ConfigurationFailure) -> [DomainSettings] {
    guard let tool = file.root["tool"]?.table, let value = tool["codeartifact-keyring"] else { return [] }
    guard let own = value.table else {
      throw file.mistake("codeartifact-keyring", in: tool, "tool.codeartifact-keyring is not a table")
    }
    try refuseTheUsersOwn(own)
    try check(own, ["domain"], in: "[tool.codeartifact-keyring]")
    var domains: [DomainSettings] = []
    for table in try file.tables("domain", in: own) {
      try refuseTheUsersOwn(table)
      try check(table, ["match", "profile", "duration"], in: "[[tool.codeartifact-keyring.domain]]")
      var settings = try match(in: table)
      guard settings.domain != nil else {
        throw mistake(in: table, "[[tool.codeartifact-keyring.domain]] needs match = { domain = \"…\" }")
      }
      settings.profile = try checked("profile", in: table, Self.isPlainProfile)
      settings.duration = try self.value("duration", in: table, Self.durations, TokenDuration.init)
      guard settings.profile != nil || settings.duration != nil else {
        throw mistake(in: table, "a [[tool.codeartifact-keyring.domain]] says neither profile nor duration")
      }
      settings.place = file.path
      domains.append(settings)
    }
    return domains
  }

  /// Whether a text looks like the name of a profile: it comes from somebody else, and stands in commands that messages tell
  /// people to run. The user's own settings may name any profile that AWS CLI knows.
  private static func isPlainProfile(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 128 else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "_-.@/:+=,".utf8.contains(byte)
      }
    }
  }

  /// What runs a program, moves an endpoint or takes a role on is the user's to say, not a project's.
  private func refuseTheUsersOwn(_ table: TOMLTable) throws(ConfigurationFailure) {
    let own = ["role_arn", "provider", "store", "host", "endpoint_url", "credential_process"]
    for key in table.keys where own.contains(key) {
      throw file.mistake(
        key, in: table, "\(key) is not for a project to say: put it into ~/.config/codeartifact-keyring/config.toml")
    }
  }
}
