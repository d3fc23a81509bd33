import Platform

/// Why there are no AWS credentials. Each description is one line: what happened, the profile and the source, and what
/// to do next.
public enum CredentialFailure: Error, Equatable, CustomStringConvertible {
  case configurationUnreadable(FileFailure)
  case configurationMalformed(path: String, line: Int)
  case noCredentials(profile: String)
  case profileMissing(name: String, setBy: String)
  case partialEnvironmentKeys(missing: String)
  case partialProfileKeys(profile: String, missing: String)
  case badSetting(profile: String, path: String, problem: String)
  case roleLoop([String])
  case mfaNeeded(profile: String, serial: String)
  case notSupportedYet(source: String)
  case sessionExpired(source: String)
  case keysInvalid(source: String)
  case signatureRejected(source: String, clockOffset: Int?)
  case assumeRoleDenied(AssumedRole, source: String, message: String)
  case service(AWSServiceFailure, source: String)
  case network(HTTPFailure)

  /// One line for a person.
  public var description: String {
    switch self {
    case .configurationUnreadable(let failure):
      "\(failure)"
    case .configurationMalformed(let path, let line):
      "\(path) line \(line): neither a section nor a setting (name = value). Mend that line"
    case .noCredentials(let profile):
      "No AWS credentials found (looked in env, profile \"\(profile)\", container, instance). "
        + "Set AWS_PROFILE or run aws sso login"
    case .profileMissing(let name, let setBy):
      "AWS profile \"\(name)\" (from \(setBy)) is not in ~/.aws/config or ~/.aws/credentials. Run: aws configure list-profiles"
    case .partialEnvironmentKeys(let missing):
      missing == "AWS_SECRET_ACCESS_KEY"
        ? "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not. Set both or neither"
        : "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not. Set both or neither"
    case .partialProfileKeys(let profile, let missing):
      "profile \"\(profile)\" has no \(missing). Run: aws configure --profile \(profile)"
    case .badSetting(let profile, let path, let problem):
      "\(path): profile \"\(profile)\" \(problem)"
    case .roleLoop(let profiles):
      "the profiles lead in a circle: \(profiles.joined(separator: " → ")). Mend source_profile in ~/.aws/config"
    case .mfaNeeded(let profile, let serial):
      "Profile \(profile) needs an MFA code for \(serial) and there is no terminal. "
        + "Run: codeartifact-keyring login --profile \(profile)"
    case .notSupportedYet(let source):
      "\(source) is not supported yet as a source of AWS credentials. "
        + "Run the command with AWS_ACCESS_KEY_ID and its companions set (aws configure export-credentials prints them)"
    case .sessionExpired(let source):
      "AWS session credentials from \(source) expired. Refresh them"
    case .keysInvalid(let source):
      "AWS credentials from \(source) are not valid (deleted, or another partition's, or the region is not enabled). "
        + "Run: aws sts get-caller-identity"
    case .signatureRejected(let source, let offset):
      "AWS rejected the signature: the secret access key from \(source) is wrong, or this machine's clock"
        + (offset.map { " (\(abs($0)) s \($0 > 0 ? "behind" : "ahead of") AWS's)" } ?? "") + ". Run: aws configure"
    case .assumeRoleDenied(let role, let source, let message):
      (role.profile.map { "profile \"\($0)\": " } ?? "") + "role \(role.roleARN) cannot be assumed with \(source): "
        + "\(message). Ask for sts:AssumeRole on the role, and for its trust"
    case .service(let failure, let source):
      "\(failure) (credentials from \(source))"
    case .network(let failure):
      "\(failure)"
    }
  }
}
