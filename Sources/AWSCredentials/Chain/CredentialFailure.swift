import Platform

/// Why there are no AWS credentials, with the profile and the source.
public enum CredentialFailure: Failure, Equatable {
  /// No source of credentials is configured, or that of the container or the instance gives none.
  case noCredentials(FailureRecord)
  /// There is no valid SSO session: a person has to sign in.
  case ssoSignInNeeded(FailureRecord)
  /// AWS refused a sign-in to an SSO session.
  case ssoSignInFailed(FailureRecord)
  /// There is no session of `aws login`, or it has expired.
  case loginNeeded(FailureRecord)
  /// A role cannot be assumed: STS refuses it, or its MFA code is missing or wrong.
  case role(FailureRecord)
  /// The service was not reached.
  case network(HTTPFailure)
  /// Any other reason, which only a person can act on.
  case other(FailureRecord)

  /// The setting that it is about.
  public var location: Location? { parts.location }
  /// What happened.
  public var problem: String { parts.problem }
  /// What to do.
  public var remedy: Remedy? { parts.remedy }

  private var parts: any Failure {
    switch self {
    case .network(let failure): failure
    case .noCredentials(let failure), .ssoSignInNeeded(let failure), .ssoSignInFailed(let failure),
      .loginNeeded(let failure), .role(let failure), .other(let failure):
      failure
    }
  }

  static func other(_ problem: String, at location: Location? = nil, _ remedy: Remedy? = nil) -> CredentialFailure {
    .other(FailureRecord(problem, location: location, remedy: remedy))
  }

  static func role(_ problem: String, _ remedy: Remedy) -> CredentialFailure {
    .role(FailureRecord(problem, remedy: remedy))
  }

  /// A role requires an MFA code, and nobody can be asked for it.
  public static func mfaNeeded(profile: String) -> CredentialFailure {
    .role("Profile \(profile) needs an MFA code, which cannot be asked for here", .ownLogin(profile))
  }

  static func loginNeeded(profile: String, problem: String) -> CredentialFailure {
    .loginNeeded(FailureRecord(problem, remedy: .aws("login", profile, otherwise: .installAWSLogin(profile))))
  }

  /// The service of the container or the instance gave no credentials.
  static func machineFailed(_ source: String, problem: String, _ remedy: Remedy? = nil) -> CredentialFailure {
    .noCredentials(FailureRecord("no credentials from \(source): \(problem)", remedy: remedy))
  }

  /// Temporary credentials have expired; `newKeys` is where other keys are entered, if that is known.
  static func credentialsExpired(source: String, newKeys: Remedy? = nil) -> CredentialFailure {
    .other("AWS session credentials from \(source) have expired", newKeys ?? .advice("Refresh them"))
  }

  static func responseMalformed(from service: String, source: String) -> CredentialFailure {
    .other("\(service) gave an invalid response, without credentials (\(source))", .checkProxy)
  }

  static func service(_ failure: AWSServiceFailure, source: String) -> CredentialFailure {
    .other("\(failure.problem) (credentials from \(source))", failure.remedy)
  }

  /// No source of credentials is configured for a profile; with nil, for the one that AWS's variables choose.
  public init(noCredentialsFor profile: String?, _ context: Context) {
    let profile = profile ?? context.activeProfile
    self = .noCredentials(
      FailureRecord(
        "No AWS credentials found (looked in env, profile \"\(profile)\", container, instance)",
        remedy: Self.choice(profile, context)))
  }

  private static func choice(_ profile: String, _ context: Context) -> Remedy {
    let shared = try? SharedConfiguration(context)
    guard profile == "default" else { return .addSource(to: profile, in: shared?.path ?? "~/.aws/config") }
    if let others = shared?.profileNames(beside: profile) {
      return .set("AWS_PROFILE", to: "one of your profiles: \(others)")
    }
    return .withAWSCLI(
      .run("aws configure"),
      otherwise: .advice("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or add a profile to ~/.aws/config"))
  }

  /// A service's error about the credentials themselves, whichever service it is; nil for any other error.
  public init?(rejected failure: AWSServiceFailure, source: CredentialSource) {
    switch failure.code {
    case "ExpiredTokenException", "ExpiredToken":
      self = .credentialsExpired(source: source.title, newKeys: source.ownNewKeys)
    case "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationTokenException":
      self = .other(
        "credentials from \(source.title) are not valid (deleted, or other partition/region not enabled)",
        source.newKeys)
    default:
      guard failure.isSignatureRejection else { return nil }
      var clock = ""
      if let offset = failure.clockOffset, abs(offset) >= 60 {
        clock = " (\(abs(offset)) s \(offset > 0 ? "behind" : "ahead of") AWS's)"
      }
      self = .other(
        "AWS rejected the signature: the secret access key from \(source.title) is wrong, or this machine's clock is\(clock)",
        source.newSecret)
    }
  }
}

extension Remedy {
  /// For a response that is not from an AWS service.
  public static let checkProxy = Remedy.advice("If a proxy is in use, check HTTPS_PROXY")

  /// For a service that is busy.
  static let tryLater = Remedy.advice("Try again in a minute")

  /// For a token that has expired before its time, and for a wrong signature with keys that AWS issued.
  public static let checkClock = Remedy.advice("Check this machine's clock")

  static func aws(_ command: String, _ profile: String, otherwise: Remedy) -> Remedy {
    .withAWSCLI(.run("aws \(command) --profile \(shellWord(profile))"), otherwise: otherwise)
  }

  static func ownLogin(_ profile: String) -> Remedy {
    .run("codeartifact-keyring login --profile \(shellWord(profile))")
  }

  /// For a session of `aws login`, where the AWS CLI cannot sign in to it.
  public static func installAWSLogin(_ profile: String) -> Remedy {
    .advice("Install AWS CLI 2.32 or later, and run: aws login --profile \(shellWord(profile))")
  }

  /// Gives a profile a source of credentials.
  static func addSource(to profile: String, in path: String) -> Remedy {
    .aws(
      "configure", profile,
      otherwise: .edit(.file(path), "Add keys or SSO settings to profile \(quoted(profile))"))
  }

  static func correctKeys(of profile: String) -> Remedy {
    .advice("Correct the keys of profile \(quoted(profile))")
  }
}
