import ArgumentParser
import CodeArtifact
import FoundationEssentials
import Platform
import TokenStores

struct StatusCommand: PeopleCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where tokens rest, what is cached for repositories, and the last failure.",
    discussion: """
      Example: codeartifact-keyring status https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/
      """)

  @Argument(help: "The repositories' URLs, or their hosts.")
  var urls: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  func run(in surroundings: Surroundings) throws {
    let configuration = try Configuration.load(surroundings)
    let broker = TokenBroker(surroundings, configuration: configuration)
    var tokens: [Status.Token] = []
    for url in urls {
      let repository = try Repository.named(url, configuration)
      let token = try broker.cached(for: repository)
      tokens.append(
        Status.Token(
          domain: repository.domain, owner: repository.owner, region: repository.region,
          store: token.map { "\($0.source)" },
          seconds_left: token?.expiration.map { Int($0 - surroundings.clock.now()) }))
    }
    let status = Status(
      stores: Status.stores(StoreCheck.all(configuration.store, surroundings)), tokens: tokens,
      last_failure: LastFailure(surroundings).last.map {
        Status.Failure(seconds_ago: Int(surroundings.clock.now() - $0.at), line: $0.line)
      })
    try surroundings.answer(json ? status.json() : status.text)
  }
}

/// What `status` has to say.
struct Status: Encodable {
  struct Store: Encodable {
    let name: String
    let in_use: Bool
    let reason: String
  }

  struct Token: Encodable {
    let domain: String
    let owner: String
    let region: String
    let store: String?
    let seconds_left: Int?
  }

  struct Failure: Encodable {
    let seconds_ago: Int
    let line: String
  }

  let stores: [Store]
  let tokens: [Token]
  let last_failure: Failure?

  /// A file is for machines that have neither of the other stores.
  static func stores(_ checks: [StoreCheck]) -> [Store] {
    let isKept = checks.contains { $0.kind != .file && $0.failure == nil }
    return checks.map { check in
      if let failure = check.failure {
        return Store(name: check.kind.rawValue, in_use: false, reason: failure.reason)
      }
      if check.kind == .file, isKept {
        return Store(name: check.kind.rawValue, in_use: false, reason: "not needed, since another store keeps tokens")
      }
      return Store(name: check.kind.rawValue, in_use: true, reason: check.place ?? "in memory")
    }
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  var text: String {
    var lines = stores.isEmpty ? ["stores: none, as you configured"] : []
    for store in stores {
      let padding = String(repeating: " ", count: max(1, 16 - store.name.count))
      lines.append("\(store.name)\(padding)\(store.in_use ? "in use: " : "not used: ")\(store.reason)")
    }
    for token in tokens {
      let name = "\(token.domain) (\(token.owner), \(token.region))"
      if let store = token.store, let seconds = token.seconds_left {
        lines.append("\(name): a token with \(Self.duration(seconds)) left, in \(store)")
      } else {
        lines.append("\(name): no token")
      }
    }
    if let last_failure {
      lines.append("last failure, \(Self.duration(last_failure.seconds_ago)) ago: \(last_failure.line)")
    }
    return lines.map { "\($0)\n" }.joined()
  }

  private static func duration(_ seconds: Int) -> String {
    let minutes = max(0, seconds) / 60
    return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }
}

extension StoreFailure {
  /// The reason alone, where the store has been named already.
  fileprivate var reason: String {
    switch self {
    case .absent(_, let reason), .unusable(_, let reason), .unsafe(_, let reason): reason
    }
  }
}
