import Platform

/// Finds the source of this user's credentials, in the order of AWS CLI v2: environment, role, web
/// identity, SSO, credentials file, `aws login`, credential_process, configuration file, container, instance.
/// Source: botocore's `create_credential_resolver`, and the CLI v2's own order of AWS_PROFILE before AWS_DEFAULT_PROFILE.
extension SharedConfiguration {
  /// The longest chain of source_profile. AWS sets no limit; a chain of roles has two or three.
  private static let longestChain = 50

  /// The source for a profile that this program's configuration names (`setBy` says where) or, without one, for AWS's
  /// own variables and files. `roleARN` is a role to assume with it. As in the CLI, an explicit profile takes
  /// precedence over keys in the environment; AWS_PROFILE does not.
  public func credentialSource(
    profile explicit: (name: String, setBy: String)? = nil, roleARN: String? = nil
  ) throws(CredentialFailure) -> CredentialSource {
    let base = if let explicit { try plan(explicit, isExplicit: true) } else { try ambient() }
    guard let roleARN else { return base }
    return .assumeRole(AssumedRole(profile: nil, roleARN: roleARN), source: base)
  }

  private func ambient() throws(CredentialFailure) -> CredentialSource {
    if let keys = try environmentKeys() { return .environment(keys) }
    return try plan(ambientProfile, isExplicit: false)
  }

  /// The name of the profile in AWS's variables, and the variable.
  private var ambientProfile: (name: String, setBy: String) {
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
      if let name = environment[variable] { return (name, variable) }
    }
    return ("default", "")
  }

  /// The profile that this program's configuration or a command's option names (`setBy` says which), or else AWS's
  /// variables. Nil where none is named and there is no default. Throws for a name that neither file has.
  public func chosenProfile(_ explicit: (name: String, setBy: String)?) throws(CredentialFailure) -> Profile? {
    let choice = explicit ?? ambientProfile
    if let profile = try profile(choice.name) { return profile }
    guard choice.name == "default" else { throw missing(choice.name, setBy: choice.setBy) }
    return nil
  }

  private func plan(_ choice: (name: String, setBy: String), isExplicit: Bool) throws(CredentialFailure)
    -> CredentialSource
  {
    guard let profile = try chosenProfile(choice) else {
      return try webIdentity(of: nil, environment) ?? hostRole()
    }
    if let role = try role(of: profile, path: []) { return role }
    if let own = try ownSource(profile, isExplicit ? Environment([:]) : environment) { return own }
    try rejectIncomplete(profile)
    return hostRole()
  }

  /// The role that a profile assumes; nil if it names none. `path` has the profiles of the chain so far.
  private func role(
    of profile: Profile, path: [String]
  ) throws(CredentialFailure) -> CredentialSource? {
    guard !profile.mentions("web_identity_token_file"), let roleARN = try setting("role_arn", of: profile) else {
      return nil
    }
    let role = AssumedRole(
      profile: profile.name, roleARN: roleARN, externalID: profile["external_id"], mfaSerial: profile["mfa_serial"],
      duration: profile["duration_seconds"].flatMap { Int($0) }, sessionName: profile["role_session_name"])
    switch (profile["source_profile"], profile["credential_source"]) {
    case (let name?, nil):
      return .assumeRole(role, source: try source(name, of: profile, path: path + [profile.name]))
    case (nil, let kind?):
      return .assumeRole(role, source: try source(ofKind: kind, of: profile))
    case (.some, .some):
      throw invalid(profile, "source_profile", "has both source_profile and credential_source", fix: "Remove one")
    case (nil, nil):
      throw invalid(
        profile, "role_arn", "has role_arn but neither source_profile nor credential_source", fix: "Add one")
    }
  }

  private func source(
    _ name: String, of profile: Profile, path: [String]
  ) throws(CredentialFailure) -> CredentialSource {
    guard let source = try self.profile(name) else {
      throw undefined(profile, "source_profile", name)
    }
    // Keys in a source profile end the chain. A profile may name itself to use them, but none before it in the chain.
    let hasKeys = source.mentions("aws_access_key_id") || source.mentions("aws_secret_access_key")
    guard !path.contains(name) || (name == profile.name && hasKeys) else {
      throw .other(
        "source_profile forms a loop: \((path + [name]).joined(separator: " → "))",
        .edit(.file(self.path), "Correct source_profile"))
    }
    guard path.count < Self.longestChain else {
      throw .other(
        "profile \(path[0]) has a chain of more than \(Self.longestChain) profiles through source_profile",
        at: .file(self.path))
    }
    if hasKeys || !source.mentions("role_arn") || source.mentions("web_identity_token_file") {
      if let own = try ownSource(source, Environment([:])) { return own }
      try rejectIncomplete(source)
    } else if let role = try role(of: source, path: path) {
      return role
    }
    throw invalid(
      profile, "source_profile", "names source_profile \"\(name)\", which has no credentials",
      .addSource(to: name, in: self.path))
  }

  private func source(ofKind kind: String, of profile: Profile) throws(CredentialFailure) -> CredentialSource {
    switch kind.lowercased() {
    case "environment":
      guard let keys = try environmentKeys() else {
        throw invalid(
          profile, "credential_source", "has credential_source = Environment, but AWS_ACCESS_KEY_ID is not set",
          .advice("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"))
      }
      return .environment(keys)
    case "ec2instancemetadata": return .instanceMetadata
    case "ecscontainer":
      guard let container = container() else {
        throw invalid(
          profile, "credential_source",
          "has credential_source = EcsContainer, but AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set",
          fix: "Use another source outside of such a container")
      }
      return container
    default:
      throw invalid(
        profile, "credential_source", "has credential_source \"\(oneLine(kind, limit: 40))\", which is not valid",
        fix: "Use Environment, Ec2InstanceMetadata or EcsContainer")
    }
  }

  /// The source in a profile itself, without assuming a role; `environment` has the variables that may complete it.
  private func ownSource(_ profile: Profile, _ environment: Environment) throws(CredentialFailure) -> CredentialSource?
  {
    if let webIdentity = try webIdentity(of: profile, environment) { return webIdentity }
    if let sso = try sso(profile) { return sso }
    if let keys = try keys(profile.credentials, of: profile) { return keys }
    if let session = try setting("login_session", of: profile) {
      return .login(profile: profile.name, session: session)
    }
    if let command = try setting("credential_process", of: profile) {
      guard !self.environment.isRunning(command, of: profile.name) else {
        let location = profile.location(of: "credential_process")
        throw .other(
          "credential_process of profile \(profile.name) asks codeartifact-keyring for profile \(profile.name) again",
          at: location, .edit(location, "Name another profile in its command"))
      }
      return .credentialProcess(profile: profile.name, command: command)
    }
    return try keys(profile.config, of: profile)
  }

  /// Each part from its variable, or else from the profile.
  private func webIdentity(of profile: Profile?, _ environment: Environment) throws(CredentialFailure)
    -> CredentialSource?
  {
    let ofEnvironment = environment["AWS_WEB_IDENTITY_TOKEN_FILE"]
    guard let file = ofEnvironment ?? profile?["web_identity_token_file"] else { return nil }
    guard let role = environment["AWS_ROLE_ARN"] ?? profile?["role_arn"] else {
      guard ofEnvironment == nil, let profile else {
        throw .other("AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not", .advice("Set both or neither"))
      }
      throw invalid(profile, "web_identity_token_file", "has web_identity_token_file but no role_arn", fix: "Add it")
    }
    return .webIdentity(
      profile: ofEnvironment == nil ? profile?.name : nil, roleARN: role, tokenFile: file,
      sessionName: environment["AWS_ROLE_SESSION_NAME"] ?? profile?["role_session_name"])
  }

  private func sso(_ profile: Profile) throws(CredentialFailure) -> CredentialSource? {
    let account = try setting("sso_account_id", of: profile)
    let role = try setting("sso_role_name", of: profile)
    guard account != nil || role != nil else { return nil }
    let session = profile["sso_session"]
    var settings: [String: String] = [:]
    if let session {
      guard let section = try ssoSession(session) else {
        throw undefined(profile, "sso_session", session)
      }
      for (key, value) in section.sorted(by: { $0.key < $1.key }) {
        guard let own = profile[key], own != value else { continue }
        // The value of any other key may be a secret.
        let values = key.hasPrefix("sso_") ? [own, value].map { " = \(oneLine($0, limit: 100))" } : ["", ""]
        throw invalid(
          profile, key,
          "has \(key)\(values[0]), but [sso-session \(session)] has \(key)\(values[1])", fix: "Remove the wrong one")
      }
      settings = section
    }
    let url = settings["sso_start_url"] ?? profile["sso_start_url"]
    let region = settings["sso_region"] ?? profile["sso_region"]
    guard let account, let role, let url, !url.isEmpty, let region, !region.isEmpty else {
      let parts = [
        ("sso_account_id", account), ("sso_role_name", role), ("sso_start_url", url), ("sso_region", region),
      ]
      let missing = parts.filter { $0.1?.isEmpty ?? true }.map(\.0).joined(separator: " and ")
      let key = role == nil ? "sso_account_id" : "sso_role_name"
      let byHand = Remedy.edit(profile.location(of: key), "Add what is missing")
      throw invalid(
        profile, key, "uses SSO but has no \(missing)", .aws("configure sso", profile.name, otherwise: byHand))
    }
    let scopes = settings["sso_registration_scopes"]?.split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }
    return .sso(
      SSOSession(name: session, startURL: url, region: region, scopes: scopes, profile: profile.name),
      account: account, role: role)
  }

  /// Rejects a profile with an incomplete source: the next source, the machine's own role, would be another identity.
  private func rejectIncomplete(_ profile: Profile) throws(CredentialFailure) {
    let incomplete = [
      ("source_profile", "role_arn"), ("credential_source", "role_arn"),
      ("sso_session", "sso_account_id and sso_role_name"), ("sso_start_url", "sso_account_id and sso_role_name"),
      ("role_arn", "web_identity_token_file"), ("aws_secret_access_key", "aws_access_key_id"),
    ]
    for (setting, other) in incomplete where profile[setting] != nil {
      throw invalid(profile, setting, "has \(setting) but no \(other)", fix: "Add what is missing, or remove that line")
    }
  }

  /// A setting of a source. An empty value is an error, as for the AWS CLI: the next source would be another identity.
  private func setting(_ key: String, of profile: Profile) throws(CredentialFailure) -> String? {
    if let value = profile[key] { return value }
    guard profile.mentions(key) else { return nil }
    throw invalid(profile, key, "has \(key) without a value", fix: "Add it, or remove that line")
  }

  /// The keys in one of the two files. The AWS CLI ends its search at a profile with an access key ID, even an empty one.
  private func keys(
    _ settings: [ConfigFile.Setting], of profile: Profile
  ) throws(CredentialFailure) -> CredentialSource? {
    guard settings.contains(where: { $0.name == "aws_access_key_id" }) else { return nil }
    func value(_ key: String) -> String? { Profile.value(of: key, in: settings).flatMap(nonBlank) }
    let id = value("aws_access_key_id")
    guard let id, let secret = value("aws_secret_access_key") else {
      let missing = id == nil ? "aws_access_key_id" : "aws_secret_access_key"
      throw .other(
        "profile \"\(profile.name)\" has no \(missing)",
        .aws("configure", profile.name, otherwise: .correctKeys(of: profile.name)))
    }
    let token = value("aws_session_token") ?? value("aws_security_token")
    return .keys(
      profile: profile.name, Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token))
  }

  private func environmentKeys() throws(CredentialFailure) -> Credentials? {
    switch (environment.credential("AWS_ACCESS_KEY_ID"), environment.credential("AWS_SECRET_ACCESS_KEY")) {
    case (let id?, let secret?):
      return Credentials(
        accessKeyID: id, secretAccessKey: secret,
        sessionToken: environment.credential("AWS_SESSION_TOKEN") ?? environment.credential("AWS_SECURITY_TOKEN"),
        expiration: environment["AWS_CREDENTIAL_EXPIRATION"].flatMap { epochSeconds(iso8601: trimmed($0)) })
    case (.some, nil):
      throw .other("AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not", .advice("Set both or neither"))
    // A secret key without its ID is ignored, as by the CLI and the SDKs.
    case (nil, _): return nil
    }
  }

  private func hostRole() -> CredentialSource { container() ?? .instanceMetadata }

  private func container() -> CredentialSource? {
    if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      return .container(endpoint: "http://169.254.170.2\(path)")
    }
    return environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"].map { .container(endpoint: $0) }
  }

  /// A setting of a profile that cannot be used; `fix` is what to change in its line.
  private func invalid(
    _ profile: Profile, _ key: String, _ problem: String, _ remedy: Remedy? = nil, fix: String? = nil
  ) -> CredentialFailure {
    let location = profile.location(of: key)
    return .other("profile \(profile.name) \(problem)", at: location, remedy ?? fix.map { .edit(location, $0) })
  }

  /// A setting that names a section which does not exist.
  func undefined(_ profile: Profile, _ key: String, _ name: String) -> CredentialFailure {
    let location = profile.location(of: key)
    return withoutSection(
      "profile \(profile.name) names \(key) \"\(name)\", which is not defined", at: location,
      .edit(location, "Correct the name, or add the section"))
  }

  /// A chosen profile that is in neither file.
  private func missing(_ name: String, setBy: String) -> CredentialFailure {
    let problem = "AWS profile \"\(name)\" (from \(setBy)) is not in ~/.aws/config or ~/.aws/credentials"
    if let correction = correctionOfHeader(name) { return .other(problem, correction) }
    let others = profileNames(beside: name)
    // The variable takes precedence over a project. An instance has no profiles, and needs none.
    if setBy.hasSuffix("/pyproject.toml") {
      let choice = others.map { "one of your profiles: \($0)" }
      let byHand = "default for this machine's own role, or add the profile to ~/.aws/config"
      return withoutSection(problem, .set("AWS_PROFILE", to: choice ?? byHand))
    }
    return withoutSection(
      problem, .advice(others.map { "Choose one of your profiles: \($0)" } ?? "Add it to ~/.aws/config"))
  }

  /// A section that does not exist, or whose header cannot be read.
  private func withoutSection(_ problem: String, at location: Location? = nil, _ remedy: Remedy) -> CredentialFailure {
    guard let unreadable = unreadableHeader else { return .other(problem, at: location, remedy) }
    return .other(
      "\(problem), and a quote is not closed in \(unreadable)", at: location, .edit(unreadable, "Close the quote"))
  }
}
