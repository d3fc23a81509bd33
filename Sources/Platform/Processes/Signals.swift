import Glibc

/// Signals that end a process, met with a handler for a while, so that what has been begun can be put right first.
struct SignalGuard: Sendable {
  /// What a person or a system sends to end a process.
  static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  private let before: [(signal: Int32, action: sigaction)]

  /// Installs the handler; with `sparingIgnored`, not for signals that the parent process has set to be ignored.
  init(_ signals: [Int32], sparingIgnored: Bool, handler: @escaping @convention(c) (Int32) -> Void) {
    var own = sigaction()
    own.__sigaction_handler.sa_handler = handler
    var before: [(signal: Int32, action: sigaction)] = []
    for signal in signals {
      var other = sigaction()
      sigaction(signal, nil, &other)
      if sparingIgnored, unsafeBitCast(other.__sigaction_handler.sa_handler, to: Int.self) == Self.ignored { continue }
      sigaction(signal, &own, nil)
      before.append((signal, other))
    }
    self.before = before
  }

  /// Puts back what was there before.
  func end() {
    for (signal, action) in before {
      var action = action
      sigaction(signal, &action, nil)
    }
  }

  /// `SIG_IGN`, which is no address of a function.
  private static let ignored = 1
}

/// Signals that have to wait a moment; what has come meanwhile takes effect at the end.
struct HeldSignals {
  private var before = sigset_t()

  /// Holds signals back from this thread, which is the one that they are for.
  init(_ signals: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, &before)
  }

  func release() {
    var before = before
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}
