import Glibc

/// The system gives this process no further thread.
public struct NoThread: Error, Equatable, CustomStringConvertible {
  /// One line for a person.
  public let description = "this system gives no further thread"
}

/// Runs work that may never return on a thread of its own, and waits for it only so long: nil when it was not done by then.
/// For libraries whose own time-outs cannot be trusted; a thread given up on lives on until the process ends.
/// Throws where the work was not even begun.
public func patiently<Result: Sendable>(
  seconds: Double, _ work: @escaping @Sendable () -> Result
) throws(NoThread) -> Result? {
  guard let mailbox = start(work) else { throw NoThread() }
  return mailbox.wait(seconds: seconds)
}

/// Runs works side by side, each on a thread of its own, and waits for all of them only so long. Nil stands for those that
/// were not done by then.
public func patiently<Result: Sendable>(
  seconds: Double, together works: [@Sendable () -> Result], clock: Clock = .system
) -> [Result?] {
  let deadline = Deadline(seconds, on: clock)
  return works.map(start).map { $0?.wait(seconds: deadline.remaining) }
}

/// Where the result of a work will be, once it is done; nil when there is no thread to be had.
private func start<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Mailbox<Result>? {
  let mailbox = Mailbox<Result>()
  return inBackground({ mailbox.put(work()) }) ? mailbox : nil
}

/// Runs work on a thread of its own; false when there is none to be had.
func inBackground(_ work: @escaping @Sendable () -> Void) -> Bool {
  let errand = Unmanaged.passRetained(Errand(work))
  var thread = pthread_t()
  let started = pthread_create(
    &thread, nil,
    { context in
      guard let context else { return nil }
      Unmanaged<Errand>.fromOpaque(context).takeRetainedValue().work()
      return nil
    }, errand.toOpaque())
  guard started == 0 else {
    errand.release()
    return false
  }
  pthread_detach(thread)
  return true
}

/// What a thread is started with.
private final class Errand: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
