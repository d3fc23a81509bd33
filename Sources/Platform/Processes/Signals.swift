import Glibc

/// Handles signals that end a process for a while, so that it can clean up first.
struct SignalGuard: Sendable {
  /// The signals that a person or the system sends to end a process.
  static let terminating = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  private let before: [(signal: Int32, action: sigaction)]

  /// Installs the handler; with `exceptIgnored`, not for signals that the parent process has set to be ignored.
  init(_ signals: [Int32], exceptIgnored: Bool, handler: @escaping @convention(c) (Int32) -> Void) {
    var own = sigaction()
    own.__sigaction_handler.sa_handler = handler
    var before: [(signal: Int32, action: sigaction)] = []
    for signal in signals {
      var other = sigaction()
      sigaction(signal, nil, &other)
      if exceptIgnored, unsafeBitCast(other.__sigaction_handler.sa_handler, to: Int.self) == Self.ignored { continue }
      sigaction(signal, &own, nil)
      before.append((signal, other))
    }
    self.before = before
  }

  func end() {
    for (signal, action) in before {
      var action = action
      sigaction(signal, &action, nil)
    }
  }

  /// `SIG_IGN`, which is no address of a function.
  private static let ignored = 1
}

/// Does work whose waits these signals end, instead of the process; one that arrived meanwhile is delivered afterwards.
func deferringSignals<Value>(_ signals: [Int32], exceptIgnored: Bool, _ work: () -> Value) -> Value {
  interruption = 0
  let handlers = SignalGuard(signals, exceptIgnored: exceptIgnored) { signal in interruption = signal }
  defer {
    handlers.end()
    if interruption != 0 { raise(interruption) }
  }
  return work()
}

/// The signal that has arrived; zero if none has. Written by a signal handler, which can use nothing else.
nonisolated(unsafe) private(set) var interruption: Int32 = 0

/// Does work while signals are blocked for this thread, which receives them; those that arrive are delivered afterwards.
func blocking<Failure: Error>(_ signals: [Int32], _ work: () throws(Failure) -> Void) throws(Failure) {
  var (blocked, before) = (sigset_t(), sigset_t())
  sigemptyset(&blocked)
  for signal in signals { sigaddset(&blocked, signal) }
  pthread_sigmask(SIG_BLOCK, &blocked, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  try work()
}
