import ClientConfig
import CodeArtifact
import Platform
import FastPath
import TokenStores

/// The `keyring` command: it responds for CodeArtifact, and passes requests for other services on. Exit codes: 0 found,
/// 1 not found or failed, 2 wrong usage. Standard output has only the response.
public struct KeyringCLI {
  private let context: Context
  private let arguments: [String]
  private let input: StandardInput
  private let fingerprint: Fingerprint?
  private let startNext: (NextKeyring) -> Int32?

  /// One command line; `arguments` are those after the program's name, the last ones of the process. `fingerprint`,
  /// taken before anything else was read, is that of the request; with it, the response can be cached for the fast
  /// path. `startNext` returns the exit code of another keyring, or nil if none can be started.
  public init(
    _ context: Context, arguments: [String], input: StandardInput = .ofThisProcess, fingerprint: Fingerprint? = nil,
    startNext: @escaping (NextKeyring) -> Int32? = { $0.become() }
  ) {
    self.context = context
    self.arguments = arguments
    self.input = input
    self.fingerprint = fingerprint
    self.startNext = startNext
  }

  /// Responds, and returns the exit code. It does not return if this process becomes another keyring.
  public func run() -> Int32 {
    let request: KeyringRequest
    do { request = try KeyringRequestParser(arguments).request } catch {
      // A newer keyring may accept it.
      if error.mayBeNewer, let code = exitCodeOfNextKeyring() { return code }
      context.streams.writeError(error.text)
      return 2
    }
    if request.wantsHelp { return print(UsageError.help) }
    guard let service = request.service, let operation = request.operation, !request.isAboutKeyring else {
      return passOn(request)
    }
    let configuration: Configuration
    do { configuration = try Configuration.load(context) } catch {
      // A mistake in the configuration must not affect other services.
      if case .other = recognise(service, request) { return passOn(request) }
      return fail(error)
    }
    switch recognise(service, request, mapped: configuration.hosts) {
    case .repository(let repository):
      let broker = TokenBroker(context, configuration: configuration)
      do { return try respond(operation, request, repository, broker) } catch {
        return fail(error, about: repository, isAboutIdentity: error.isAboutIdentity)
      }
    case .unencrypted(let host):
      return fail(
        FailureRecord(
          "\(host) is plain http, over which no token is ever sent", remedy: .advice("Use https://\(host)")))
    case .otherUser: return refuse(operation)
    case .other: return passOn(request)
    }
  }

  private func recognise(_ service: String, _ request: KeyringRequest, mapped: [MappedHost] = []) -> ServiceKind {
    let kind = Repository.recognise(service, mapped: mapped)
    // Poetry may store and delete under a source's name; only what it reads there is replaced.
    guard kind == .other, request.operation == .get, let name = PoetrySettings.name(inService: service),
      let url = Repository.url(of: PoetrySettings(context).urls(of: name))
    else { return kind }
    return Repository.recognise(url, mapped: mapped)
  }

  private func respond(
    _ operation: KeyringRequest.Operation, _ request: KeyringRequest, _ repository: Repository, _ broker: TokenBroker
  ) throws(TokenFailure) -> Int32 {
    guard [nil, "", AuthorizationToken.username].contains(request.username) else { return refuse(operation) }
    switch operation {
    case .get:
      let token = try broker.token(for: repository)
      context.trace("answered with \(token)")
      let response = request.response(AuthorizationToken.username, token.value)
      guard context.streams.writeOutput(response) else { return 1 }
      cacheForFastPath(response, token, request)
      return 0
    case .set: return ignoreSet()
    case .del:
      try broker.removeToken(for: repository)
      return 0
    case .diagnose: return passOn(request)
    }
  }

  /// Not for a request with the name of a Poetry source, since it depends on more than `Inputs`.
  private func cacheForFastPath(_ response: [UInt8], _ token: AuthorizationToken, _ request: KeyringRequest) {
    if let unknown = context.environment.namesRead.first(where: { !Inputs.standard.covers($0) }) {
      return context.trace("not cached for the fast path, which does not know \(unknown)")
    }
    guard let fingerprint, let cacheable = token.cacheable, let service = request.service,
      PoetrySettings.name(inService: service) == nil,
      // A file that has appeared meanwhile is not part of the first fingerprint.
      Fingerprint()?.text == fingerprint.text
    else { return }
    CachedResponses.store(
      response, containing: token.value, of: cacheable.key, until: cacheable.until, fingerprint: fingerprint,
      clock: context.clock)
  }

  /// The response for a repository with another user than `aws`.
  private func refuse(_ operation: KeyringRequest.Operation) -> Int32 {
    context.trace("only the user aws gets a token")
    switch operation {
    case .set: return ignoreSet()
    case .del: context.streams.writeError("codeartifact-keyring: there is no such password")
    case .get, .diagnose: break
    }
    return 1
  }

  /// A stored token would replace fresh ones for twelve hours, and an error code would be an error to pip.
  private func ignoreSet() -> Int32 {
    input.drain()
    context.streams.writeError(
      "codeartifact-keyring: CodeArtifact tokens are managed automatically; nothing was stored")
    return 0
  }

  private func passOn(_ request: KeyringRequest) -> Int32 {
    context.trace("not CodeArtifact: passed on to the next keyring on PATH, or Secret Service")
    return exitCodeOfNextKeyring() ?? OtherServices(context: context, request: request, input: input).run()
  }

  private func exitCodeOfNextKeyring() -> Int32? { NextKeyring(context, arguments: arguments).flatMap(startNext) }

  private func fail(_ failure: any Failure, about repository: Repository? = nil, isAboutIdentity: Bool = false) -> Int32
  {
    context.writeError(failure)
    LastFailure(context).store(failure, about: repository, isAboutIdentity: isAboutIdentity)
    return 1
  }

  private func print(_ text: String) -> Int32 { context.streams.writeOutput(Array(text.utf8)) ? 0 : 1 }
}
