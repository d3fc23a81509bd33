import FoundationEssentials
import Platform
import TokenStores

/// The last failure of a lookup, kept for `doctor` and `status`: pip 26.2 and later discard what a keyring writes to
/// standard error. It never holds a secret.
public struct LastFailure {
  /// A failure that was kept.
  public struct Kept: Sendable, Equatable {
    /// Its moment, in epoch seconds.
    public let at: Double
    /// What the user was told.
    public let failure: FailureRecord
    /// The names of the variables that choose an identity, of that lookup; nil where the failure was not about that.
    public let variables: [String]?
    fileprivate let key: String?

    /// The domain it is about, as "acme (111122223333, us-east-1)"; nil where it is about none in particular.
    public var domain: String? {
      guard let key, let dot = key.lastIndex(of: "."), let hyphen = key[..<dot].lastIndex(of: "-") else { return nil }
      let (name, owner) = (key[..<hyphen], key[..<dot][hyphen...].dropFirst())
      return oneLine("\(name) (\(owner), \(key[dot...].dropFirst()))", limit: 120)
    }

    /// Whether it may be about a repository's domain.
    public func isAbout(_ repository: Repository) -> Bool { key == nil || key == LastFailure.domain(repository) }
  }

  private struct Record: Codable {
    let at: Double
    let failure: FailureRecord
    // Nil where it was not about a domain.
    let domain: String?
    let variables: [String]?
  }

  /// The prefixes of their names.
  private static let identities = [
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_", "AWS_CONTAINER_",
    "CODEARTIFACT_TOKEN", "CODEARTIFACT_AUTH_TOKEN", "CODEARTIFACT_KEYRING_PROFILE",
  ]
  /// The most names that are kept.
  private static let limit = 64

  private static let fileName = "last-failure.json"
  private let context: Context

  /// The record of this user.
  public init(_ context: Context) { self.context = context }

  /// Keeps a failure about a repository's domain, or about none in particular, with the names of this process's variables
  /// where they may be the reason. Where no directory can hold it, nothing is kept: that is not another failure.
  public func note(_ failure: any Failure, about repository: Repository? = nil, isAboutSignIn: Bool = false) {
    let record = Record(
      at: context.clock.now(), failure: FailureRecord(failure), domain: repository.map(Self.domain),
      variables: isAboutSignIn ? Self.variables(of: context.environment) : nil)
    guard let data = try? JSONEncoder().encode(record) else { return }
    for path in context.stateDirectories {
      guard let directory = try? PrivateDirectory(path, files: context.files, create: true) else { continue }
      if (try? directory.write(Self.fileName, Array(data))) != nil { return }
    }
  }

  /// What was kept last; nil when there is none.
  public var last: Kept? {
    kept.map { found in
      let names = found.record.variables.map { $0.prefix(Self.limit).map { oneLine($0, limit: 128) } }
      return Kept(
        at: found.record.at, failure: found.record.failure, variables: names, key: found.record.domain)
    }
  }

  /// The names of the variables that choose an identity, or hold a token; sorted.
  public static func variables(of environment: Environment) -> [String] {
    environment.all.filter { name, value in
      !value.isEmpty && name.utf8.count <= 128 && identities.contains { name.hasPrefix($0) }
    }.map(\.key).sorted().prefix(limit).map { $0 }
  }

  /// Removes the failure of a domain that now has a token.
  public func clear(for repository: Repository) {
    for found in all where found.record.domain.map({ $0 == Self.domain(repository) }) ?? true {
      try? found.directory.remove(Self.fileName)
    }
  }

  /// Removes it, whatever it was about.
  public func forget() {
    for path in context.stateDirectories {
      try? PrivateDirectory(path, files: context.files, create: false).remove(Self.fileName)
    }
  }

  fileprivate static func domain(_ repository: Repository) -> String {
    "\(repository.domain)-\(repository.owner).\(repository.region)"
  }

  /// A process without `XDG_RUNTIME_DIR`, as below tox, keeps it in another directory: the latest counts.
  private var kept: (directory: PrivateDirectory, record: Record)? { all.max { $0.record.at < $1.record.at } }

  private var all: [(directory: PrivateDirectory, record: Record)] {
    context.stateDirectories.compactMap { path in
      guard let directory = try? PrivateDirectory(path, files: context.files, create: false),
        let bytes = try? directory.read(Self.fileName, limit: 16 << 10),
        let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)),
        abs(record.at) < TokenEntry.lastMoment
      else { return nil }
      return (directory, record)
    }
  }
}

extension FailureRecord {
  /// The record as JSON, on one line; nil where that is not possible.
  var json: String? { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } }

  /// The record in a JSON text; nil where it is something else.
  init?(json: String) {
    guard let record = try? JSONDecoder().decode(FailureRecord.self, from: Data(json.utf8)) else { return nil }
    self = record
  }
}
