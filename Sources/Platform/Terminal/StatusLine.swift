import Glibc
import Synchronization

/// A line for who watches a wait, which is gone when the wait is over.
public struct StatusLine: Sendable {
  /// Shows a line in the place of the one before.
  public let show: @Sendable (String) -> Void
  /// Takes the line away.
  public let wipe: @Sendable () -> Void

  /// A line made of these functions.
  public init(show: @escaping @Sendable (String) -> Void, wipe: @escaping @Sendable () -> Void) {
    self.show = show
    self.wipe = wipe
  }
}

/// The last line of the terminal that standard error is.
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
      // Whoever ends us finds the terminal as it was.
      signals = SignalGuard(SignalGuard.ending, sparingIgnored: true) { signal in
        write(STDERR_FILENO, eraser.utf8Start, eraser.utf8CodeUnitCount)
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
      }
    }
    // A line that is broken into two could not be wiped.
    _ = FileSystem.write(Array("\(eraser)\(oneLine(text, limit: max(10, columns - 2)))".utf8), to: STDERR_FILENO)
  }

  static func wipe() {
    _ = FileSystem.write(Array("\(eraser)".utf8), to: STDERR_FILENO)
    signals.withLock { signals in
      signals?.end()
      signals = nil
    }
  }

  private static var columns: Int { Terminal.columns(of: STDERR_FILENO) ?? 80 }
}

/// To the line's start, and away with what is there. Apart from the type, since a signal's handler can reach it here.
private let eraser: StaticString = "\r\u{1B}[K"
