import Platform
import TestSupport
import Testing

@testable import AWSCredentials

/// Settings of a user, and the credential source that they lead to.
struct ChainCase: CustomTestStringConvertible {
  let testDescription: String
  var variables: [String: String] = [:]
  var config = ""
  var credentials = ""
  var profile: String?
  var role: String?
  let plan: String

  /// The credential source for these settings.
  func source() throws -> CredentialSource {
    let world = try World(
      variables, files: [".aws/config": config, ".aws/credentials": credentials])
    return try SharedConfiguration(world.context).credentialSource(
      profile: profile.map { ($0, "config.toml") }, roleARN: role)
  }

  /// A source in a few words, for a table.
  static func words(_ source: CredentialSource) -> String {
    switch source {
    case .environment(let keys): "environment \(keys.accessKeyID)\(keys.sessionToken.map { "+\($0)" } ?? "")"
    case .configuredKeys(let keys, let location): "keys of \(location) \(keys.accessKeyID)"
    case .keys(let profile, let keys): "keys \(profile) \(keys.accessKeyID)\(keys.sessionToken.map { "+\($0)" } ?? "")"
    case .assumeRole(let role, let source): "role \(role.profile ?? "-") \(role.roleARN) < \(words(source))"
    case .webIdentity(let profile, let role, let file, let session):
      "web \(profile ?? "-") \(role) \(file) \(session ?? "-")"
    case .sso(let session, let account, let role):
      "sso \(session.profile) \(session.name ?? "-") \(session.startURL) \(session.region) \(account) \(role)"
    case .login(let profile, let session): "login \(profile) \(session)"
    case .credentialProcess(let profile, let command): "process \(profile) \(command)"
    case .container(let endpoint): "container \(endpoint)"
    case .instanceMetadata: "instance"
    }
  }
}

extension ChainCase {
  static let keys = ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s"]
  static let web = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/var/t", "AWS_ROLE_ARN": "arn:W"]
  static let dev = "[dev]\naws_access_key_id = AKDEV\naws_secret_access_key = s\n"
  static let sso = """
    sso_account_id = 1
    sso_role_name = R

    """

  static func with(_ more: [String: String], _ base: [String: String]) -> [String: String] {
    base.merging(more) { $1 }
  }
}
