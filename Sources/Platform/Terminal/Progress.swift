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

  /// Does something during a wait that needs the terminal for itself; `next` says what is waited for after that.
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

/// A line on the terminal that is shown during a wait and cleared afterwards.
public struct StatusLine: Sendable {
  private static let signals = Mutex<SignalGuard?>(nil)

  /// On the terminal that standard error is; nil unless that can clear a line, with this process in the foreground.
  static var ofThisProcess: StatusLine? {
    isatty(STDERR_FILENO) == 1 && tcgetpgrp(STDERR_FILENO) == getpgrp()
      && Environment.ofThisProcess["TERM"] ?? "dumb" != "dumb" ? StatusLine() : nil
  }

  /// Shows a line in place of the one before.
  func show(_ text: String) {
    Self.signals.withLock { signals in
      guard signals == nil else { return }
      // If a signal ends the process, the terminal is restored first.
      signals = SignalGuard(SignalGuard.terminating, exceptIgnored: true) { signal in
        write(STDERR_FILENO, clearSequence.utf8Start, clearSequence.utf8CodeUnitCount)
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
      }
    }
    // A line that wraps could not be cleared.
    let limit = max(10, (Terminal.columns(of: STDERR_FILENO) ?? 80) - 2)
    _ = FileSystem.write(Array("\(clearSequence)\(oneLine(text, limit: limit))".utf8), to: STDERR_FILENO)
  }

  func clear() {
    _ = FileSystem.write(Array("\(clearSequence)".utf8), to: STDERR_FILENO)
    Self.signals.withLock { signals in
      signals?.end()
      signals = nil
    }
  }
}

/// Moves to the start of the line and clears it. It is outside of the type so that a signal handler can use it.
private let clearSequence: StaticString = "\r\u{1B}[K"
