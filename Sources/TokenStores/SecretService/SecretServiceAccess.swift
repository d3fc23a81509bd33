import Platform
import Synchronization

/// Calls to Secret Service: by one process at a time, with a deadline, and not again for a while after it failed to
/// answer. libsecret's calls may never return (a stopped daemon, a socket that nothing reads). Cancelling them was seen
/// to hang and to abort the daemon, and many new sessions at once abort some versions of gnome-keyring.
final class SecretServiceAccess: Sendable {
  /// Seconds for one session.
  static let timeout = 2.0
  private let context: Context
  private let lockTimeout: Double
  private let minimumTimeout: Double
  /// How the service has failed in this process, which does not call it again. After a failed read, nothing is written.
  private let failure = Mutex<Boxed<StoreFailure>?>(nil)

  /// The service of this session. `lockTimeout` is how long to wait for other processes; `minimumTimeout` is what is
  /// left for the service itself, however long that wait was.
  init(_ context: Context, lockTimeout: Double = SecretServiceAccess.timeout, minimumTimeout: Double = 0.5) {
    self.context = context
    self.lockTimeout = lockTimeout
    self.minimumTimeout = minimumTimeout
  }

  /// Does work in the only session of this user, on a thread that is abandoned if the service does not respond in time.
  func withSession<Value: Sendable>(
    _ work: @escaping @Sendable (SecretServiceSession) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    if let reason = SessionBus.absenceReason(context) { throw .absent(.secretService, reason: reason) }
    if let failure = failure.withLock({ $0 }) { throw failure.value }
    let start = context.clock.monotonic()
    let lock: InterProcessLock?
    do {
      lock = try InterProcessLock.acquire(
        "secret-service", context, deadline: Deadline(lockTimeout, on: context.clock))
    } catch {
      throw .unusable(.secretService, reason: "other processes are using it", error.remedy)
    }
    defer { withExtendedLifetime(lock) {} }
    // Not before: the process that held the lock may have begun a backoff.
    let backoff = Backoff(context)
    if let seconds = backoff.secondsLeft {
      throw .unusable(
        .secretService,
        reason: "it recently gave no answer within \(Int(Self.timeout)) s; it is tried again in \(Int(seconds)) s")
    }
    let seconds = max(minimumTimeout, Self.timeout - (context.clock.monotonic() - start))
    let response = OneShot<Boxed<Result<Value, StoreFailure>>>()
    let isClosed: Bool?
    do {
      isClosed = try withTimeout(seconds: seconds) {
        do throws(StoreFailure) {
          let session = try SecretServiceSession()
          response.put(Boxed(Result { () throws(StoreFailure) -> Value in try work(session) }))
          session.close()
        } catch {
          response.put(Boxed(.failure(error)))
        }
        return true
      }
    } catch {
      // Without a thread the service was not called, so no backoff begins.
      throw .unusable(.secretService, reason: error.problem)
    }
    // After a short wait the service may only be slow. Not responding while the session is closed counts as well.
    if isClosed == nil, seconds >= Self.timeout / 2 { backoff.begin() }
    let result =
      response.wait(seconds: 0)?.value
      ?? .failure(.unusable(.secretService, reason: "no answer within \(Int(Self.timeout)) s"))
    if case .failure(let new) = result { failure.withLock { $0 = Boxed(new) } }
    return try result.get()
  }
}
