import Glibc
import Synchronization

/// Shows on the terminal that a wait goes on: after a second, a line on standard error with the seconds so far, which
/// is cleared at the end. It shows nothing if standard error is not a terminal.
public final class Progress: Sendable {
  private let line: StatusLine?
  private let clock: Clock
  private let ticker = Mutex<Ticker?>(nil)

  /// Progress in a context. With a trace, which says more, nothing is shown.
  public init(_ context: Context) {
    clock = context.clock
    line = context.environment["CODEARTIFACT_KEYRING_DEBUG"] == "1" ? nil : context.streams.statusLine()
  }

  /// Does something that may take long; `what` says what is waited for.
  public func during<Result, Failure: Error>(
    _ what: String, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    begin(what)
    defer { end() }
    return try work()
  }

  /// Does something during a wait that needs the terminal for itself; `next` says what is waited for after that, if it
  /// is something else.
  public func pausing<Result, Failure: Error>(
    then next: String? = nil, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let what = end()
    defer { if let what { begin(next ?? what) } }
    return try work()
  }

  private func begin(_ what: String) {
    guard let line else { return }
    ticker.withLock { $0 = Ticker(what, line, clock) }
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

/// A thread that shows the seconds until it is told to end.
private final class Ticker: Sendable {
  let what: String
  private let stop = OneShot<Void>()
  private let ended = OneShot<Void>()

  init(_ what: String, _ line: StatusLine, _ clock: Clock) {
    self.what = what
    let (stop, ended, start) = (stop, ended, clock.monotonic())
    let isRunning = inBackground {
      // Signals are for the main thread, which may be waiting for a person.
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_SETMASK, &all, nil)
      var isShown = false
      while stop.wait(seconds: 1) == nil {
        line.show("\(what) (\(Int(clock.monotonic() - start)) s)")
        isShown = true
      }
      if isShown { line.clear() }
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
