import Glibc

/// The system gives this process no further thread.
public struct NoThread: Failure, Equatable {
  /// What happened.
  public let problem = "the system allows this process no further thread"
}

/// Runs work that may never return on a thread of its own, and waits for it only so long: nil when it was not done by then.
/// For libraries whose own time-outs cannot be trusted; a thread given up on lives on until the process ends.
/// Throws where the work was not even begun.
public func withTimeout<Value: Sendable>(
  seconds: Double, _ work: @escaping @Sendable () -> Value
) throws(NoThread) -> Value? {
  guard let oneShot = start(work) else { throw NoThread() }
  return oneShot.wait(seconds: seconds)
}

/// Runs works side by side, each on a thread of its own, and waits for all of them only so long. Nil stands for those that
/// were not done by then.
public func withTimeout<Value: Sendable>(
  seconds: Double, together works: [@Sendable () -> Value], clock: Clock = .system
) -> [Value?] {
  let deadline = Deadline(seconds, on: clock)
  return works.map(start).map { $0?.wait(seconds: deadline.remaining) }
}

/// Where the result of a work will be, once it is done; nil when there is no thread to be had.
private func start<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> OneShot<Value>? {
  let oneShot = OneShot<Value>()
  return inBackground({ oneShot.put(work()) }) ? oneShot : nil
}

/// Runs work on a thread of its own; false when there is none to be had.
func inBackground(_ work: @escaping @Sendable () -> Void) -> Bool {
  let box = Unmanaged.passRetained(ThreadBox(work))
  var thread = pthread_t()
  let started = pthread_create(
    &thread, nil,
    { context in
      guard let context else { return nil }
      Unmanaged<ThreadBox>.fromOpaque(context).takeRetainedValue().work()
      return nil
    }, box.toOpaque())
  guard started == 0 else {
    box.release()
    return false
  }
  pthread_detach(thread)
  return true
}

/// What a thread is started with.
private final class ThreadBox: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
