import Glibc
import Synchronization

/// Shows on the terminal that a wait goes on: after a second, a line on standard error with the seconds so far, which
/// is cleared at the end. It shows nothing if standard error is not a terminal.
public final class Progress: Sendable {
  private let isShown: Bool
  private let clock: Clock
  private let ticker = Mutex<Ticker?>(nil)

  /// Progress in a context. With a trace, which says more, nothing is shown.
  public init(_ context: Context) {
    clock = context.clock
    isShown = context.environment["CODEARTIFACT_KEYRING_DEBUG"] != "1" && context.streams.canClearLine()
  }

  /// Does something that may take long; `what` says what is waited for.
  public func during<Result, Failure: Error>(
    _ what: String, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    begin(what)
    defer { end() }
    return try work()
  }

  /// Does something during a wait that needs the terminal for itself; `next` says what is waited for after that.
  public func pausing<Result, Failure: Error>(
    then next: String? = nil, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let what = end()
    defer { if let what { begin(next ?? what) } }
    return try work()
  }

  private func begin(_ what: String) {
    if isShown { ticker.withLock { $0 = Ticker(what, clock) } }
  }

  @discardableResult private func end() -> String? {
    let ended = ticker.withLock { ticker in
      defer { ticker = nil }
      return ticker
    }
    ended?.end()
    return ended?.what
  }
}

/// A thread that shows the seconds on standard error until it is told to end.
private final class Ticker: Sendable {
  let what: String
  private let stop = OneShot<Void>()
  private let ended = OneShot<Void>()

  init(_ what: String, _ clock: Clock) {
    self.what = what
    let (stop, ended, start) = (stop, ended, clock.monotonic())
    let isRunning = inBackground {
      // Signals are for the main thread, which may be waiting for a person.
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_SETMASK, &all, nil)
      var signals: SignalGuard?
      while stop.wait(seconds: 1) == nil {
        // If a signal ends the process, the terminal is restored first.
        signals =
          signals
          ?? SignalGuard(SignalGuard.terminating, exceptIgnored: true) { signal in
            write(STDERR_FILENO, clearSequence.utf8Start, clearSequence.utf8CodeUnitCount)
            Glibc.signal(signal, SIG_DFL)
            raise(signal)
          }
        // A line that wraps could not be cleared.
        let limit = max(10, (Terminal.columns(of: STDERR_FILENO) ?? 80) - 2)
        let line = oneLine("\(what) (\(Int(clock.monotonic() - start)) s)", limit: limit)
        _ = FileSystem.write(Array("\(clearSequence)\(line)".utf8), to: STDERR_FILENO)
      }
      if let signals {
        _ = FileSystem.write(Array("\(clearSequence)".utf8), to: STDERR_FILENO)
        signals.end()
      }
      ended.put(())
    }
    if !isRunning { ended.put(()) }
  }

  /// Ends the thread. Returns when nothing more will be shown.
  func end() {
    stop.put(())
    _ = ended.wait(seconds: 5)
  }
}

/// Moves to the start of the line and clears it. A signal handler uses it.
private let clearSequence: StaticString = "\r\u{1B}[K"
