import Platform
import Synchronization

/// Calls to Secret Service: by one process at a time, with a deadline, and not again for a while after it failed to answer.
/// libsecret's calls may never return (a stopped daemon, a mute socket), and its cancellation has been seen to hang and to
/// abort the daemon; bursts of new sessions abort some versions of gnome-keyring.
final class SecretServiceAccess: Sendable {
  /// Seconds for one answer.
  static let patience = 2.0
  private let context: Context
  private let turn: Double
  private let minimum: Double
  /// How the service has failed in this process: it is not called again. Where a token cannot be read, none is stored.
  private let failure = Mutex<Boxed<StoreFailure>?>(nil)

  /// The service of this session; `turn` is how long to wait for other processes, `minimum` the time of a conversation
  /// however long that took.
  init(_ context: Context, turn: Double = SecretServiceAccess.patience, minimum: Double = 0.5) {
    self.context = context
    self.turn = turn
    self.minimum = minimum
  }

  /// Does work in a conversation with the service while no other process does, on a thread that is abandoned when no answer
  /// comes in time.
  func converse<Value: Sendable>(
    _ work: @escaping @Sendable (SecretServiceSession) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    if let reason = SessionBus.absence(context) { throw .absent(.secretService, reason: reason) }
    let note = Backoff(context)
    try refuseSilence(note)
    let start = context.clock.monotonic()
    let lock: InterProcessLock?
    do {
      lock = try InterProcessLock.acquire(
        "secret-service", context, deadline: Deadline(turn, on: context.clock))
    } catch {
      throw .unusable(.secretService, reason: "other processes are using it", LockTimeout().remedy)
    }
    defer { withExtendedLifetime(lock) {} }
    // The process that held the lock before may have got no answer.
    try refuseSilence(note)
    let seconds = max(minimum, Self.patience - (context.clock.monotonic() - start))
    let answer = ThreadResult<Value>()
    let isClosed: Bool?
    do {
      isClosed = try withTimeout(seconds: seconds) {
        do throws(StoreFailure) {
          let session = try SecretServiceSession()
          answer.put(Result { () throws(StoreFailure) -> Value in try work(session) })
          session.close()
        } catch {
          answer.put(.failure(error))
        }
        return true
      }
    } catch {
      // Without a thread the service was not called, so other processes are told nothing.
      throw .unusable(.secretService, reason: error.problem)
    }
    // After a short time it may only be slow. Not answering when the session is closed counts as well.
    if isClosed == nil, seconds >= Self.patience / 2 { note.leave() }
    guard let outcome = answer.outcome else {
      throw remembered(.unusable(.secretService, reason: "no answer within \(Int(Self.patience)) s"))
    }
    switch outcome.value {
    case .success(let value): return value
    case .failure(let failure): throw remembered(failure)
    }
  }

  private func remembered(_ new: StoreFailure) -> StoreFailure {
    failure.withLock { $0 = Boxed(new) }
    return new
  }

  private func refuseSilence(_ note: Backoff) throws(StoreFailure) {
    if let failure = failure.withLock({ $0 }) { throw failure.value }
    if let seconds = note.secondsLeft {
      throw .unusable(
        .secretService,
        reason: "it recently gave no answer within \(Int(Self.patience)) s; it is tried again in \(Int(seconds)) s"
      )
    }
  }
}

/// The result of work on another thread; nil until it is done.
private final class ThreadResult<Value: Sendable>: Sendable {
  private let state = Mutex<Boxed<Result<Value, StoreFailure>>?>(nil)

  var outcome: Boxed<Result<Value, StoreFailure>>? { state.withLock { $0 } }

  func put(_ outcome: Result<Value, StoreFailure>) { state.withLock { $0 = Boxed(outcome) } }
}

/// A value as an object, since the optional of an enumeration with payloads is told from them by bits that Valgrind takes
/// for uninitialised.
private final class Boxed<Value: Sendable>: Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
