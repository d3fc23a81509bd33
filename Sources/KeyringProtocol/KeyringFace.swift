import CodeArtifact
import Platform

/// The program as `keyring`: answers for CodeArtifact, and hands every other service on.
/// Exit codes: 0 answered, 1 no answer, 2 wrong usage. Standard output carries the answer and nothing else.
public struct KeyringFace {
  /// The user that CodeArtifact's tokens belong to.
  static let username = "aws"

  private let surroundings: Surroundings
  private let arguments: [String]
  private let handOver: (ForeignKeyring) -> Int32

  /// The face for one command line; `arguments` are those behind the program's name.
  public init(_ surroundings: Surroundings, arguments: [String]) {
    self.init(surroundings, arguments: arguments) { $0.become() }
  }

  init(_ surroundings: Surroundings, arguments: [String], handOver: @escaping (ForeignKeyring) -> Int32) {
    self.surroundings = surroundings
    self.arguments = arguments
    self.handOver = handOver
  }

  /// Answers, and returns the exit code. Where another keyring takes over, it does not return.
  public func run() -> Int32 {
    let question: Question
    do { question = try Question(arguments) } catch {
      surroundings.streams.complain(error.text)
      return 2
    }
    if question.wantsHelp { return print(UsageError.usage + "\n") }
    guard let service = question.service, let operation = question.operation, !question.isAboutKeyring else {
      return handOn(question)
    }
    do {
      let configuration = try TokenFailure.orConfiguration { () throws(ConfigurationFailure) in
        try Configuration.load(surroundings)
      }
      switch Repository.recognise(service, mapped: configuration.hosts) {
      case .repository(let repository):
        return try answer(operation, question, repository, TokenBroker(surroundings, configuration: configuration))
      case .unencrypted(let host):
        return fail("\(host) is asked for over plain http, where a token could be read by anybody. Use https://\(host)")
      case .otherUser: return 1
      case .foreign: return handOn(question)
      }
    } catch {
      // A broken configuration must not stand between a user and other people's services.
      if case .configuration = error, case .foreign = Repository.recognise(service) { return handOn(question) }
      return fail("\(error)")
    }
  }

  private func answer(
    _ operation: Question.Operation, _ question: Question, _ repository: Repository, _ broker: TokenBroker
  ) throws(TokenFailure) -> Int32 {
    guard [nil, "", Self.username].contains(question.username) else { return 1 }
    switch operation {
    case .get:
      let token = try broker.token(for: repository)
      surroundings.trace("answered with \(token)")
      return surroundings.streams.answer(Answer(token: token, question: question).bytes) ? 0 : 1
    case .set:
      // A token typed by hand would hide the fresh ones for twelve hours.
      surroundings.streams.complain("codeartifact-keyring: tokens are got by themselves, nothing was stored")
      return 0
    case .del:
      try broker.forget(repository)
      return 0
    case .diagnose:
      return handOn(question)
    }
  }

  private func handOn(_ question: Question) -> Int32 {
    guard let other = ForeignKeyring(surroundings, arguments: arguments) else { return withoutOther(question) }
    return handOver(other)
  }

  /// What remains to be said for others' services where no other keyring is installed.
  private func withoutOther(_ question: Question) -> Int32 {
    switch question.operation {
    case .set where !question.isAboutKeyring:
      return fail(
        "there is no other keyring that could store a password for \(oneLine(question.service ?? "", limit: 100)). "
          + "Run: pipx install keyring")
    case .diagnose, nil:
      return fail("this answers for CodeArtifact only; for keyring itself, run: pipx install keyring")
    default: return 1
    }
  }

  private func fail(_ line: String) -> Int32 {
    surroundings.streams.complain("codeartifact-keyring: \(oneLine(line, limit: 1000))")
    LastFailure(surroundings).note(line)
    return 1
  }

  private func print(_ text: String) -> Int32 { surroundings.streams.answer(Array(text.utf8)) ? 0 : 1 }
}
