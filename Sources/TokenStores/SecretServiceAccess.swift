import Platform
import Synchronization

/// The way to Secret Service: one process at a time, behind a deadline of our own, and not again for a while after it
/// failed to answer. libsecret's calls may never return (a stopped daemon, a mute socket), and its cancellation has been
/// seen to hang and to abort the daemon; bursts of new sessions abort some versions of gnome-keyring.
final class SecretServiceAccess: Sendable {
  /// Seconds for one answer.
  static let patience = 2.0
  private let surroundings: Surroundings
  private let turn: Double
  private let minimum: Double
  /// How the service has failed this process: it is not asked again. Where a token cannot be read, none is stored.
  private let failure = Mutex<StoreFailure?>(nil)

  /// The service of this session; `turn` is how long to wait for other processes to finish with it, `minimum` what a
  /// conversation is given however long that took.
  init(_ surroundings: Surroundings, turn: Double = SecretServiceAccess.patience, minimum: Double = 0.5) {
    self.surroundings = surroundings
    self.turn = turn
    self.minimum = minimum
  }

  /// Looks something up: over a connection of our own where the bus is at a socket, else as `converse` does.
  func look<Value: Sendable>(
    _ work: @escaping @Sendable (any SecretReader) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    try inTurn { (seconds, note) in
      guard let sockets = SessionBus.sockets(surroundings) else { return throughLibrary(seconds, work) }
      let deadline = Deadline(seconds, on: surroundings.clock)
      let outcome: Result<Value, StoreFailure>
      do throws(StoreFailure) {
        let reader = try BusSecretReader(try connection(to: sockets, by: deadline))
        outcome = Result { () throws(StoreFailure) in try work(reader) }
        reader.close()
        if reader.isEncryptionWanted { return throughLibrary(deadline.remaining, work) }
      } catch {
        outcome = .failure(error)
      }
      guard deadline.hasPassed else { return outcome }
      if case .success = outcome {
        // It has answered all but the farewell: this one counts, the next one waits for nothing.
        note.leave()
        return outcome
      }
      return nil
    }
  }

  /// Does work in a conversation through libsecret, on a thread that is given up when no answer comes.
  func converse<Value: Sendable>(
    _ work: @escaping @Sendable (SecretServiceSession) throws(StoreFailure) -> Value
  ) throws(StoreFailure) -> Value {
    try inTurn { (seconds, _) in throughLibrary(seconds, work) }
  }

  private func throughLibrary<Value: Sendable>(
    _ seconds: Double, _ work: @escaping @Sendable (SecretServiceSession) throws(StoreFailure) -> Value
  ) -> Result<Value, StoreFailure>? {
    do {
      return try patiently(seconds: seconds) {
        Result { () throws(StoreFailure) -> Value in
          let session = try SecretServiceSession()
          defer { session.close() }
          return try work(session)
        }
      }
    } catch {
      // That is no silence of the service's, from which other processes should learn anything.
      return .failure(.unusable(.secretService, reason: "\(error)"))
    }
  }

  /// Speaks to the first of these sockets that takes a connection.
  private func connection(to sockets: [LocalAddress], by deadline: Deadline) throws(StoreFailure) -> BusConnection {
    try BusSecretReader.told { () throws(BusFailure) in
      var failure = BusFailure.stream(.ended)
      for socket in sockets {
        let stream: any ByteStream
        do throws(StreamFailure) { stream = try surroundings.connect(socket, deadline) } catch {
          failure = .stream(error)
          continue
        }
        return BusConnection(stream, by: deadline)
      }
      throw failure
    }
  }

  /// Does work while no other process is at the service; it is told how many seconds it has, and returns nil when no
  /// answer came within them.
  private func inTurn<Value>(
    _ work: (_ seconds: Double, _ note: SilenceNote) -> Result<Value, StoreFailure>?
  ) throws(StoreFailure) -> Value {
    if let reason = SessionBus.absence(surroundings) { throw .absent(.secretService, reason: reason) }
    let note = SilenceNote(surroundings)
    try refuseSilence(note)
    let start = surroundings.clock.monotonic()
    let lock: InterProcessLock?
    do {
      lock = try InterProcessLock.acquire(
        "secret-service", surroundings, deadline: Deadline(turn, on: surroundings.clock))
    } catch {
      throw .unusable(.secretService, reason: "busy with other processes")
    }
    defer { withExtendedLifetime(lock) {} }
    // Whoever had it before may just have waited in vain.
    try refuseSilence(note)
    let waited = surroundings.clock.monotonic() - start
    let seconds = max(minimum, Self.patience - waited)
    guard let outcome = work(seconds, note) else {
      // A short time given is no proof of silence.
      if seconds >= Self.patience / 2 { note.leave() }
      throw remembered(.unusable(.secretService, reason: "no answer within \(Int(Self.patience)) s"))
    }
    switch outcome {
    case .success(let value): return value
    case .failure(let failure): throw remembered(failure)
    }
  }

  private func remembered(_ new: StoreFailure) -> StoreFailure {
    failure.withLock { $0 = new }
    return new
  }

  private func refuseSilence(_ note: SilenceNote) throws(StoreFailure) {
    if let failure = failure.withLock({ $0 }) { throw failure }
    if let rest = note.secondsOfRest {
      throw .unusable(
        .secretService, reason: "it lately gave no answer within \(Int(Self.patience)) s; asked again in \(Int(rest)) s"
      )
    }
  }
}
