import Glibc

/// The system does not allow this process another thread.
let noThread = FailureRecord("the system allows this process no further thread")

/// Runs work that may never return on a thread of its own, and waits for it until a timeout; nil if it was not done by
/// then. It is for libraries whose own timeouts are not reliable. An abandoned thread runs until the process ends.
/// Throws `noThread` if the work could not be started.
public func withTimeout<Value: Sendable>(
  seconds: Double, _ work: @escaping @Sendable () -> Value
) throws(FailureRecord) -> Value? {
  guard let oneShot = start(work) else { throw noThread }
  return oneShot.wait(seconds: seconds)
}

/// Runs several pieces of work on threads of their own until a timeout; nil for those that were not done by then.
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
  let box = Unmanaged.passRetained(Boxed(work))
  var thread = pthread_t()
  let started = pthread_create(
    &thread, nil,
    { context in
      guard let context else { return nil }
      Unmanaged<Boxed<@Sendable () -> Void>>.fromOpaque(context).takeRetainedValue().value()
      return nil
    }, box.toOpaque())
  guard started == 0 else {
    box.release()
    return false
  }
  pthread_detach(thread)
  return true
}

/// A value as an object: Valgrind reports the tag bits of an optional enumeration with payloads as uninitialised, and a
/// thread is started with a pointer.
public final class Boxed<Value: Sendable>: Sendable {
  /// The value.
  public let value: Value

  /// A box with a value.
  public init(_ value: Value) { self.value = value }
}

/// A single value that one thread sets and another waits for, with a timeout. It uses glibc's mutex and condition
/// variable, since Swift's locks have no wait with a timeout.
public final class OneShot<Value: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var result: Value?

  /// Without a value yet.
  public init() {
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(filled, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(filled)
    pthread_mutex_destroy(mutex)
    filled.deallocate()
    mutex.deallocate()
  }

  /// Sets the value.
  public func put(_ value: Value) {
    pthread_mutex_lock(mutex)
    result = value
    pthread_cond_signal(filled)
    pthread_mutex_unlock(mutex)
  }

  /// Waits for the value; nil if it was not set in time.
  public func wait(seconds: Double) -> Value? {
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = Double(end.tv_nsec) + max(0, min(seconds, 3600)) * 1e9
    end.tv_sec += Int(nanoseconds / 1e9)
    end.tv_nsec = Int(nanoseconds.truncatingRemainder(dividingBy: 1e9))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while result == nil {
      if pthread_cond_timedwait(filled, mutex, &end) != 0 { break }
    }
    return result
  }
}
