import Platform

/// Why there are no AWS credentials, with the profile and the source.
public enum CredentialFailure: Failure, Equatable {
  /// No source of credentials is configured; `profiles` are those that could be chosen where none was.
  case noCredentials(profile: String, profiles: [String] = [], hasCLI: Bool = false)
  /// The chosen profile is in neither file. There is a section with another header that looks like it, or a header that
  /// cannot be read; `profiles` are those that could be chosen.
  case profileMissing(
    name: String, setBy: String, instead: String? = nil, unreadable: Location? = nil, profiles: [String] = [])
  /// A role requires an MFA code, and nobody can be asked for it.
  case mfaNeeded(profile: String)
  /// AWS refused the MFA code.
  case mfaRejected(serial: String)
  /// There is no login to an SSO session. Without the AWS CLI, this program's own `login` command is the remedy.
  case notSignedIn(session: String, profile: String, hasCLI: Bool = true)
  /// An SSO session has expired.
  case ssoExpired(session: String, profile: String, hasCLI: Bool = true)
  /// AWS no longer accepts the token of an SSO session.
  case ssoRevoked(session: String, profile: String, hasCLI: Bool = true)
  /// Signing in to an SSO session failed.
  case ssoSignInFailed(session: String, profile: String, problem: String)
  /// The role that the profile names is not assigned to this person.
  case ssoRoleNotAssigned(role: String, account: String, profile: String)
  /// There is no session of `aws login`, or it has expired.
  case loginNeeded(profile: String, problem: String)
  /// AWS refused credentials to a session of `aws login`, with its message.
  case loginDenied(profile: String, String)
  /// The file of a web identity token cannot be read.
  case webIdentityUnreadable(FileFailure, role: String)
  /// STS refused a web identity token.
  case webIdentityRejected(file: String, role: String, message: String)
  /// A `credential_process` gave no credentials.
  case processFailed(profile: String, problem: String, Remedy? = nil)
  /// A `credential_process` asks this program for the profile that it belongs to.
  case processLoop(profile: String, at: Location)
  /// The service of the container or the instance (the first value) gave no credentials.
  case machineFailed(String, problem: String, Remedy? = nil)
  /// Temporary credentials have expired; where other keys are entered, if that is known.
  case sessionExpired(source: String, newKeys: Remedy? = nil)
  /// AWS does not know the keys.
  case keysInvalid(source: String, Remedy)
  /// AWS rejected the signature; seconds by which its clock is ahead of this machine's, where known; where to enter keys.
  case signatureRejected(source: String, clockOffset: Int?, newKeys: Remedy)
  /// STS refused a role.
  case assumeRoleDenied(AssumedRole, source: String, message: String)
  /// A service gave an invalid response.
  case responseMalformed(from: String, source: String)
  /// Any other error of a service.
  case service(AWSServiceFailure, source: String)
  /// The service was not reached.
  case network(HTTPFailure)
  /// Any other reason, which only a person can act on.
  case other(FailureRecord)

  /// Such a reason with these parts.
  static func other(_ problem: String, at location: Location? = nil, _ remedy: Remedy? = nil) -> CredentialFailure {
    .other(FailureRecord(problem, location: location, remedy: remedy))
  }

  /// The setting that it is about.
  public var location: Location? {
    switch self {
    case .processLoop(_, let location): location
    case .network(let failure): failure.location
    case .other(let failure): failure.location
    default: nil
    }
  }

  /// What happened. There is no `default`, so that no failure is without words.
  public var problem: String {
    switch self {
    case .noCredentials(let profile, _, _):
      "No AWS credentials found (looked in env, profile \"\(profile)\", container, instance)"
    case .profileMissing(let name, let setBy, nil, let unreadable, _):
      "AWS profile \"\(name)\" (from \(setBy)) is not in ~/.aws/config or ~/.aws/credentials"
        + (unreadable.map { ", and a quote is not closed in \($0)" } ?? "")
    case .profileMissing(let name, let setBy, _?, _, _):
      "AWS profile \"\(name)\" (from \(setBy)) is not in ~/.aws/config"
    case .mfaNeeded(let profile): "Profile \(profile) needs an MFA code, which cannot be asked for here"
    case .mfaRejected(let serial): "MFA code rejected for \(serial)"
    case .notSignedIn(let session, let profile, _): "You are not signed in to \(Self.title(session, profile))"
    case .ssoExpired(let session, let profile, _): "AWS SSO session \"\(session)\" (profile \"\(profile)\") has expired"
    case .ssoRevoked(let session, let profile, _): "\(Self.title(session, profile)) was revoked"
    case .ssoSignInFailed(let session, let profile, let problem):
      "The sign-in to \(Self.title(session, profile)) failed: \(problem)"
    case .ssoRoleNotAssigned(let role, let account, let profile):
      "Role \(role) in account \(account) is not assigned to you in SSO (profile \(profile)): "
        + "ask your administrator for it, or choose another"
    case .loginNeeded(_, let problem): problem
    case .loginDenied(let profile, let message):
      "AWS refuses credentials to the aws login session of profile \(profile): \(message)"
    case .webIdentityUnreadable(let failure, let role):
      "\(failure.problem) (the web identity token for \(role), see AWS_WEB_IDENTITY_TOKEN_FILE)"
    case .webIdentityRejected(let file, let role, let message):
      "the web identity token in \(file) was not accepted for \(role): \(message)"
    case .processFailed(let profile, let problem, _): "credential_process of profile \(profile) \(problem)"
    case .processLoop(let profile, _):
      "credential_process of profile \(profile) asks codeartifact-keyring for profile \(profile) again"
    case .machineFailed(let source, let problem, _): "no credentials from \(source): \(problem)"
    case .sessionExpired(let source, _): "AWS session credentials from \(source) have expired"
    case .keysInvalid(let source, _):
      "credentials from \(source) are not valid (deleted, or other partition/region not enabled)"
    case .signatureRejected(let source, let offset, _):
      "AWS rejected the signature: the secret access key from \(source) is wrong\(Self.clock(offset))"
    case .assumeRoleDenied(let role, let source, let message):
      (role.profile.map { "profile \"\($0)\": " } ?? "") + "role \(role.roleARN) cannot be assumed with \(source): "
        + message
    case .responseMalformed(let service, let source):
      "\(service) gave an invalid response, without credentials (\(source))"
    case .service(let failure, let source): "\(failure.problem) (credentials from \(source))"
    case .network(let failure): failure.problem
    case .other(let failure): failure.problem
    }
  }

  /// What to do.
  public var remedy: Remedy? {
    switch self {
    case .noCredentials(let profile, let profiles, let hasCLI): Self.choice(profile, profiles, hasCLI: hasCLI)
    case .profileMissing(let name, _, let header?, _, _):
      .edit(.file("~/.aws/config"), "Write [profile \(name)] instead of [\(header)]")
    case .profileMissing(_, _, nil, let unreadable?, _): .edit(unreadable, "Close the quote")
    case .profileMissing(_, _, nil, nil, let profiles):
      .advice(profiles.isEmpty ? "Add it to ~/.aws/config" : "Choose one of your profiles: \(Self.list(profiles))")
    case .processFailed(_, _, let remedy), .machineFailed(_, _, let remedy): remedy
    case .mfaNeeded(let profile): .login(profile, hasCLI: false)
    case .mfaRejected: .advice("Wait for the next code, and try again")
    case .notSignedIn(_, let profile, let hasCLI), .ssoExpired(_, let profile, let hasCLI),
      .ssoRevoked(_, let profile, let hasCLI):
      .login(profile, hasCLI: hasCLI)
    case .ssoSignInFailed: .advice("Check sso_start_url and sso_region in ~/.aws/config")
    case .ssoRoleNotAssigned(_, _, let profile): .run("aws configure sso --profile \(shellWord(profile))")
    case .loginNeeded(let profile, _): .run("aws login --profile \(shellWord(profile))")
    case .loginDenied: .advice("Ask your administrator for the permission signin:CreateOAuth2Token")
    case .webIdentityUnreadable: .advice("Correct the path, or the file")
    case .webIdentityRejected: .advice("Renew the token, or correct the role's trust policy")
    case .processLoop(_, let location): .edit(location, "Name another profile in its command")
    case .sessionExpired(_, let newKeys): newKeys ?? .advice("Refresh them")
    case .keysInvalid(_, let remedy): remedy
    case .signatureRejected(_, _, let newKeys): newKeys
    case .assumeRoleDenied:
      .advice("Ask your administrator for sts:AssumeRole on the role, and for the role's trust policy to allow it")
    case .responseMalformed: .checkProxy
    case .service(let failure, _): failure.remedy
    case .network(let failure): failure.remedy
    case .other(let failure): failure.remedy
    }
  }

  static func title(_ session: String, _ profile: String) -> String {
    "AWS SSO session \"\(session)\" (profile \"\(profile)\")"
  }

  /// What to do where no source of credentials is configured.
  private static func choice(_ profile: String, _ profiles: [String], hasCLI: Bool) -> Remedy {
    if profile != "default" {
      return hasCLI
        ? .configure(profile)
        : .edit(.file("~/.aws/config"), "Add keys or SSO settings to profile \"\(oneLine(profile, limit: 60))\"")
    }
    if !profiles.isEmpty { return .set("AWS_PROFILE", to: "one of your profiles: \(list(profiles))") }
    return hasCLI
      ? .run("aws configure")
      : .advice("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or add a profile to ~/.aws/config")
  }

  /// The first profiles of those that could be chosen.
  private static func list(_ profiles: [String]) -> String {
    profiles.prefix(5).map { oneLine($0, limit: 60) }.joined(separator: ", ") + (profiles.count > 5 ? " …" : "")
  }

  /// The other reason for a wrong signature: the clock, with the offset if it is large enough.
  private static func clock(_ offset: Int?) -> String {
    guard let offset, abs(offset) >= 60 else { return ", or this machine's clock is" }
    return ", or this machine's clock is (\(abs(offset)) s \(offset > 0 ? "behind" : "ahead of") AWS's)"
  }
}

extension Remedy {
  /// For a response that is not from an AWS service.
  public static let checkProxy = Remedy.advice("If a proxy is in use, check HTTPS_PROXY")

  /// For a token that has expired before its time, and for a wrong signature with keys that AWS issued.
  public static let checkClock = Remedy.advice("Check this machine's clock")

  /// Enters the keys of a profile.
  static func configure(_ profile: String) -> Remedy { .run("aws configure --profile \(shellWord(profile))") }

  /// Signs in to SSO.
  static func login(_ profile: String, hasCLI: Bool) -> Remedy {
    .run("\(hasCLI ? "aws sso" : "codeartifact-keyring") login --profile \(shellWord(profile))")
  }
}
