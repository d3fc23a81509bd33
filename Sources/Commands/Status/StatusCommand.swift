import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct StatusCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where tokens rest, which are cached, and the last failure. AWS is not asked.",
    discussion: """
      With URLs: only the tokens of their domains.

      Example: codeartifact-keyring status --json
      """)

  @Argument(help: "The repositories' URLs, or their hosts.")
  var urls: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    let configuration = try Configuration.load(context)
    let domains = try urls.map { try RepositoryArgument($0, configuration).repository }
    // A pinned store that fails is told of in its own line.
    let found = (try? StoreChain(configuration.store, context).entries()) ?? []
    var tokens = Status.tokens(found, now: context.clock.now())
    if !urls.isEmpty {
      tokens = domains.flatMap { domain in
        let own = tokens.filter { $0.isOf(domain) }
        return own.isEmpty ? [Status.Token(noneOf: domain)] : own
      }
    }
    let status = Status(
      stores: Status.stores(StoreCheck.all(configuration.store, context)), tokens: tokens,
      last_failure: LastFailure(context).last.map {
        Status.Failure(seconds_ago: Int(context.clock.now() - $0.at), line: $0.line)
      })
    try context.answer(json ? prettyJSON(status) : status.text)
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
    var identity: String?
    /// The host that was asked for it, and for how many seconds; 0 for as long as the sign-in lasts.
    var endpoint: String?
    var duration: Int?
    /// The store that answers first, and all that hold it.
    var store: String?
    var stores: [String] = []
    var seconds_left: Int?

    /// The row of a domain that has no token.
    init(noneOf domain: Repository) {
      self.domain = domain.domain
      owner = domain.owner
      region = domain.region
    }

    init(_ found: StoreChain.Found, now: Double) {
      let attributes = found.entry.key.attributes
      domain = attributes["domain"] ?? ""
      owner = attributes["owner"] ?? ""
      region = attributes["region"] ?? ""
      identity = found.entry.identity
      endpoint = attributes["endpoint"].map(hostName)
      duration = attributes["duration"].flatMap { Int($0) }
      store = found.store.rawValue
      stores = [found.store.rawValue]
      seconds_left = Int(found.entry.expiration - now)
    }

    /// Whether a person sees nothing that two tokens differ in.
    func isLike(_ other: Token) -> Bool {
      domain == other.domain && owner == other.owner && region == other.region && identity == other.identity
    }

    /// What tokens that are alike differ in.
    var request: String {
      let life = duration.map { $0 == 0 ? "session" : Commands.duration($0) }
      return [endpoint, life].compactMap { $0 }.joined(separator: ", ")
    }

    func isOf(_ repository: Repository) -> Bool {
      domain == repository.domain && owner == repository.owner && region == repository.region
    }
  }

  struct Failure: Encodable {
    let seconds_ago: Int
    let line: String
  }

  let stores: [Store]
  let tokens: [Token]
  let last_failure: Failure?

  /// A row for each token, however many stores hold it; what several hold is as old as in the first.
  static func tokens(_ found: [StoreChain.Found], now: Double) -> [Token] {
    var rows: [(key: EntryKey, token: Token)] = []
    for found in found {
      if let row = rows.firstIndex(where: { $0.key == found.entry.key }) {
        rows[row].token.stores.append(found.store.rawValue)
      } else {
        rows.append((found.entry.key, Token(found, now: now)))
      }
    }
    return rows.map(\.token).sorted { ($0.domain, $0.owner, $0.region) < ($1.domain, $1.owner, $1.region) }
  }

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

  var text: String {
    var lines = stores.isEmpty ? ["stores: none, as you configured"] : []
    for store in stores {
      let padding = String(repeating: " ", count: max(1, 16 - store.name.count))
      lines.append("\(store.name)\(padding)\(store.in_use ? "in use: " : "not used: ")\(store.reason)")
    }
    var rows = tokens.map { token in
      [
        token.domain, token.owner, token.region, token.identity ?? "", token.stores.joined(separator: ", "),
        token.seconds_left.map(duration) ?? "no token",
      ]
    }
    var headings = ["DOMAIN", "OWNER", "REGION", "IDENTITY", "STORE", "TIME LEFT"]
    let requests = tokens.map { token in tokens.count(where: token.isLike) > 1 ? token.request : "" }
    if requests.contains(where: { !$0.isEmpty }) {
      headings.append("ASKED FOR")
      for row in rows.indices { rows[row].append(requests[row]) }
    }
    lines.append(rows.isEmpty ? "no tokens" : "\n" + Table(headings: headings, rows: rows).text)
    if let last_failure {
      lines.append("last failure, \(duration(last_failure.seconds_ago)) ago: \(last_failure.line)")
    }
    return lines.map { "\($0)\n" }.joined()
  }
}

extension StoreFailure {
  /// The reason alone, where the store has been named already.
  fileprivate var reason: String {
    switch self {
    case .absent(_, let reason), .unusable(_, let reason), .unsafe(_, let reason), .dropped(_, let reason): reason
    }
  }
}
