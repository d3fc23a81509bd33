import Crypto
import Platform

/// Role credentials that the AWS CLI left in `~/.aws/cli/cache`. Source: botocore's `CachedCredentialFetcher`.
struct CLICache {
  let inputs: ProviderInputs

  /// The CLI's key is the SHA-1 of the call's arguments as JSON, without a generated session name.
  func credentials(of role: AssumedRole) -> Credentials? {
    let arguments: [(String, String?)] = [
      ("DurationSeconds", role.duration.map { String($0) }), ("ExternalId", role.externalID.map(jsonQuoted)),
      ("RoleArn", jsonQuoted(role.roleARN)), ("RoleSessionName", role.sessionName.map(jsonQuoted)),
      ("SerialNumber", role.mfaSerial.map(jsonQuoted)),
    ]
    let members = arguments.compactMap { name, value in value.map { "\"\(name)\": \($0)" } }
    return read("{" + members.joined(separator: ", ") + "}")
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
