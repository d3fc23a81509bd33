import FoundationEssentials
import Platform
import TokenStores

/// The last failure of a lookup, kept for `doctor` and `status`: pip 26.2 and later discard what a keyring writes to
/// standard error. It never holds a secret.
public struct LastFailure {
  /// A stored failure.
  public struct Entry: Sendable, Equatable, Codable {
    /// Its moment, in epoch seconds.
    public let at: Double
    /// What the user was told.
    public let failure: FailureRecord
    /// The names of that lookup's variables that choose an identity; nil if the failure was not about the identity.
    public fileprivate(set) var variables: [String]?
    /// The domain it is about, as "acme (111122223333, us-east-1)"; nil where it is about none in particular.
    public fileprivate(set) var domainTitle: String?

    /// Whether it may be about a repository's domain.
    public func isAbout(_ repository: Repository) -> Bool {
      domainTitle == nil || domainTitle == repository.domainTitle
    }
  }

  /// The prefixes of their names.
  private static let identityVariables = [
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_", "AWS_CONTAINER_",
    "CODEARTIFACT_TOKEN", "CODEARTIFACT_AUTH_TOKEN", "CODEARTIFACT_KEYRING_PROFILE",
  ]
  /// The largest number of names that are stored.
  private static let limit = 64

  private static let fileName = "last-failure.json"
  private let context: Context

  /// The record of this user.
  public init(_ context: Context) { self.context = context }

  /// Stores a failure about a repository's domain, or about none in particular, with the names of this process's
  /// variables if they may be the reason. If no directory can store it, nothing happens.
  public func store(_ failure: any Failure, about repository: Repository? = nil, isAboutIdentity: Bool = false) {
    let entry = Entry(
      at: context.clock.now(), failure: FailureRecord(context.choosingRemedy(of: failure)),
      variables: isAboutIdentity ? Self.variables(of: context.environment) : nil,
      domainTitle: repository?.domainTitle)
    guard let data = try? JSONEncoder().encode(entry) else { return }
    context.writeState(Self.fileName, Array(data))
  }

  /// The last failure; nil if there is none. A process without `XDG_RUNTIME_DIR`, as in tox, uses another directory.
  public var last: Entry? {
    guard var last = all.map(\.entry).max(by: { $0.at < $1.at }) else { return nil }
    last.variables = last.variables?.prefix(Self.limit).map { oneLine($0, limit: 128) }
    last.domainTitle = last.domainTitle.map { oneLine($0, limit: 120) }
    return last
  }

  /// The names of the variables that choose an identity, or hold a token; sorted.
  public static func variables(of environment: Environment) -> [String] {
    environment.all.filter { name, value in
      !value.isEmpty && name.utf8.count <= 128 && identityVariables.contains { name.hasPrefix($0) }
    }.map(\.key).sorted().prefix(limit).map { $0 }
  }

  /// Removes the failure if it was about this domain, which has a token now, or about none.
  public func clear(for repository: Repository) {
    for found in all where found.entry.isAbout(repository) { try? found.directory.remove(Self.fileName) }
  }

  /// Removes the failure, whatever it was about.
  public func remove() { context.removeState(Self.fileName) }

  private var all: [(directory: PrivateDirectory, entry: Entry)] {
    context.privateDirectories(create: false).compactMap { directory in
      guard let bytes = try? directory.read(Self.fileName, limit: 16 << 10),
        let entry = try? JSONDecoder().decode(Entry.self, from: Data(bytes)),
        abs(entry.at) < TokenEntry.lastMoment
      else { return nil }
      return (directory, entry)
    }
  }
}
