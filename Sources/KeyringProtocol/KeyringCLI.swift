import ClientConfig
import CodeArtifact
import Platform
import FastPath
import TokenStores

/// The program as `keyring`: it answers for CodeArtifact, and passes every other service on.
/// Exit codes: 0 answered, 1 no answer, 2 wrong usage. Standard output carries the answer and nothing else.
public struct KeyringCLI {
  private let context: Context
  private let arguments: [String]
  private let input: StandardInput
  private let inputs: Fingerprint?
  private let passOn: (NextKeyring) -> Int32?

  /// One command line; `arguments` are those after the program's name, the last ones of the process. `inputs`, taken before
  /// anything else, are what the fast path may answer by itself the next time.
  public init(_ context: Context, arguments: [String], inputs: Fingerprint? = nil) {
    self.init(context, arguments: arguments, inputs: inputs) {
      $0.become()
      return nil
    }
  }

  /// `passOn` returns nil where no other keyring can be started.
  init(
    _ context: Context, arguments: [String], input: StandardInput = .ofThisProcess,
    inputs: Fingerprint? = nil, passOn: @escaping (NextKeyring) -> Int32?
  ) {
    self.context = context
    self.arguments = arguments
    self.input = input
    self.inputs = inputs
    self.passOn = passOn
  }

  /// Answers, and returns the exit code. It does not return where another keyring takes over.
  public func run() -> Int32 {
    let question: KeyringRequest
    do { question = try KeyringRequest(arguments) } catch {
      // A newer keyring may understand it.
      if error.mayBeNews, let code = handedOn() { return code }
      context.streams.writeError(error.text)
      return 2
    }
    if question.wantsHelp { return print(UsageError.help) }
    guard let service = question.service, let operation = question.operation, !question.isAboutKeyring else {
      return handOn(question)
    }
    var repository: Repository?
    do {
      let configuration = try TokenFailure.orConfiguration { () throws(ConfigurationFailure) in
        try Configuration.load(context)
      }
      switch recognise(service, question, mapped: configuration.hosts) {
      case .repository(let found):
        repository = found
        return try answer(operation, question, found, TokenBroker(context, configuration: configuration))
      case .unencrypted(let host):
        return fail(
          FailureRecord(
            "\(host) is plain http, over which no token is ever sent", remedy: .advice("Use https://\(host)")))
      case .otherUser: return refuse(operation)
      case .other: return handOn(question)
      }
    } catch {
      // A mistake in the configuration must not affect other services.
      if case .configuration = error, case .other = recognise(service, question) { return handOn(question) }
      return fail(error, about: repository, isAboutSignIn: error.isAboutSignIn)
    }
  }

  private func recognise(_ service: String, _ question: KeyringRequest, mapped: [MappedHost] = []) -> ServiceKind {
    let kind = Repository.recognise(service, mapped: mapped)
    // What Poetry stores under a source's name is its own affair; what it finds there is not.
    guard kind == .other, question.operation == .get, let name = PoetrySettings.name(inService: service),
      let url = Repository.url(of: PoetrySettings(context).urls(of: name))
    else { return kind }
    return Repository.recognise(url, mapped: mapped)
  }

  private func answer(
    _ operation: KeyringRequest.Operation, _ question: KeyringRequest, _ repository: Repository, _ broker: TokenBroker
  ) throws(TokenFailure) -> Int32 {
    guard [nil, "", AuthorizationToken.username].contains(question.username) else { return refuse(operation) }
    switch operation {
    case .get:
      let token = try broker.token(for: repository)
      context.trace("answered with \(token)")
      let answer = KeyringResponse(token: token, question: question).bytes
      guard context.streams.answer(answer) else { return 1 }
      cacheForFastPath(answer, token, question)
      return 0
    case .set: return storeNothing()
    case .del:
      try broker.forget(repository)
      return 0
    case .diagnose: return handOn(question)
    }
  }

  /// Not for a source's name of Poetry's, which depends on more than the inputs.
  private func cacheForFastPath(_ answer: [UInt8], _ token: AuthorizationToken, _ question: KeyringRequest) {
    if let unknown = context.environment.namesRead.first(where: { !Inputs.standard.covers($0) }) {
      return context.trace("not cached for the fast path, which does not know \(unknown)")
    }
    guard let inputs, let quick = token.quick, let service = question.service,
      PoetrySettings.name(inService: service) == nil,
      // What was absent before the files were read, and is there now, may be absent again one day.
      Fingerprint()?.text == inputs.text
    else { return }
    CachedResponses(clock: context.clock)
      .keep(answer, holding: token.value, of: quick.key, until: quick.until, inputs: inputs)
  }

  /// The response for a repository with another user than `aws`.
  private func refuse(_ operation: KeyringRequest.Operation) -> Int32 {
    context.trace("only the user aws gets a token")
    switch operation {
    case .set: return storeNothing()
    case .del: context.streams.writeError("codeartifact-keyring: there is no such password")
    case .get, .diagnose: break
    }
    return 1
  }

  /// A stored token would replace fresh ones for twelve hours; but pip takes a refusal for an error.
  private func storeNothing() -> Int32 {
    input.drain()
    context.streams.writeError(
      "codeartifact-keyring: CodeArtifact tokens are managed automatically; nothing was stored")
    return 0
  }

  private func handOn(_ question: KeyringRequest) -> Int32 {
    context.trace("not CodeArtifact: passed on to the next keyring on PATH, or Secret Service")
    return handedOn() ?? OtherServices(context, question: question, input: input).run()
  }

  /// What the next keyring returned; nil where there is none.
  private func handedOn() -> Int32? { NextKeyring(context, arguments: arguments).flatMap(passOn) }

  private func fail(_ failure: any Failure, about repository: Repository? = nil, isAboutSignIn: Bool = false) -> Int32 {
    context.streams.writeError("codeartifact-keyring: \(oneLine("\(failure)", limit: 1000))")
    LastFailure(context).note(failure, about: repository, isAboutSignIn: isAboutSignIn)
    return 1
  }

  private func print(_ text: String) -> Int32 { context.streams.answer(Array(text.utf8)) ? 0 : 1 }
}
