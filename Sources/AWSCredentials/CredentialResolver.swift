import Platform

/// Gets credentials by following a sign-in.
public struct CredentialResolver {
  private let surroundings: Surroundings
  private let client: AWSClient

  /// A resolver that talks to AWS through `client`.
  public init(_ surroundings: Surroundings, client: AWSClient) {
    self.surroundings = surroundings
    self.client = client
  }

  /// The credentials that a sign-in leads to. Throws a failure that names the profile, the source and the remedy.
  public func credentials(for signIn: SignIn, deadline: Deadline) throws(CredentialFailure) -> Credentials {
    switch signIn {
    case .environment(let credentials), .keys(_, let credentials):
      return credentials
    case .assumeRole(let role, let source):
      if let serial = role.mfaSerial { throw .mfaNeeded(profile: role.profile ?? "default", serial: serial) }
      let caller = try credentials(for: source, deadline: deadline)
      let sts = STS(client: client, surroundings: surroundings, region: try region(of: signIn))
      return try sts.assume(role, with: caller, source: source.source, deadline: deadline)
    case .instanceMetadata:
      throw .noCredentials(profile: profileInPlay)
    case .webIdentity, .sso, .login, .credentialProcess, .container:
      throw .notSupportedYet(source: signIn.source)
    }
  }

  /// The region for STS, as AWS CLI v2 finds it.
  private func region(of signIn: SignIn) throws(CredentialFailure) -> String? {
    let environment = surroundings.environment
    if let region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] { return region }
    let configuration = try SharedConfiguration(surroundings)
    return try configuration.profile(signIn.profile ?? profileInPlay)?["region"]
  }

  private var profileInPlay: String {
    surroundings.environment["AWS_PROFILE"] ?? surroundings.environment["AWS_DEFAULT_PROFILE"] ?? "default"
  }
}
