import Glibc
import Synchronization

/// A line on the terminal that is shown during a wait and cleared afterwards.
public struct StatusLine: Sendable {
  /// Shows a line in place of the one before.
  public let show: @Sendable (String) -> Void
  /// Clears the line.
  public let clear: @Sendable () -> Void
}

/// The status line on the terminal that standard error is.
enum TerminalLine {
  private static let signals = Mutex<SignalGuard?>(nil)

  /// Whether standard error is a terminal that can clear a line, with this process in the foreground.
  static var isWatched: Bool {
    isatty(STDERR_FILENO) == 1 && tcgetpgrp(STDERR_FILENO) == getpgrp()
      && Environment.ofThisProcess["TERM"] ?? "dumb" != "dumb"
  }

  static func show(_ text: String) {
    signals.withLock { signals in
      guard signals == nil else { return }
      // If a signal ends the process, the terminal is restored first.
      signals = SignalGuard(SignalGuard.terminating, exceptIgnored: true) { signal in
        write(STDERR_FILENO, clearSequence.utf8Start, clearSequence.utf8CodeUnitCount)
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
      }
    }
    // A line that wraps could not be cleared.
    _ = FileSystem.write(Array("\(clearSequence)\(oneLine(text, limit: max(10, columns - 2)))".utf8), to: STDERR_FILENO)
  }

  static func clear() {
    _ = FileSystem.write(Array("\(clearSequence)".utf8), to: STDERR_FILENO)
    signals.withLock { signals in
      signals?.end()
      signals = nil
    }
  }

  private static var columns: Int { Terminal.columns(of: STDERR_FILENO) ?? 80 }
}

/// Moves to the start of the line and clears it. It is outside of the type so that a signal handler can use it.
private let clearSequence: StaticString = "\r\u{1B}[K"
