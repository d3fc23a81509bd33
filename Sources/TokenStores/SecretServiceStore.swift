import Platform
import Synchronization

/// The desktop's secret store, through libsecret: encrypted at rest, and it survives a reboot.
/// Nothing here unlocks or prompts; all of it happens behind a deadline of our own, since libsecret's calls may never
/// return (a stopped daemon, a mute socket) and its cancellation has been seen to hang and to abort the daemon.
public struct SecretServiceStore: TokenStore {
  /// The name under which our entries are marked, as the schema of other programs marks theirs.
  static let schema = "io.github.codeartifact-keyring.Token"
  /// Seconds for one answer.
  static let patience = 2.0

  private let surroundings: Surroundings
  private let health = Health()

  /// The Secret Service of this session.
  public init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// Which one it is.
  public var kind: StoreKind { .secretService }

  /// What is kept under a key in an unlocked collection: of several entries the one that lives longest.
  public func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]? {
    let found = try inSession { (session) throws(StoreFailure) in
      try session.secrets(matching: Self.search(key))
    }
    let entries = found.map { (bytes: $0, expiration: TokenEntry($0, for: key)?.expiration ?? 0) }
    return entries.max { $0.expiration < $1.expiration }?.bytes
  }

  /// Keeps bytes in the default collection when that is unlocked, else in the daemon's memory.
  public func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure) {
    let attributes = Self.search(key).merging(key.attributes) { own, _ in own }
      .merging(["xdg:schema": Self.schema]) { own, _ in own }
    let label = "CodeArtifact token for \(key.attributes["domain"] ?? "a domain")"
    try inSession { (session) throws(StoreFailure) in
      let collection = try session.collectionForWriting()
      try session.store(bytes, label: label, attributes: attributes, in: collection)
    }
  }

  /// Forgets what is kept under a key in every unlocked collection.
  public func remove(_ key: EntryKey) throws(StoreFailure) {
    try inSession { (session) throws(StoreFailure) in
      try session.remove(matching: Self.search(key))
    }
  }

  private static func search(_ key: EntryKey) -> [String: String] {
    ["application": "codeartifact-keyring", "entry": key.name]
  }

  /// Does work with a session of its own thread, one process at a time: bursts of new sessions abort some versions of
  /// gnome-keyring.
  private func inSession<Value: Sendable>(
    _ work: @escaping @Sendable (SecretServiceSession) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    if let reason = SessionBus.absence(surroundings) { throw .absent(.secretService, reason: reason) }
    let silent = StoreFailure.unusable(.secretService, reason: "no answer within \(Int(Self.patience)) s")
    guard !health.isSilent else { throw silent }
    let deadline = Deadline(Self.patience, on: surroundings.clock)
    let lock: InterProcessLock?
    do { lock = try InterProcessLock.acquire("secret-service", surroundings, deadline: deadline) } catch {
      throw .unusable(.secretService, reason: "busy with other processes")
    }
    let outcome = withExtendedLifetime(lock) {
      patiently(seconds: max(deadline.remaining, 0.5)) {
        Result { () throws(StoreFailure) -> Value in try work(try SecretServiceSession()) }
      }
    }
    guard let outcome else {
      health.noteSilence()
      throw silent
    }
    return try outcome.get()
  }

  /// Whether the service has once failed to answer this process: it is not asked again.
  private final class Health: Sendable {
    private let state = Mutex(false)
    var isSilent: Bool { state.withLock { $0 } }
    func noteSilence() { state.withLock { $0 = true } }
  }
}
