import Platform

/// The desktop's secret store, encrypted and kept over a reboot. Nothing here unlocks, prompts or waits long.
struct SecretServiceStore: TokenStore {
  static let schema = "io.github.codeartifact-keyring.Token"

  let access: SecretServiceAccess
  private let clock: Clock

  init(_ context: Context) {
    access = SecretServiceAccess(context)
    clock = context.clock
  }

  var kind: StoreKind { .secretService }

  /// The bytes under a key in an unlocked collection; of several entries, the one that expires last.
  func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]? {
    let found = try access.withSession { (session) throws(StoreFailure) in
      var found: [[UInt8]] = []
      for item in try session.items(matching: Self.search(key)) {
        let secret = try session.secret(of: item)
        // An oversized entry counts as damaged, so that it is removed.
        found.append(secret.count <= TokenEntry.sizeLimit ? secret : [])
      }
      return found
    }
    let entries = found.map { (bytes: $0, expiration: TokenEntry($0, for: key)?.expiration ?? 0) }
    return entries.max { $0.expiration < $1.expiration }?.bytes
  }

  /// Stores bytes in the default collection when that is unlocked, else in the daemon's memory.
  func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure) {
    let attributes = Self.search(key).merging(key.attributes) { own, _ in own }
      .merging(["xdg:schema": Self.schema]) { own, _ in own }
    let label = "CodeArtifact token for \(key.attributes["domain"] ?? "a domain")"
    let oldest = clock.now() - TokenEntry.longestLife
    try access.withSession { (session) throws(StoreFailure) in
      let collection = try Self.collectionForWriting(session).path
      Self.removeOne(before: oldest, session)
      try session.store(bytes, label: label, attributes: attributes, findingBy: Self.search(key), in: collection)
    }
  }

  /// Removes an item, chosen at random, if it was last changed so long ago that it has expired: nothing reads those of keys
  /// that are no longer in use again. One for each that is written is enough. Its secret is not read, since some services ask
  /// their user about that.
  private static func removeOne(before moment: Double, _ session: SecretServiceSession) {
    guard let item = try? session.items(matching: own).randomElement(), let modified = session.modified(item),
      modified < moment
    else { return }
    try? session.remove(item: item)
  }

  func remove(_ key: EntryKey) throws(StoreFailure) {
    try access.withSession { (session) throws(StoreFailure) in
      try Self.removeUnlocked(matching: Self.search(key), session)
    }
  }

  private static func removeUnlocked(
    matching attributes: [String: String], _ session: SecretServiceSession
  ) throws(StoreFailure) {
    for item in try session.items(matching: attributes) {
      // Where the service would prompt, an empty secret has the same effect.
      do { try session.remove(item: item) } catch { try session.replace([], of: item) }
    }
  }

  func entries() throws(StoreFailure) -> [[UInt8]] {
    try access.withSession { (session) throws(StoreFailure) in
      var entries: [[UInt8]] = []
      for item in try session.items(matching: Self.own) { entries.append(try session.secret(of: item)) }
      return entries
    }
  }

  /// Removes the entries with these attributes. Throws where some are locked, which cannot be removed without a prompt.
  func removeAll(matching attributes: [String: String]) throws(StoreFailure) {
    let wanted = attributes.merging(Self.own) { $1 }
    try access.withSession { (session) throws(StoreFailure) in
      try Self.removeUnlocked(matching: wanted, session)
      guard try session.items(matching: wanted, areLocked: true).isEmpty else {
        throw .unusable(.secretService, reason: "tokens in it are locked", .unlock)
      }
    }
  }

  /// The default collection if it is unlocked, else the one in the daemon's memory.
  static func collectionForWriting(
    _ session: SecretServiceSession
  ) throws(StoreFailure) -> (alias: String, path: String) {
    for alias in ["default", "session"] {
      if let path = try session.collection(alias), session.isUnlocked(path, "Collection") { return (alias, path) }
    }
    throw .unusable(.secretService, reason: "its collection is locked, and it has none in memory", .unlock)
  }

  private static let own = ["application": "codeartifact-keyring"]

  private static func search(_ key: EntryKey) -> [String: String] {
    own.merging(["entry": key.name]) { own, _ in own }
  }
}
