import Platform
import Synchronization

/// The way to Secret Service: one process at a time, behind a deadline of our own, and not again for a while after it
/// failed to answer. libsecret's calls may never return (a stopped daemon, a mute socket), and its cancellation has been
/// seen to hang and to abort the daemon; bursts of new sessions abort some versions of gnome-keyring.
final class SecretServiceAccess: Sendable {
  /// Seconds for one answer.
  static let patience = 2.0
  private let context: Context
  private let turn: Double
  private let minimum: Double
  /// How the service has failed this process: it is not asked again. Where a token cannot be read, none is stored.
  private let failure = Mutex<StoreFailure?>(nil)

  /// The service of this session; `turn` is how long to wait for other processes to finish with it, `minimum` what a
  /// conversation is given however long that took.
  init(_ context: Context, turn: Double = SecretServiceAccess.patience, minimum: Double = 0.5) {
    self.context = context
    self.turn = turn
    self.minimum = minimum
  }

  /// Does work in a conversation with the service while no other process is at it, on a thread that is given up when no
  /// answer comes in time.
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
      throw .unusable(.secretService, reason: "busy with other processes")
    }
    defer { withExtendedLifetime(lock) {} }
    // The process that held the lock before may just have waited in vain.
    try refuseSilence(note)
    let seconds = max(minimum, Self.patience - (context.clock.monotonic() - start))
    let answer = KeyringResponse<Value>()
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
      // Without a thread the service was not asked, so other processes are told nothing of it.
      throw .unusable(.secretService, reason: "\(error)")
    }
    // A short time given is no proof of silence. One that answered, but not when the session was closed, still counts.
    if isClosed == nil, seconds >= Self.patience / 2 { note.leave() }
    switch answer.outcome {
    case .success(let value): return value
    case .failure(let failure): throw remembered(failure)
    case nil: throw remembered(.unusable(.secretService, reason: "no answer within \(Int(Self.patience)) s"))
    }
  }

  private func remembered(_ new: StoreFailure) -> StoreFailure {
    failure.withLock { $0 = new }
    return new
  }

  private func refuseSilence(_ note: Backoff) throws(StoreFailure) {
    if let failure = failure.withLock({ $0 }) { throw failure }
    if let rest = note.secondsOfRest {
      throw .unusable(
        .secretService, reason: "it lately gave no answer within \(Int(Self.patience)) s; asked again in \(Int(rest)) s"
      )
    }
  }
}

/// What work on another thread has come to; nil until it is done.
private final class KeyringResponse<Value: Sendable>: Sendable {
  private let state = Mutex<Result<Value, StoreFailure>?>(nil)

  var outcome: Result<Value, StoreFailure>? { state.withLock { $0 } }

  func put(_ outcome: Result<Value, StoreFailure>) { state.withLock { $0 = outcome } }
}
