import AWSCredentials
import ClientConfig
import Platform

/// The sections `[codeartifact …]` in `keyringrc.cfg`, written for keyrings.codeartifact. Unlike in
/// keyrings.codeartifact, a section with a qualifier that does not match is never used.
/// Source: the README of keyrings.codeartifact 2.1
enum LegacyConfiguration {
  /// The settings of all such sections; none where the file cannot be read.
  static func read(_ context: Context) -> [DomainSettings] {
    guard let path = PythonKeyringSettings.path(context), let bytes = try? context.files.read(path, limit: 1 << 20),
      contains(bytes, "[codeartifact")
    else { return [] }
    let file = INIDocument(bytes)
    return file.brokenLine == nil ? file.headers.compactMap { domainSettings($0.section, file, path) } : []
  }

  private static func domainSettings(_ section: String, _ file: INIDocument, _ path: String) -> DomainSettings? {
    let words = section.split(whereSeparator: \.isWhitespace)
    guard words.first == "codeartifact" else { return nil }
    var domain = DomainSettings()
    domain.place = "keyringrc.cfg"
    for qualifier in words.dropFirst() {
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
    func value(_ name: String) -> String? { (file.value([name], in: section)?.value).flatMap { $0.isEmpty ? nil : $0 } }
    domain.profile = value("profile_name")
    domain.duration = value("token_duration").flatMap { TokenDuration("\($0)s") }
    if let id = value("aws_access_key_id"), let secret = value("aws_secret_access_key") {
      domain.keys = .configuredKeys(
        Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: value("aws_session_token")),
        at: .file(path, line: file.value(["aws_access_key_id"], in: section).map { $0.index + 1 }))
    }
    return domain
  }
}
