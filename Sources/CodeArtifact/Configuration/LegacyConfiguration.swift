import AWSCredentials
import Platform

/// The sections `[codeartifact …]` that a user wrote into `keyringrc.cfg` for keyrings.codeartifact. There a qualifier that
/// did not match could still apply; here it never does.
/// Source: the README of keyrings.codeartifact 2.1
enum LegacyConfiguration {
  /// The settings of all such sections. A file that is not there, or that nobody could read, has none.
  static func read(_ context: Context) -> [DomainSettings] {
    guard let directory = context.directories.sharedConfiguration,
      let bytes = try? context.files.read("\(directory)/python_keyring/keyringrc.cfg", limit: 1 << 20)
    else { return [] }
    let file = ConfigFile(path: "keyringrc.cfg", bytes: bytes)
    let sections = try? file.sections { header in
      let isWanted = header.kind == "codeartifact" || (header.kind.isEmpty && header.name == "codeartifact")
      return isWanted ? header.name : nil
    }
    return (sections ?? []).compactMap(domainSettings)
  }

  private static func domainSettings(_ header: SectionHeader, _ settings: [ConfigFile.Setting]) -> DomainSettings? {
    var domain = DomainSettings()
    domain.place = "keyringrc.cfg"
    let qualifiers = header.kind.isEmpty ? [] : header.name.split(separator: " ")
    for qualifier in qualifiers {
      let parts = qualifier.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let value = trimmed(parts[1].filter { $0 != "\"" && $0 != "'" })
      switch parts[0] {
      case "domain": domain.domain = value
      case "account": domain.owner = value
      case "region": domain.region = value
      case "name": domain.repository = value
      default: return nil
      }
    }
    func value(_ name: String) -> String? { settings.last { $0.name == name && !$0.value.isEmpty }?.value }
    domain.profile = value("profile_name")
    domain.duration = value("token_duration").flatMap { TokenDuration("\($0)s") }
    if let id = value("aws_access_key_id"), let secret = value("aws_secret_access_key") {
      domain.keys = Credentials(
        accessKeyID: id, secretAccessKey: secret, sessionToken: value("aws_session_token"))
    }
    return domain
  }
}
