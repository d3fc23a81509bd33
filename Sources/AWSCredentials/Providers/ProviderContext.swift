import Platform

/// What the providers of credentials have in hand: the world, AWS, and how long they may take.
struct ProviderContext {
  let surroundings: Surroundings
  let client: AWSClient
  let endpoints: EndpointResolver
  /// The profile in play; nil where no file has it.
  let profile: Profile?
  /// The user's own region, for STS and sign-in; nil where none is set.
  let region: String?
  let deadline: Deadline
  /// Asks a person for an MFA code; nil where nobody can be asked.
  let askMFA: MFAPrompt?

  /// What serves a profile; without one, the profile in play.
  init(
    _ surroundings: Surroundings, client: AWSClient, profile name: String?, deadline: Deadline, askMFA: MFAPrompt? = nil
  ) throws(CredentialFailure) {
    let configuration = try SharedConfiguration(surroundings)
    let profile = try configuration.profile(name ?? surroundings.profileInPlay)
    let environment = surroundings.environment
    self.surroundings = surroundings
    self.client = client
    self.deadline = deadline
    self.profile = profile
    self.askMFA = askMFA
    endpoints = EndpointResolver(surroundings, configuration, profile: profile)
    region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile?["region"]
  }

  var now: Double { surroundings.clock.now() }

  /// A file below `~/.aws` that other tools keep, as JSON; nil when it is not there or is none.
  func cached(_ path: String) -> JSONValue? {
    guard let bytes = try? surroundings.files.read(path, limit: 1 << 20) else { return nil }
    return JSONValue(bytes)
  }

  /// The path of a file below `~/.aws`.
  func path(_ name: String) -> String? { surroundings.directories.home.map { "\($0)/.aws/\(name)" } }

  /// Calls a service without a signature.
  func call(
    _ operation: String, _ request: HTTPRequest
  ) throws(AWSCallFailure) -> HTTPResponse {
    try client.send(operation, request, deadline: deadline)
  }
}

/// Asks for the code of an MFA device, by its serial number; throws when nobody gives one.
public typealias MFAPrompt = @Sendable (_ serial: String) throws(CredentialFailure) -> String
