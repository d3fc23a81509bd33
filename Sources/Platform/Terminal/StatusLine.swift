import Glibc
import Synchronization

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

  /// Clears the line.
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
