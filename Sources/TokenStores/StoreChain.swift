import Platform

/// Which stores are configured.
public enum StorePolicy: Sendable, Equatable {
  /// All that are available: the kernel keyring as a fast copy, Secret Service for the stored token, and a file where
  /// neither is available.
  case automatic
  /// Only this one; its failure is an error.
  case only(StoreKind)
  /// Nothing is stored.
  case none

  func uses(_ kind: StoreKind) -> Bool { self == .automatic || self == .only(kind) }
}

/// All stores behind one interface: it reads them in order, and writes by the policy.
public struct StoreChain: Sendable {
  private let policy: StorePolicy
  /// The kernel keyring is the first of them, if it is used.
  private let stores: [any TokenStore]
  private let context: Context

  /// The stores of this machine under a policy.
  public init(_ policy: StorePolicy, _ context: Context) {
    let kernel: [any TokenStore] = context.hasKernelKeyring ? [KernelStore(clock: context.clock)] : []
    self.init(policy, stores: kernel + [SecretServiceStore(context), FileStore(context)], context)
  }

  init(_ policy: StorePolicy, stores: [any TokenStore], _ context: Context) {
    self.policy = policy
    self.context = context
    self.stores = stores.filter { policy.uses($0.kind) }
  }

  private var kernel: (any TokenStore)? { stores.first { $0.kind == .kernel } }

  /// Whether entries are copied to the kernel keyring.
  public var usesKernel: Bool { kernel != nil }

  /// The entry in the kernel keyring, if there is one. Takes microseconds.
  public func readKernel(_ key: EntryKey) throws(StoreFailure) -> Found? {
    guard let kernel else { return nil }
    return try read(key, from: kernel)
  }

  /// The first entry that is good enough, in the order of the stores, else the one that expires last. An entry of a slower
  /// store is copied into the kernel keyring for the next time.
  public func readBest(_ key: EntryKey, isGood: (Found) -> Bool) throws(StoreFailure) -> Found? {
    var best: Found?
    for store in stores {
      guard let found = try read(key, from: store) else { continue }
      if isGood(found) || found.entry.expiration > best?.entry.expiration ?? 0 { best = found }
      if isGood(found) { break }
    }
    if let best, best.store != .kernel, let kernel, let bytes = best.entry.encoded {
      _ = try write(bytes, best.entry, to: kernel)
    }
    return best
  }

  /// Stores an entry. With a pinned store its failure is thrown; otherwise the next store is used.
  public func write(_ entry: TokenEntry) throws(StoreFailure) {
    guard let bytes = entry.encoded else { return }
    var isCopied = false
    for store in stores {
      // The file is used only where neither of the other stores is available.
      if store.kind == .file, isCopied, policy == .automatic { return }
      let isWritten = try write(bytes, entry, to: store)
      if store.kind == .kernel { isCopied = isWritten } else if isWritten { return }
    }
  }

  /// Removes an entry from every store. Throws for a store that is available but fails.
  public func remove(_ key: EntryKey) throws(StoreFailure) {
    let failures = failures { (store) throws(StoreFailure) in try store.remove(key) }
    if let first = failures.first { throw first }
  }

  /// All entries that have not expired, store by store, in the stores of the policy.
  public func entries() throws(StoreFailure) -> [Found] {
    var found: [Found] = []
    for store in stores {
      try attempt(isFirst: true) { () throws(StoreFailure) in
        for bytes in try store.entries() {
          guard let entry = TokenEntry(bytes), entry.expiration > context.clock.now() else { continue }
          found.append(Found(entry: entry, store: store.kind))
        }
      }
    }
    return found
  }

  /// Removes the entries with these attributes, or all, from every store. Throws for one that is available but fails.
  public func removeAll(matching attributes: [String: String]) throws(StoreFailure) {
    let failures = failures { (store) throws(StoreFailure) in try store.removeAll(matching: attributes) }
    if let first = failures.first { throw first }
  }

  /// Removes all entries from every store that is available, and ends the backoff. Returns whether there were readable
  /// entries, and the failures.
  public func clear() -> (wereThere: Bool, failures: [StoreFailure]) {
    let wereThere = stores.contains { (try? $0.entries())?.isEmpty == false }
    let failures = failures { (store) throws(StoreFailure) in try store.removeAll(matching: [:]) }
    Backoff(context).remove()
    return (wereThere, failures)
  }

  /// Calls `work` for every store, also after a failure. A store that is absent is a failure only where it is pinned.
  private func failures(of work: (any TokenStore) throws(StoreFailure) -> Void) -> [StoreFailure] {
    stores.compactMap { store in
      do throws(StoreFailure) { try work(store) } catch {
        if case .absent = error, policy == .automatic { return nil }
        return error
      }
      return nil
    }
  }

  private func write(_ bytes: [UInt8], _ entry: TokenEntry, to store: any TokenStore) throws(StoreFailure) -> Bool {
    try attempt { () throws(StoreFailure) in
      try store.write(bytes, for: entry.key, until: entry.expiration)
    }
  }

  private func read(_ key: EntryKey, from store: any TokenStore) throws(StoreFailure) -> Found? {
    var bytes: [UInt8]?
    try attempt(isFirst: true) { () throws(StoreFailure) in bytes = try store.read(key) }
    guard let bytes else { return nil }
    // An entry that is valid for longer than any token was stored before the clock was set back.
    let now = context.clock.now()
    guard let entry = TokenEntry(bytes, for: key), entry.expiration > now,
      entry.expiration - now <= TokenEntry.longestLife
    else {
      context.trace("\(store.kind.title): dropped an entry that is damaged, of another key or expired")
      // If it cannot be removed, the next entry replaces it.
      do { try store.remove(key) } catch { context.trace("\(error)") }
      return nil
    }
    return Found(entry: entry, store: store.kind)
  }

  /// Runs a store's work. With `auto`, the next store is used after a failure; a pinned store's failure is thrown. A
  /// message always names a store or an entry that other users had access to, once.
  @discardableResult
  private func attempt(
    isFirst: Bool = false, _ work: () throws(StoreFailure) -> Void
  ) throws(StoreFailure) -> Bool {
    do {
      try work()
      return true
    } catch {
      context.trace("\(error)")
      if case .dropped = error {
        context.writeError(error)
        return false
      }
      if case .only = policy { throw error }
      if case .unsafe = error, isFirst { context.writeError(error) }
      return false
    }
  }

  /// An entry, and where it was.
  public struct Found: Sendable, Equatable {
    /// The entry.
    public let entry: TokenEntry
    /// The store it was in.
    public let store: StoreKind
  }
}
