import AWSCredentials
import FoundationEssentials
import Platform
import TokenStores

/// Provides a token for a repository: one from the environment, else a fresh one from the stores, else a new one from
/// AWS, which is called only once for all processes that wait for it.
public struct TokenBroker {
  /// Seconds that a token must remain valid to be used.
  public static let margin = 300.0
  /// Seconds after which a failed refresh is tried again while the old token is valid.
  public static let retryInterval = 300.0
  /// Seconds for a lookup without a person.
  public static let timeout = 30.0
  /// Seconds for a lookup in which a person may be asked for an MFA code.
  public static let interactiveTimeout = 300.0

  private let context: Context
  private let configuration: Configuration
  private let stores: StoreChain
  private let minter: TokenMinter
  private let timeout: Double

  /// A person is asked for an MFA code only with `askMFA`. `timeout` is in seconds, for a lookup; nil for the usual one.
  public init(
    _ context: Context, configuration: Configuration, stores: StoreChain? = nil, timeout: Double? = nil,
    askMFA: MFAPrompt? = nil
  ) {
    self.timeout = timeout ?? (askMFA == nil ? Self.timeout : Self.interactiveTimeout)
    self.context = context
    self.configuration = configuration
    self.stores = stores ?? StoreChain(configuration.store, context)
    minter = TokenMinter(
      context: context, askMFA: askMFA, credentialCache: askMFA == nil ? nil : CredentialCache())
  }

  /// A token for a repository; with `refreshing`, always a new one.
  public func token(for repository: Repository, refreshing: Bool = false) throws(TokenFailure) -> AuthorizationToken {
    let found = EnvironmentToken(context).find(for: repository)
    if let token = found.token, !refreshing, !configuration.ignoresEnvironmentTokens {
      context.trace("\(repository.domain): \(token)")
      return token
    }
    do {
      let request = try TokenRequest(repository, configuration, context)
      var token = try cachedOrMinted(request, refreshing: refreshing)
      // The fast path does not know which container it runs in.
      if request.credentialSource.dependsOnHost { token.cacheable = nil }
      return token
    } catch {
      throw found.skipped.isEmpty ? error : .afterSkipping(found.skipped, error)
    }
  }

  /// Removes the token of a repository's domain from every store.
  public func removeToken(for repository: Repository) throws(TokenFailure) {
    let request = try TokenRequest(repository, configuration, context)
    do { try stores.remove(request.key) } catch { throw .store(error) }
  }

  private func cachedOrMinted(_ request: TokenRequest, refreshing: Bool) throws(TokenFailure) -> AuthorizationToken {
    context.trace(
      "\(request.repository.domain) of \(request.repository.owner) in \(request.repository.region), as \(request.credentialSource.title)"
    )
    if !refreshing {
      let copy: StoreChain.Found?
      do { copy = try stores.readKernel(request.key) } catch { throw .store(error) }
      if let token = fresh(copy) {
        context.trace("\(token), until \(token.expiration.map { iso8601(epochSeconds: $0) } ?? "?")")
        return token
      }
    }
    let start = context.clock.now()
    let deadline = Deadline(timeout, on: context.clock)
    let lock: InterProcessLock?
    do {
      lock = try InterProcessLock.acquire(
        request.key.name, context, deadline: deadline, lease: .standard)
    } catch {
      throw .other(
        "another process has been getting a token for \(request.repository.domain) for too long", error.remedy)
    }
    defer { withExtendedLifetime(lock) {} }
    // The process that held the lock before may have stored a token, or may have failed on behalf of all that waited.
    let cached: StoreChain.Found?
    do { cached = try stores.readBest(request.key, isGood: { fresh($0) != nil }) } catch { throw .store(error) }
    // A moment in the future means that the clock was set back.
    let whileWaiting = start...max(start, context.clock.now())
    // A token that another process got during the wait is new enough for `refreshing`.
    let isNew = cached.map { whileWaiting.contains($0.entry.mintedAt) } ?? false
    if !refreshing || isNew, let token = fresh(cached) { return token }
    if let lock, let last = try? JSONDecoder().decode(LastFailure.Entry.self, from: Data(lock.note)),
      whileWaiting.contains(last.at)
    {
      throw .ofAnotherProcess(last.failure)
    }
    do {
      let token = try mint(request, deadline: deadline)
      lock?.writeNote([])
      return token
    } catch {
      context.trace("no new token: \(context.choosingRemedy(of: error))")
      guard !refreshing, let cached, let token = valid(cached) else {
        let last = LastFailure.Entry(at: context.clock.now(), failure: FailureRecord(error))
        lock?.writeNote((try? JSONEncoder().encode(last)).map { Array($0) } ?? [])
        throw error
      }
      try? stores.write(cached.entry.retrying(after: context.clock.now() + Self.retryInterval))
      return token
    }
  }

  private func mint(_ request: TokenRequest, deadline: Deadline) throws(TokenFailure) -> AuthorizationToken {
    let entry = try minter.token(for: request, deadline: deadline)
    do { try stores.write(entry) } catch { throw .store(error) }
    LastFailure(context).clear(for: request.repository)
    return token(entry, from: .minted)
  }

  /// A cached token with at least half of its lifetime left, or whose renewal has failed recently.
  private func fresh(_ found: StoreChain.Found?) -> AuthorizationToken? {
    guard let found else { return nil }
    let now = context.clock.now()
    let isYoung = now <= Self.halfLife(found.entry)
    let isRetryTooEarly = found.entry.retryAfter.map { now < $0 && $0 <= now + Self.retryInterval } ?? false
    return isYoung || isRetryTooEarly ? valid(found) : nil
  }

  /// A cached token with at least the margin left.
  private func valid(_ found: StoreChain.Found) -> AuthorizationToken? {
    let isValid = found.entry.expiration - context.clock.now() >= Self.margin
    return isValid ? token(found.entry, from: .cached(found.store)) : nil
  }

  private func token(_ entry: TokenEntry, from source: AuthorizationToken.Source) -> AuthorizationToken {
    // The fast path needs its key in the kernel keyring, and when a new one is needed.
    let until = min(Self.halfLife(entry), entry.expiration - Self.margin)
    let isCacheable = stores.usesKernel && until > context.clock.now()
    return AuthorizationToken(
      value: entry.token, expiration: entry.expiration, source: source,
      cacheable: isCacheable ? (entry.key, until) : nil)
  }

  private static func halfLife(_ entry: TokenEntry) -> Double {
    entry.expiration - (entry.expiration - entry.mintedAt) / 2
  }
}
