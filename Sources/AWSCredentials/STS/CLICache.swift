import Crypto
import Platform

/// Role credentials that the AWS CLI left in `~/.aws/cli/cache`. Source: botocore's `CachedCredentialFetcher`.
struct CLICache {
  let inputs: ProviderInputs

  /// The CLI's key is the SHA-1 of the call's arguments as JSON, without a generated session name.
  func credentials(of role: AssumedRole) -> Credentials? {
    var arguments: [(String, String)] = []
    if let duration = role.duration { arguments.append(("DurationSeconds", String(duration))) }
    if let externalID = role.externalID { arguments.append(("ExternalId", jsonQuoted(externalID))) }
    arguments.append(("RoleArn", jsonQuoted(role.roleARN)))
    if let name = role.sessionName { arguments.append(("RoleSessionName", jsonQuoted(name))) }
    if let serial = role.mfaSerial { arguments.append(("SerialNumber", jsonQuoted(serial))) }
    return read("{" + arguments.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}")
  }

  /// The credentials of a role that SSO grants. For these the CLI writes its JSON without spaces.
  func credentials(ofSSO account: String, role: String, session: SSOSession) -> Credentials? {
    let last =
      session.name.map { "\"sessionName\":\(jsonQuoted($0))" } ?? "\"startUrl\":\(jsonQuoted(session.startURL))"
    return read("{\"accountId\":\(jsonQuoted(account)),\"roleName\":\(jsonQuoted(role)),\(last)}")
  }

  private func read(_ key: String) -> Credentials? {
    let name = hexadecimal(Insecure.SHA1.hash(data: Array(key.utf8)))
    guard let path = inputs.path("cli/cache/\(name).json"),
      let found = Credentials(processFormat: inputs.cached(path)?["Credentials"], token: "SessionToken"),
      let expiration = found.expiration, expiration > inputs.now + 60
    else { return nil }
    return found
  }
}
