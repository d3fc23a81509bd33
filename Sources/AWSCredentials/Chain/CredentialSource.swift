import Platform

/// The source of this user's AWS credentials, found from configuration and environment alone: no network, no process.
/// It is also the identity that a cached token belongs to.
public indirect enum CredentialSource: Sendable, Equatable {
  /// `AWS_ACCESS_KEY_ID` and its companions.
  case environment(Credentials)
  /// Keys written in a profile.
  case keys(profile: String, Credentials)
  /// Keys written in a file of settings that is not one of AWS's, such as keyring's `keyringrc.cfg`.
  case configuredKeys(Credentials, at: Location)
  /// A role, assumed with other credentials through STS.
  case assumeRole(AssumedRole, source: CredentialSource)
  /// A role, assumed with a token of an identity provider.
  case webIdentity(profile: String?, roleARN: String, tokenFile: String, sessionName: String?)
  /// A role that AWS IAM Identity Center grants.
  case sso(SSOSession, account: String, role: String)
  /// A session of `aws login`.
  case login(profile: String, session: String)
  /// The output of a program.
  case credentialProcess(profile: String, command: String)
  /// The container's own role.
  case container(endpoint: String)
  /// The EC2 instance's own role.
  case instanceMetadata
}

/// A role to assume, and how.
public struct AssumedRole: Sendable, Equatable {
  /// The profile that names it; nil when this program's configuration does.
  public let profile: String?
  /// The role.
  public let roleARN: String
  /// What the role's owner requires of third parties.
  public internal(set) var externalID: String?
  /// The MFA device whose code is asked for.
  public internal(set) var mfaSerial: String?
  /// Seconds for which the role's credentials are valid; nil for AWS's default.
  public internal(set) var duration: Int?
  /// The session's name in AWS's logs; nil for a generated one.
  public internal(set) var sessionName: String?
}

extension CredentialSource {
  /// The profile that it begins with; nil if it uses none.
  public var profile: String? {
    switch self {
    case .environment, .configuredKeys, .container, .instanceMetadata: nil
    case .keys(let profile, _), .login(let profile, _), .credentialProcess(let profile, _): profile
    case .sso(let session, _, _): session.profile
    case .assumeRole(let role, let source): role.profile ?? source.profile
    case .webIdentity(let profile, _, _, _): profile
    }
  }

  /// Whether its identity depends on the container or machine: the source is the same, but each has its own role.
  public var dependsOnHost: Bool {
    switch base {
    case .container, .instanceMetadata: true
    default: false
    }
  }

  /// What to do about a wrong secret. Where AWS issued it, only the clock can be wrong.
  var newSecret: Remedy {
    switch self {
    case .environment: .set("AWS_SECRET_ACCESS_KEY", to: "the secret of AWS_ACCESS_KEY_ID")
    case .keys(let profile, _): .aws("configure", profile, otherwise: .correctKeys(of: profile))
    default: ownNewKeys ?? .checkClock
    }
  }

  /// What to do about keys that AWS does not know.
  var newKeys: Remedy {
    if let ownNewKeys { return ownNewKeys }
    let command = "aws sts get-caller-identity" + (profile.map { " --profile \(shellWord($0))" } ?? "")
    let byHand: Remedy =
      if case .keys(let profile, _) = self { .correctKeys(of: profile) } else {
        .advice("Get new keys where they came from")
      }
    return .withAWSCLI(.inspect(command), otherwise: byHand)
  }

  /// What to do about keys that AWS's tools know nothing of; nil for any other source.
  var ownNewKeys: Remedy? {
    guard case .configuredKeys(_, let location) = self else { return nil }
    return .edit(location, "Replace aws_access_key_id and aws_secret_access_key")
  }

  /// Where it is configured: the line of a profile, or a variable. Nil for a role of the machine.
  public func location(in configuration: SharedConfiguration) -> Location? {
    func line(_ profile: String?, _ keys: String...) -> Location? {
      guard let profile, let found = try? configuration.profile(profile) else { return nil }
      return found.location(of: keys.first(where: found.mentions) ?? keys[0])
    }
    switch self {
    case .environment: return .variable("AWS_ACCESS_KEY_ID")
    case .keys(let profile, _): return line(profile, "aws_access_key_id")
    case .configuredKeys(_, let location): return location
    case .assumeRole(let role, let source): return line(role.profile, "role_arn") ?? source.location(in: configuration)
    case .webIdentity(let profile, _, _, _):
      return line(profile, "web_identity_token_file") ?? .variable("AWS_WEB_IDENTITY_TOKEN_FILE")
    case .sso(let session, _, _): return line(session.profile, "sso_session", "sso_start_url", "sso_account_id")
    case .login(let profile, _): return line(profile, "login_session")
    case .credentialProcess(let profile, _): return line(profile, "credential_process")
    case .container, .instanceMetadata: return nil
    }
  }

  /// The source at the end of a chain of roles.
  public var base: CredentialSource {
    guard case .assumeRole(_, let source) = self else { return self }
    return source.base
  }

  /// Where the credentials come from, for messages: `profile "dev" (role arn:… from profile "base")`.
  public var title: String {
    switch self {
    case .environment: "the environment (AWS_ACCESS_KEY_ID)"
    case .keys(let profile, _): "profile \"\(profile)\""
    case .configuredKeys(_, let location): location.fileName
    case .assumeRole(let role, let source):
      if let profile = role.profile {
        "profile \"\(profile)\" (role \(role.roleARN) from \(source.title))"
      } else {
        "role \(role.roleARN) from \(source.title)"
      }
    case .webIdentity(let profile, let role, let file, _):
      (profile.map { "profile \"\($0)\" " } ?? "") + "web identity \(file) (role \(role))"
    case .sso(let session, _, _): "profile \"\(session.profile)\" (SSO session \"\(session.title)\")"
    case .login(let profile, _): "profile \"\(profile)\" (aws login)"
    case .credentialProcess(let profile, _): "credential_process of profile \"\(profile)\""
    case .container: "the container's role"
    case .instanceMetadata: "the EC2 instance's role"
    }
  }

  /// The parts of the identity of a cached token. Another profile, role, account or access key is another identity; an
  /// expired session is not. It has access key IDs and no secrets, but must not be shown: use a digest of it.
  public var identity: [String] {
    switch self {
    case .environment(let credentials): ["environment", credentials.accessKeyID]
    case .keys(let profile, let credentials): ["keys", profile, credentials.accessKeyID]
    case .configuredKeys(let credentials, let location): ["keys", location.fileName, credentials.accessKeyID]
    case .assumeRole(let role, let source):
      ["role", role.profile ?? "", role.roleARN, role.externalID ?? "", role.sessionName ?? ""] + source.identity
    case .webIdentity(let profile, let role, let file, _): ["web-identity", profile ?? "", role, file]
    case .sso(let session, let account, let role):
      ["sso", session.profile, session.name ?? "", session.startURL, session.region, account, role]
    case .login(let profile, let session): ["login", profile, session]
    case .credentialProcess(let profile, let command): ["process", profile, command]
    case .container(let endpoint): ["container", endpoint]
    case .instanceMetadata: ["instance"]
    }
  }
}

extension Location {
  /// The last part of a file's path; the name of a variable.
  fileprivate var fileName: String { name.split(separator: "/").last.map(String.init) ?? name }
}
