import Platform

/// Which stores the user wants.
public enum StorePolicy: Sendable, Equatable {
  /// All that are there: the kernel keyring as the quick copy, Secret Service as the record, a file where neither is.
  case automatic
  /// This one alone, and an error when it fails.
  case only(StoreKind)
  /// Nothing is kept.
  case none
}

/// The stores as one: reads in their order, writes where the policy says.
public struct StoreChain: Sendable {
  private let policy: StorePolicy
  private let quick: (any TokenStore)?
  private let record: [any TokenStore]
  private let context: Context

  /// The stores of this machine under a policy.
  public init(_ policy: StorePolicy, _ context: Context) {
    let stores: [any TokenStore] = [
      KernelStore(clock: context.clock), SecretServiceStore(context), FileStore(context),
    ]
    self.init(policy, stores: stores, context)
  }

  init(_ policy: StorePolicy, stores: [any TokenStore], _ context: Context) {
    self.policy = policy
    self.context = context
    switch policy {
    case .automatic:
      quick = stores.first { $0.kind == .kernel }
      record = stores.filter { $0.kind != .kernel }
    case .only(.kernel):
      quick = stores.first { $0.kind == .kernel }
      record = []
    case .only(let kind):
      quick = nil
      record = stores.filter { $0.kind == kind }
    case .none:
      quick = nil
      record = []
    }
  }

  /// Whether entries are kept in the kernel keyring.
  public var hasQuickCopy: Bool { quick != nil }

  /// The entry in the quick copy, if there is one: microseconds.
  public func readQuickly(_ key: EntryKey) throws(StoreFailure) -> Found? {
    guard let quick else { return nil }
    return try read(key, from: quick)
  }

  /// The first entry that is good enough, in the order of the stores, else the one that lives longest. What comes from a
  /// slower store is put into the quick copy for the next time.
  public func readBest(_ key: EntryKey, isGood: (Found) -> Bool) throws(StoreFailure) -> Found? {
    var best = try readQuickly(key)
    if let best, isGood(best) { return best }
    for store in record {
      guard let found = try read(key, from: store) else { continue }
      if isGood(found) || found.entry.expiration > best?.entry.expiration ?? 0 { best = found }
      if isGood(found) { break }
    }
    if let best, best.store != .kernel, let quick, let bytes = best.entry.encoded {
      _ = try write(bytes, best.entry, to: quick)
    }
    return best
  }

  /// Keeps an entry. With a pinned store its failure is thrown; otherwise the next one takes it.
  public func write(_ entry: TokenEntry) throws(StoreFailure) {
    guard let bytes = entry.encoded else { return }
    let isCopied = try quick.map { (store) throws(StoreFailure) in try write(bytes, entry, to: store) } ?? false
    for store in record {
      // A file is for machines that have neither of the others.
      if store.kind == .file, isCopied, policy == .automatic { return }
      if try write(bytes, entry, to: store) { return }
    }
  }

  /// Forgets an entry in every store. A store that is there but cannot forget is for the user to hear of.
  public func remove(_ key: EntryKey) throws(StoreFailure) {
    try eachStore { (store) throws(StoreFailure) in try store.remove(key) }
  }

  /// All entries that have not ended, store by store, in the stores of the policy.
  public func entries() throws(StoreFailure) -> [Found] {
    var found: [Found] = []
    for store in [quick].compactMap({ $0 }) + record {
      try attempt(isFirst: true) { () throws(StoreFailure) in
        for bytes in try store.entries() {
          guard let entry = TokenEntry(bytes), entry.expiration > context.clock.now() else { continue }
          found.append(Found(entry: entry, store: store.kind))
        }
      }
    }
    return found
  }

  /// Forgets all entries whose key has these attributes, in every store; with none given, all of ours. A store that is
  /// there but cannot forget is for the user to hear of.
  public func removeAll(matching attributes: [String: String]) throws(StoreFailure) {
    try eachStore { (store) throws(StoreFailure) in try store.removeAll(matching: attributes) }
  }

  /// Forgets all entries of ours in every store that is there, and what was noted of the stores. Returns whether any could
  /// be read before, and what kept a store from forgetting.
  public func forgetAll() -> (wereThere: Bool, failures: [StoreFailure]) {
    var wereThere = false
    var failures: [StoreFailure] = []
    for store in [quick].compactMap({ $0 }) + record {
      let found = (try? store.entries()) ?? []
      wereThere = wereThere || !found.isEmpty
      do { try store.removeAll(matching: [:]) } catch {
        if case .absent = error { continue }
        failures.append(error)
      }
    }
    Backoff(context).remove()
    return (wereThere, failures)
  }

  /// Does something in every store, whatever becomes of it in one of them, and throws the first failure in the end.
  private func eachStore(_ work: (any TokenStore) throws(StoreFailure) -> Void) throws(StoreFailure) {
    var failure: StoreFailure?
    for store in [quick].compactMap({ $0 }) + record {
      do { try work(store) } catch {
        if case .absent = error, policy == .automatic { continue }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
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
    // One that has more before it than any token has was got before a clock was set back: nobody knows what is left of it.
    let now = context.clock.now()
    guard let entry = TokenEntry(bytes, for: key), entry.expiration > now,
      entry.expiration - now <= TokenEntry.longestLife
    else {
      context.trace("\(store.kind.title): dropped an entry that is damaged, foreign or expired")
      // Where that is not possible, what is written next takes its place.
      do { try store.remove(key) } catch { context.trace("\(error)") }
      return nil
    }
    return Found(entry: entry, store: store.kind)
  }

  /// Runs a store's work. In `auto` a failure means the next store; pinned, it is the user's to hear. Of a store that is
  /// open to others the user hears in any case, once: when it is the first that is done with it. An entry that was removed
  /// for being open to others is told of and is no failure, whichever store it was in.
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
        writeError(error)
        return false
      }
      if case .only = policy { throw error }
      if case .unsafe = error, isFirst { writeError(error) }
      return false
    }
  }

  private func writeError(_ failure: StoreFailure) {
    context.streams.writeError("codeartifact-keyring: \(oneLine("\(failure)", limit: 1000))")
  }

  /// An entry, and where it was.
  public struct Found: Sendable, Equatable {
    /// The entry.
    public let entry: TokenEntry
    /// The store it was in.
    public let store: StoreKind
  }
}
