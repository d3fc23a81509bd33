import Platform

/// What credential providers get: a client for AWS, the settings of the profile, and a deadline.
struct ProviderInputs {
  let client: AWSClient
  let endpoints: EndpointResolver
  let profileName: String
  /// The profile of that name; nil where no file has it.
  let profile: Profile?
  /// The user's own region, for STS and sign-in; nil where none is set.
  let region: String?
  let askMFA: MFAPrompt?
  let deadline: Deadline

  /// The inputs for a profile; without one, for the chosen profile.
  init(
    _ client: AWSClient, profile name: String?, askMFA: MFAPrompt? = nil, deadline: Deadline
  ) throws(CredentialFailure) {
    let configuration = try SharedConfiguration(client.context)
    let environment = configuration.environment
    profileName = name ?? client.context.activeProfile
    profile = try configuration.profile(profileName)
    self.client = client
    self.askMFA = askMFA
    self.deadline = deadline
    endpoints = EndpointResolver(configuration, profile: profile)
    region = (environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile?["region"]).map { trimmed($0) }
  }

  var context: Context { client.context }

  var now: Double { context.clock.now() }

  /// A cache file of other AWS tools, as JSON; nil if it is absent or not JSON.
  func cached(_ path: String) -> JSONValue? {
    guard let bytes = try? context.files.read(path, limit: 1 << 20) else { return nil }
    return JSONValue(bytes)
  }

  /// The path of a file below `~/.aws`.
  func path(_ name: String) -> String? { context.directories.home.map { "\($0)/.aws/\(name)" } }

  /// Calls a service, without a signer unsigned; `meaning` is what an error response says about the credentials.
  func call(
    _ operation: String, _ request: HTTPRequest, signedBy signer: SigV4? = nil,
    _ meaning: (AWSServiceFailure) -> CredentialFailure
  ) throws(CredentialFailure) -> HTTPResponse {
    do { return try client.send(operation, request, signedBy: signer, deadline: deadline) } catch {
      throw error.failure(meaning)
    }
  }

  /// Does work while no other process of this user works on the same session file: a refresh token can be used only
  /// once, and the second process finds what the first one got. If the others take too long, it works without the lock.
  func withLock<Value>(
    on path: String, _ work: () throws(CredentialFailure) -> Value
  ) throws(CredentialFailure) -> Value {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let lock = try? InterProcessLock.acquire("renewal-\(name)", context, deadline: deadline, lease: .standard)
    defer { withExtendedLifetime(lock) {} }
    return try work()
  }

  /// Writes a cache file for AWS's other tools. Its owner stays the same; a link is followed.
  func save(_ content: JSONValue, at path: String) {
    guard let bytes = content.encoded else { return }
    let target = context.files.resolved(path) ?? path
    do { try context.files.replace(target, with: bytes, mode: 0o600, keepingOwner: true) } catch {
      context.trace("a renewed session was not saved: \(error)")
    }
  }
}
