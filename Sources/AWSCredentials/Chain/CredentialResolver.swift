import Platform

/// Asks for the code of an MFA device, by its serial number; throws when nobody gives one.
public typealias MFAPrompt = @Sendable (_ serial: String) throws(CredentialFailure) -> String

extension AWSClient {
  /// The credentials of a source. `profile` is one that AWS's variables did not name. A person is asked for an MFA code
  /// only with `askMFA`. Throws a failure that names the profile, the source and the remedy.
  public func credentials(
    for source: CredentialSource, profile: String? = nil, askMFA: MFAPrompt? = nil, deadline: Deadline
  ) throws(CredentialFailure) -> Credentials {
    try ProviderInputs(self, profile: source.profile ?? profile, askMFA: askMFA, deadline: deadline)
      .credentials(for: source, isNamed: false)
  }

  /// Throws when the `aws login` session behind a source has expired. One that can be renewed is renewed.
  public func checkLogin(of source: CredentialSource) throws(CredentialFailure) {
    guard source.loginProfile != nil else { return }
    _ = try credentials(for: source.base, deadline: Deadline(30, on: context.clock))
  }
}

extension ProviderInputs {
  /// `isNamed` says whether a profile names this source: if it is missing, that is then a failure of its own.
  fileprivate func credentials(
    for source: CredentialSource, isNamed: Bool
  ) throws(CredentialFailure) -> Credentials {
    let title = source.title
    context.trace("credentials from \(title)")
    let found: Credentials
    switch source {
    case .environment(let credentials), .keys(_, let credentials), .configuredKeys(let credentials, _):
      guard credentials.isSingleLine else {
        throw .other(
          "the keys from \(title) contain a line break or another control character",
          .advice("Re-enter the keys, each on one line"))
      }
      found = credentials
    case .assumeRole(let role, let caller):
      // This mainly avoids a second MFA prompt.
      if let cached = CLICache(inputs: self).credentials(of: role) { return cached }
      var code: String?
      if let serial = role.mfaSerial {
        guard let askMFA else { throw .mfaNeeded(profile: role.profile ?? "default") }
        code = try askMFA(serial)
      }
      let keys = try credentials(for: caller, isNamed: true)
      found = try STS(inputs: self).assume(role, code: code, with: keys, of: caller, source: title)
    case .webIdentity(_, let role, let file, let sessionName):
      found = try STS(inputs: self).assume(roleARN: role, tokenFile: file, sessionName: sessionName, source: title)
    case .sso(let session, let account, let role):
      found = try SSOProvider(inputs: self, session: session, account: account, role: role)
        .credentials(source: title)
    case .login(let profile, let session):
      found = try LoginProvider(inputs: self, profile: profile, session: session).credentials(source: title)
    case .credentialProcess(let profile, let command):
      found = try CredentialProcessProvider(inputs: self, profile: profile).credentials(command: command)
    case .container(let endpoint):
      found = try ContainerProvider(inputs: self).credentials(endpoint: endpoint, source: title)
    case .instanceMetadata:
      // Expired ones are used too: AWS extends them while EC2 cannot renew them.
      if let credentials = try InstanceMetadataProvider(inputs: self, source: title).credentials() {
        return credentials
      }
      throw isNamed
        ? .machineFailed(
          title, problem: "there is no EC2 metadata service with a role here",
          .advice("Attach a role to the instance, or use another credential_source"))
        : CredentialFailure(noCredentialsFor: profileName, context)
    }
    guard found.expiration ?? .infinity > now else { throw .credentialsExpired(source: title) }
    return found
  }
}

extension Context {
  /// The profile that AWS's own variables choose.
  public var activeProfile: String {
    environment["AWS_PROFILE"] ?? environment["AWS_DEFAULT_PROFILE"] ?? "default"
  }

  /// A command of the AWS CLI. Its settings may tell it to ask for arguments that are not missing.
  /// Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-prompting.html
  public func awsCLI(_ arguments: [String], timeout: Double) -> ProcessRequest {
    ProcessRequest(
      program: "aws", arguments: arguments,
      environment: Environment(environment.all.merging(["AWS_CLI_AUTO_PROMPT": "off"]) { $1 }), timeout: timeout)
  }
}
