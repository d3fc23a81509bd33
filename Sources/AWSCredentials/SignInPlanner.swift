import Platform

/// Works out how this user signs in, in the order of AWS CLI v2:
/// environment, role, web identity, SSO, credentials file, `aws login`, credential_process, configuration file,
/// container, instance.
/// Source: botocore's `create_credential_resolver`, and the CLI v2's own order of AWS_PROFILE before AWS_DEFAULT_PROFILE.
public struct SignInPlanner {
  private let environment: Environment
  private let configuration: SharedConfiguration

  /// A planner that reads the variables and the shared configuration.
  public init(_ surroundings: Surroundings, _ configuration: SharedConfiguration) {
    self.environment = surroundings.environment
    self.configuration = configuration
  }

  /// The sign-in for a profile that our own configuration names (`setBy` says where), or, without one, for what AWS's
  /// own variables and files say; a `roleARN` of ours is assumed on top.
  /// As in the CLI, naming a profile outright puts keys in the environment out of play; AWS_PROFILE does not.
  public func plan(
    profile explicit: (name: String, setBy: String)? = nil, roleARN: String? = nil
  ) throws(CredentialFailure) -> SignIn {
    let base: SignIn
    if let explicit { base = try plan(explicit, isExplicit: true) } else { base = try ambient() }
    guard let roleARN else { return base }
    return .assumeRole(AssumedRole(profile: nil, roleARN: roleARN), source: base)
  }

  private func ambient() throws(CredentialFailure) -> SignIn {
    if let keys = try environmentKeys() { return .environment(keys) }
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
      if let name = environment[variable] { return try plan((name, variable), isExplicit: false) }
    }
    return try plan(("default", ""), isExplicit: false)
  }

  private func plan(_ choice: (name: String, setBy: String), isExplicit: Bool) throws(CredentialFailure) -> SignIn {
    guard let profile = try configuration.profile(choice.name) else {
      guard choice.name == "default" else {
        throw .profileMissing(
          name: choice.name, setBy: choice.setBy, lacksTheWord: configuration.lacksTheWordProfile(choice.name))
      }
      return try webIdentityOfEnvironment() ?? machine()
    }
    if let role = try role(of: profile, path: []) { return role }
    if !isExplicit, let webIdentity = try webIdentityOfEnvironment() { return webIdentity }
    return try own(profile) ?? machine()
  }

  /// The role a profile assumes; nil when it names none. `path` holds the profiles that led here.
  private func role(
    of profile: Profile, path: [String]
  ) throws(CredentialFailure) -> SignIn? {
    guard let roleARN = profile["role_arn"], profile["web_identity_token_file"] == nil else { return nil }
    let role = AssumedRole(
      profile: profile.name, roleARN: roleARN, externalID: profile["external_id"], mfaSerial: profile["mfa_serial"],
      duration: profile["duration_seconds"].flatMap { Int($0) }, sessionName: profile["role_session_name"])
    switch (profile["source_profile"], profile["credential_source"]) {
    case (let name?, nil):
      return .assumeRole(role, source: try source(name, of: profile, path: path + [profile.name]))
    case (nil, let kind?):
      return .assumeRole(role, source: try machineSource(kind, of: profile))
    case (.some, .some):
      throw bad(profile, "has both source_profile and credential_source. Remove one")
    case (nil, nil):
      throw bad(profile, "has role_arn but neither source_profile nor credential_source. Add one")
    }
  }

  private func source(
    _ name: String, of profile: Profile, path: [String]
  ) throws(CredentialFailure) -> SignIn {
    guard let source = try configuration.profile(name) else {
      throw bad(profile, "names source_profile \"\(name)\", which is not defined")
    }
    // Keys in a source profile end the chain; a profile may name itself only to use them.
    let hasKeys = source.keysInCredentialsFile.accessKeyID ?? source.keysInConfigFile.accessKeyID
    let hasOwn = hasKeys != nil || source["role_arn"] == nil || source["web_identity_token_file"] != nil
    if hasOwn, let own = try own(source) { return own }
    guard !path.contains(name) else { throw .roleLoop(path + [name]) }
    if let role = try role(of: source, path: path) { return role }
    throw bad(profile, "names source_profile \"\(name)\", which has no credentials")
  }

  private func machineSource(_ kind: String, of profile: Profile) throws(CredentialFailure) -> SignIn {
    switch kind.lowercased() {
    case "environment":
      guard let keys = try environmentKeys() else {
        throw bad(profile, "has credential_source = Environment, but AWS_ACCESS_KEY_ID is not set")
      }
      return .environment(keys)
    case "ec2instancemetadata": return .instanceMetadata
    case "ecscontainer":
      guard let container = container() else {
        throw bad(profile, "has credential_source = EcsContainer, but this is no such container")
      }
      return container
    default:
      throw bad(
        profile,
        "has credential_source \"\(oneLine(kind, limit: 40))\"; it can be Environment, Ec2InstanceMetadata or EcsContainer"
      )
    }
  }

  /// What a profile has of its own, without assuming a role.
  private func own(_ profile: Profile) throws(CredentialFailure) -> SignIn? {
    if let role = profile["role_arn"], let file = profile["web_identity_token_file"] {
      return .webIdentity(
        profile: profile.name, roleARN: role, tokenFile: file, sessionName: profile["role_session_name"])
    }
    if let sso = try sso(profile) { return sso }
    if let keys = try keys(profile.keysInCredentialsFile, of: profile) { return keys }
    if let session = profile["login_session"] { return .login(profile: profile.name, session: session) }
    if let command = profile["credential_process"] {
      return .credentialProcess(profile: profile.name, command: command)
    }
    return try keys(profile.keysInConfigFile, of: profile)
  }

  private func sso(_ profile: Profile) throws(CredentialFailure) -> SignIn? {
    guard let account = profile["sso_account_id"], let role = profile["sso_role_name"] else { return nil }
    let session = profile["sso_session"]
    var settings: [String: String] = [:]
    if let session {
      guard let section = try configuration.ssoSession(session) else {
        throw bad(profile, "names sso_session \"\(session)\", which is not defined")
      }
      settings = section
    }
    guard let url = settings["sso_start_url"] ?? profile["sso_start_url"],
      let region = settings["sso_region"] ?? profile["sso_region"]
    else { throw bad(profile, "lacks sso_start_url or sso_region. Run: aws configure sso --profile \(profile.name)") }
    return .sso(profile: profile.name, session: session, startURL: url, region: region, account: account, role: role)
  }

  private func keys(_ keys: PartialKeys, of profile: Profile) throws(CredentialFailure) -> SignIn? {
    guard let id = keys.accessKeyID else { return nil }
    guard let secret = keys.secretAccessKey else {
      throw .partialProfileKeys(profile: profile.name, missing: "aws_secret_access_key")
    }
    return .keys(
      profile: profile.name, Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: keys.sessionToken))
  }

  private func environmentKeys() throws(CredentialFailure) -> Credentials? {
    switch (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) {
    case (let id?, let secret?):
      return Credentials(
        accessKeyID: id, secretAccessKey: secret,
        sessionToken: environment["AWS_SESSION_TOKEN"] ?? environment["AWS_SECURITY_TOKEN"],
        expiration: environment["AWS_CREDENTIAL_EXPIRATION"].flatMap { Timestamp(iso8601: $0)?.epoch })
    case (.some, nil): throw .partialEnvironment(set: "AWS_ACCESS_KEY_ID", missing: "AWS_SECRET_ACCESS_KEY")
    // A secret without its name is passed over, as the CLI and the SDKs do.
    case (nil, _): return nil
    }
  }

  private func webIdentityOfEnvironment() throws(CredentialFailure) -> SignIn? {
    guard let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
    guard let role = environment["AWS_ROLE_ARN"] else {
      throw .partialEnvironment(set: "AWS_WEB_IDENTITY_TOKEN_FILE", missing: "AWS_ROLE_ARN")
    }
    return .webIdentity(
      profile: nil, roleARN: role, tokenFile: file, sessionName: environment["AWS_ROLE_SESSION_NAME"])
  }

  private func machine() -> SignIn { container() ?? .instanceMetadata }

  private func container() -> SignIn? {
    if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      return .container(endpoint: "http://169.254.170.2\(path)")
    }
    return environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"].map { .container(endpoint: $0) }
  }

  private func bad(_ profile: Profile, _ problem: String) -> CredentialFailure {
    .badSetting(profile: profile.name, path: profile.configPath, problem: problem)
  }
}
