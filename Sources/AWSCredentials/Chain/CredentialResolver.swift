import Platform

/// Gets credentials from their source.
public struct CredentialResolver {
  private let context: Context
  private let client: AWSClient
  private let profile: String?
  private let askMFA: MFAPrompt?

  /// A resolver that calls AWS through `client`. `profile` is the one that was named by other means than AWS's variables.
  /// Only with `askMFA` is a person ever asked for a code.
  public init(_ context: Context, client: AWSClient, profile: String? = nil, askMFA: MFAPrompt? = nil) {
    self.profile = profile
    self.context = context
    self.client = client
    self.askMFA = askMFA
  }

  /// The credentials of a source. Throws a failure that names the profile, the source and the remedy.
  public func credentials(for signIn: CredentialSource, deadline: Deadline) throws(CredentialFailure) -> Credentials {
    let inputs = try ProviderInputs(
      context, client: client, profile: signIn.profile ?? profile, deadline: deadline, askMFA: askMFA)
    return try credentials(for: signIn, inputs, isNamed: false)
  }

  /// Throws when the `aws login` session behind a source has expired. One that can be renewed is renewed.
  public func checkLogin(of signIn: CredentialSource) throws(CredentialFailure) {
    switch signIn {
    case .login: _ = try credentials(for: signIn, deadline: Deadline(30, on: context.clock))
    case .assumeRole(_, let source): try checkLogin(of: source)
    case .environment, .keys, .configuredKeys, .webIdentity, .sso, .credentialProcess, .container, .instanceMetadata:
      break
    }
  }

  /// `isNamed`: whether a profile names this source, so that a missing answer is a failure of its own.
  private func credentials(
    for signIn: CredentialSource, _ inputs: ProviderInputs, isNamed: Bool
  ) throws(CredentialFailure) -> Credentials {
    let source = signIn.source
    context.trace("credentials from \(source)")
    switch signIn {
    case .environment(let credentials), .keys(_, let credentials), .configuredKeys(let credentials, _):
      guard credentials.isOfOneLine else { throw .keysUnfit(source: source) }
      guard credentials.expiration ?? .infinity > inputs.now else { throw .sessionExpired(source: source) }
      return credentials
    case .assumeRole(let role, let source):
      return try AssumeRoleProvider(inputs: inputs).credentials(for: role, source: source) {
        () throws(CredentialFailure) in try credentials(for: source, inputs, isNamed: true)
      }
    case .webIdentity(_, let role, let file, let sessionName):
      return try WebIdentityProvider(inputs: inputs)
        .credentials(roleARN: role, tokenFile: file, sessionName: sessionName, source: source)
    case .sso(let profile, let session, let startURL, let region, let account, let role):
      let session = SSOSession(name: session, startURL: startURL, region: region, profile: profile)
      return try SSOProvider(inputs: inputs, session: session, account: account, role: role)
        .credentials(source: source)
    case .login(let profile, let session):
      return try LoginProvider(inputs: inputs, profile: profile, session: session).credentials(source: source)
    case .credentialProcess(let profile, let command):
      return try CredentialProcessProvider(inputs: inputs, profile: profile)
        .credentials(command: command, source: source)
    case .container(let endpoint):
      return try ContainerProvider(inputs: inputs).credentials(endpoint: endpoint, source: source)
    case .instanceMetadata:
      if let credentials = try InstanceMetadataProvider(inputs: inputs, source: source).credentials() {
        return credentials
      }
      throw isNamed
        ? .machineFailed(
          source, problem: "there is no EC2 metadata service with a role here",
          .advice("Attach a role to the instance, or use another credential_source"))
        : CredentialFailure(noCredentialsFor: profile, context)
    }
  }
}

extension CredentialFailure {
  /// No source of credentials is configured for a profile; with nil, for the one that AWS's variables choose.
  public init(noCredentialsFor profile: String?, _ context: Context) {
    let profile = profile ?? context.profileInPlay
    var others: [String] = []
    if profile == "default", let configuration = try? SharedConfiguration(context) {
      others = configuration.profileNames(beside: profile, limit: 6)
    }
    self = .noCredentials(profile: profile, profiles: others, hasCLI: context.hasAWSCLI)
  }
}

extension Context {
  /// The profile that AWS's own variables choose.
  public var profileInPlay: String {
    environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"] ?? "default"
  }
}
