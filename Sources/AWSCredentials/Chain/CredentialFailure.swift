import Platform

/// Why there are no AWS credentials. Each description is one line: what happened, the profile and the source, and what
/// to do next.
public enum CredentialFailure: Error, Equatable, CustomStringConvertible {
  /// A file of AWS's settings cannot be read.
  case configurationUnreadable(FileFailure)
  /// A line in such a file cannot be read.
  case configurationMalformed(path: String, line: Int, ConfigFile.Malformed.Problem = .neither)
  /// Nothing says how to sign in; `profiles` are those that could be chosen where none was.
  case noCredentials(profile: String, profiles: [String] = [])
  /// The chosen profile is in no file: only in a section with another header, or perhaps in one that cannot be read.
  case profileMissing(name: String, setBy: String, instead: String? = nil, unreadable: String? = nil)
  /// One of the variables with keys is set without the other.
  case partialEnvironment(set: String, missing: String)
  /// A profile has one half of its keys.
  case partialProfileKeys(profile: String, missing: String)
  /// A profile has a setting that cannot be followed.
  case badSetting(profile: String, path: String, problem: String)
  /// An endpoint that the user names cannot be used.
  case badEndpoint(setBy: String, problem: String)
  /// Each of these profiles takes its role with the next, and the last with the first.
  case roleLoop([String])
  /// A role wants an MFA code, and nobody can be asked for it.
  case mfaNeeded(profile: String)
  /// AWS refused the MFA code.
  case mfaRejected(serial: String)
  /// Nobody is signed in to an SSO session; where there is no AWS CLI to sign in with, we do it.
  case notSignedIn(session: String, profile: String, hasCLI: Bool = true)
  /// An SSO session has ended.
  case ssoExpired(session: String, profile: String, hasCLI: Bool = true)
  /// AWS no longer takes the token of an SSO session.
  case ssoRevoked(session: String, profile: String, hasCLI: Bool = true)
  /// A person denied the sign-in to an SSO session.
  case ssoSignInDenied(session: String, profile: String)
  /// Nobody confirmed the sign-in to an SSO session in time.
  case ssoSignInUnanswered(session: String, profile: String, minutes: Int)
  /// An SSO session cannot be begun.
  case ssoSignInFailed(session: String, profile: String, problem: String)
  /// The file of a sign-in could not be written.
  case signInNotKept(FileFailure)
  /// The person may not have the role that the profile names.
  case ssoRoleNotAssigned(role: String, account: String, profile: String)
  /// The sign-in by `aws login` is not there, or has ended.
  case loginNeeded(profile: String, problem: String)
  /// AWS gives no credentials for a sign-in by `aws login`; its words.
  case loginDenied(profile: String, String)
  /// The file that should hold a web identity token cannot be read.
  case webIdentityUnreadable(FileFailure, role: String)
  /// STS refused a web identity token.
  case webIdentityRejected(file: String, role: String, message: String)
  /// A `credential_process` gave no credentials.
  case processFailed(profile: String, problem: String)
  /// A `credential_process` asks for the profile that it answers for.
  case processCircle(profile: String)
  /// The container's or the instance's own service, the first value, gave no credentials.
  case machineFailed(String, problem: String)
  /// AWS says that temporary credentials have ended.
  case sessionExpired(source: String)
  /// AWS does not know the keys.
  case keysInvalid(source: String)
  /// The keys cannot stand in a header.
  case keysUnfit(source: String)
  /// AWS refused the signature; seconds by which its clock is ahead of ours, where it told.
  case signatureRejected(source: String, clockOffset: Int?)
  /// STS refused a role.
  case assumeRoleDenied(AssumedRole, source: String, message: String)
  /// A service answered with something that holds no credentials.
  case answerMalformed(from: String, source: String)
  /// Any other error of a service.
  case service(AWSServiceFailure, source: String)
  /// The service was not reached.
  case network(HTTPFailure)

  /// One line for a person. Every case has its words here: a `default` could leave a failure without any.
  public var description: String {
    switch self {
    case .configurationUnreadable(let failure):
      "\(failure)"
    case .configurationMalformed(let path, let line, let problem):
      "\(path) line \(line): \(Self.words(problem))"
    case .noCredentials(let profile, let profiles):
      "No AWS credentials found (looked in env, profile \"\(profile)\", container, instance). "
        + Self.choice(profile, profiles)
    case .profileMissing(let name, let setBy, nil, let unreadable):
      "AWS profile \"\(name)\" (from \(setBy)) is not in ~/.aws/config or ~/.aws/credentials. "
        + (unreadable.map { "\($0): correct that, or run" } ?? "Run") + ": aws configure list-profiles"
    case .profileMissing(let name, let setBy, let header?, _):
      "AWS profile \"\(name)\" (from \(setBy)) is not in ~/.aws/config. "
        + "Write [profile \(name)] there instead of [\(header)]"
    case .partialEnvironment(let set, let missing):
      "\(set) is set but \(missing) is not. Set both or neither"
    case .partialProfileKeys(let profile, let missing):
      "profile \"\(profile)\" has no \(missing). Run: aws configure --profile \(profile)"
    case .badSetting(let profile, let path, let problem):
      "\(path): profile \(profile) \(problem)"
    case .badEndpoint(let setBy, let problem):
      "\(setBy) \(problem)"
    case .roleLoop(let profiles):
      "the profiles lead in a circle: \(profiles.joined(separator: " → ")). Correct source_profile in ~/.aws/config"
    case .mfaNeeded(let profile):
      "Profile \(profile) needs an MFA code and there is no terminal. "
        + "Run: codeartifact-keyring login --profile \(profile)"
    case .mfaRejected(let serial):
      "MFA code rejected for \(serial). Wait for the next code, and try again"
    case .notSignedIn(let session, let profile, let hasCLI):
      "Not logged in to AWS SSO session \"\(session)\". Run: \(Self.login(profile, hasCLI))"
    case .ssoExpired(let session, let profile, let hasCLI):
      "AWS SSO session \"\(session)\" (profile \"\(profile)\") has expired. Run: \(Self.login(profile, hasCLI))"
    case .ssoRevoked(let session, let profile, let hasCLI):
      "AWS SSO session \"\(session)\" (profile \"\(profile)\") was revoked. Run: \(Self.login(profile, hasCLI))"
    case .ssoSignInDenied(let session, let profile):
      "The sign-in to AWS SSO session \"\(session)\" (profile \"\(profile)\") was denied in the browser. "
        + "To try again, run: \(Self.login(profile, false))"
    case .ssoSignInUnanswered(let session, let profile, let minutes):
      "Nobody confirmed the sign-in to AWS SSO session \"\(session)\" (profile \"\(profile)\") within "
        + "\(minutes) min. To try again, run: \(Self.login(profile, false))"
    case .ssoSignInFailed(let session, let profile, let problem):
      "AWS SSO session \"\(session)\" (profile \"\(profile)\") cannot be signed in to: \(problem). "
        + "See sso_start_url and sso_region in ~/.aws/config"
    case .signInNotKept(let failure):
      "\(failure): the sign-in could not be kept. Mend that, and sign in again"
    case .ssoRoleNotAssigned(let role, let account, let profile):
      "Role \(role) in account \(account) is not assigned to you in SSO (profile \(profile)). "
        + "Ask for it, or choose another with: aws configure sso --profile \(profile)"
    case .loginNeeded(let profile, let problem):
      "\(problem). Run: aws login --profile \(profile)"
    case .loginDenied(let profile, let message):
      "AWS refuses credentials to the sign-in of profile \(profile): \(message). Ask for the permission signin:CreateOAuth2Token"
    case .webIdentityUnreadable(let failure, let role):
      "\(failure): it should hold the web identity token for \(role) (AWS_WEB_IDENTITY_TOKEN_FILE)"
    case .webIdentityRejected(let file, let role, let message):
      "the web identity token in \(file) was not accepted for \(role): \(message). Renew the token, or fix the role's trust"
    case .processFailed(let profile, let problem):
      "credential_process of profile \(profile) failed\(problem.hasPrefix(":") ? "" : " ")\(problem)"
    case .processCircle(let profile):
      "credential_process of profile \(profile) asks codeartifact-keyring for profile \(profile) again. "
        + "Name another profile in its command"
    case .machineFailed(let source, let problem):
      "no credentials from \(source): \(problem)"
    case .sessionExpired(let source):
      "AWS session credentials from \(source) expired; refresh them"
    case .keysInvalid(let source):
      "credentials from \(source) are not valid (deleted, or other partition/region not enabled). "
        + "Run: aws sts get-caller-identity"
    case .keysUnfit(let source):
      "the keys from \(source) hold a line end or another control character. Write them anew, each on one line"
    case .signatureRejected(let source, let offset):
      "AWS rejected the signature: the secret access key from \(source) is wrong\(Self.clock(offset)). "
        + Self.newKeys(source)
    case .assumeRoleDenied(let role, let source, let message):
      (role.profile.map { "profile \"\($0)\": " } ?? "") + "role \(role.roleARN) cannot be assumed with \(source): "
        + "\(message). Ask for sts:AssumeRole on the role, and for its trust"
    case .answerMalformed(let service, let source):
      "\(service) gave an answer without credentials in it (\(source)). If a proxy stands in between, see HTTPS_PROXY"
    case .service(let failure, let source):
      "\(failure) (credentials from \(source))"
    case .network(let failure):
      "\(failure)"
    }
  }

  /// What is wrong with a line.
  private static func words(_ problem: ConfigFile.Malformed.Problem) -> String {
    switch problem {
    case .neither: "neither a section nor a setting (name = value). Correct that line"
    case .noBracket: "the section's name has no closing bracket. Add the ]"
    }
  }

  /// What to do where nothing says how to sign in.
  private static func choice(_ profile: String, _ profiles: [String]) -> String {
    if profile != "default" {
      return "Profile \"\(profile)\" says no way to sign in. Run: aws configure sso --profile \(profile)"
    }
    let named = profiles.prefix(5).map { oneLine($0, limit: 60) }.joined(separator: ", ")
    if named.isEmpty { return "Set AWS_PROFILE or run aws sso login" }
    return "Set AWS_PROFILE to one of your profiles: \(named)\(profiles.count > 5 ? " …" : "")"
  }

  /// The command that signs in to SSO.
  private static func login(_ profile: String, _ hasCLI: Bool) -> String {
    "\(hasCLI ? "aws sso" : "codeartifact-keyring") login --profile \(profile)"
  }

  /// What else can make a signature wrong, with the figure where that is enough to be it.
  private static func clock(_ offset: Int?) -> String {
    guard let offset, abs(offset) >= 60 else { return ", or this machine's clock" }
    return ", or this machine's clock (\(abs(offset)) s \(offset > 0 ? "behind" : "ahead of") AWS's)"
  }

  /// Where other keys are to be written.
  private static func newKeys(_ source: String) -> String {
    if source == CredentialSource.environmentSource { return "Correct AWS_SECRET_ACCESS_KEY" }
    // A role's source says more than the profile, whose keys these are not.
    guard source.hasPrefix("profile \""), source.hasSuffix("\"") else { return "Run: aws configure" }
    return "Run: aws configure --profile \(source.dropFirst(9).dropLast())"
  }
}
