import Glibc

/// The system does not allow this process another thread.
public struct NoThread: Failure, Equatable {
  /// What happened.
  public let problem = "the system allows this process no further thread"
}

/// Runs work that may never return on a thread of its own, and waits for it until a timeout; nil if it was not done by
/// then. It is for libraries whose own timeouts are not reliable. An abandoned thread runs until the process ends.
/// Throws if the work could not be started.
public func withTimeout<Value: Sendable>(
  seconds: Double, _ work: @escaping @Sendable () -> Value
) throws(NoThread) -> Value? {
  guard let oneShot = start(work) else { throw NoThread() }
  return oneShot.wait(seconds: seconds)
}

/// Runs several pieces of work at the same time, each on a thread of its own, and waits for all of them until a
/// timeout. The result is nil for those that were not done by then.
public func withTimeout<Value: Sendable>(
  seconds: Double, together works: [@Sendable () -> Value], clock: Clock = .system
) -> [Value?] {
  let deadline = Deadline(seconds, on: clock)
  return works.map(start).map { $0?.wait(seconds: deadline.remaining) }
}

/// Starts work on a thread, and returns the value that it will set; nil if no thread can be started.
private func start<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> OneShot<Value>? {
  let oneShot = OneShot<Value>()
  return inBackground({ oneShot.put(work()) }) ? oneShot : nil
}

/// Runs work on a thread of its own; false if no thread can be started.
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
