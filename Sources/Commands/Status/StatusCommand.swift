import AWSCredentials
import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct StatusCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "status", "Show the token stores, the cached tokens and the last failure.",
    notes: [
      "AWS is not contacted. Times are local.",
      """
      JSON: stores (name, in_use, reason), tokens (domain, owner, region, identity, endpoint, duration, store, stores, \
      seconds_left, expires_at) and last_failure (seconds_ago, at, line); expires_at and at are ISO 8601, UTC.
      """,
    ],
    examples: ["codeartifact-keyring status --json"],
    exitCodes: "0 shown; 1 failure, with the reason on standard error; 2 wrong usage.")

  @Argument(help: .repositories("Default: all cached tokens."))
  var urls: [String] = []

  @Flag(help: .json)
  var json = false

  func run(in context: Context) throws {
    let configuration = try Configuration.load(context)
    let domains = try urls.map { try RepositoryArgument($0, configuration).repository }
    // A failure of a pinned store is in the line of that store.
    let found = (try? StoreChain(configuration.store, context).entries()) ?? []
    var tokens = Status.tokens(found, now: context.clock.now())
    if !urls.isEmpty {
      tokens = domains.flatMap { domain in
        let own = tokens.filter { $0.belongs(to: domain) }
        return own.isEmpty ? [Status.Token(noneOf: domain)] : own
      }
    }
    let status = Status(
      stores: Status.stores(StoreCheck.all(configuration.store, context), found), tokens: tokens,
      last_failure: LastFailure(context).last.map {
        Status.Failure(time: $0.at, now: context.clock.now(), line: oneLine("\($0.failure)", limit: 1000))
      })
    try context.writeOutput(
      json
        ? prettyJSON(status)
        : status.text(columns: context.streams.columns(), context.clock.localTime))
  }
}

/// The output of `status`.
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
    /// The host that issued it, and the requested seconds; 0 means as long as the session.
    var endpoint: String?
    var duration: Int?
    /// The first store that has it, and all of them.
    var store: String?
    var stores: [String] = []
    var seconds_left: Int?
    /// ISO 8601, UTC.
    var expires_at: String?
    /// The same, in epoch seconds; not part of the JSON.
    private(set) var expiration: Double?

    private enum CodingKeys: CodingKey {
      case domain, owner, region, identity, endpoint, duration, store, stores, seconds_left, expires_at
    }

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
      expires_at = iso8601(epochSeconds: found.entry.expiration)
      expiration = found.entry.expiration
    }

    /// The columns that name it and are always shown.
    var columns: [String] { [domain, owner, region, identity ?? ""] }

    /// The endpoint and duration, in which tokens with equal columns differ.
    var request: String {
      let life = duration.map { $0 == 0 ? "session" : Commands.duration($0) }
      return [endpoint, life].compactMap { $0 }.joined(separator: ", ")
    }

    func belongs(to repository: Repository) -> Bool {
      domain == repository.domain && owner == repository.owner && region == repository.region
    }
  }

  struct Failure: Encodable {
    let seconds_ago: Int
    /// ISO 8601, UTC.
    let at: String
    let line: String
    /// `at` in epoch seconds; not part of the JSON.
    fileprivate let time: Double

    private enum CodingKeys: CodingKey { case seconds_ago, at, line }

    init(time: Double, now: Double, line: String) {
      (self.time, at, seconds_ago, self.line) = (time, iso8601(epochSeconds: time), Int(now - time), line)
    }
  }

  let stores: [Store]
  let tokens: [Token]
  let last_failure: Failure?

  /// A row for each token, however many stores have it; its age is that of the first store.
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

  /// `found` are the tokens: one that has some is in use, such as the file where the kernel's quota is full.
  static func stores(_ checks: [StoreCheck], _ found: [StoreChain.Found]) -> [Store] {
    checks.map { check in
      let isInUse =
        check.isInUse(among: checks) || check.failure == nil && found.contains { $0.store == check.kind }
      let place = isInUse ? check.place ?? "in memory" : "not needed, since another store is in use"
      return Store(name: check.kind.rawValue, in_use: isInUse, reason: check.failure?.reason ?? place)
    }
  }

  /// The output for a person, in the width of the terminal if there is one; `localTime` formats a moment in the user's
  /// time zone.
  func text(columns: Int?, _ localTime: (Double) -> String) -> String {
    var lines = stores.isEmpty ? ["stores: none, as configured"] : []
    for store in stores {
      let use = store.in_use ? "in use: " : "not used: "
      lines.append(store.name.padded(to: 16) + "\(use)\(store.reason)".wrapped(to: columns, indent: 16))
    }
    var rows = tokens.map { token in
      token.columns + [
        token.stores.joined(separator: ", "), token.seconds_left.map(duration) ?? "no token",
        token.expiration.map(localTime) ?? "",
      ]
    }
    var headings = ["DOMAIN", "OWNER", "REGION", "IDENTITY", "STORE", "TIME LEFT", "EXPIRES"]
    let requests = tokens.map { token in tokens.count { $0.columns == token.columns } > 1 ? token.request : "" }
    if requests.contains(where: { !$0.isEmpty }) {
      headings.append("REQUEST")
      for row in rows.indices { rows[row].append(requests[row]) }
    }
    lines.append(rows.isEmpty ? "no tokens" : "\n" + table(headings, rows, columns: columns))
    if let last_failure {
      let (ago, time) = (duration(last_failure.seconds_ago), localTime(last_failure.time))
      // Not wrapped: it may end in a command to copy.
      lines.append("last failure, \(ago) ago (\(time)): \(last_failure.line)")
    }
    return lines.map { "\($0)\n" }.joined()
  }
}
