import Glibc

/// A single value that one thread sets and another waits for, with a timeout. It uses glibc's mutex and condition
/// variable, since Swift's locks have no wait with a timeout.
final class OneShot<Value: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var result: Value?

  init() {
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
  func put(_ value: Value) {
    pthread_mutex_lock(mutex)
    result = value
    pthread_cond_signal(filled)
    pthread_mutex_unlock(mutex)
  }

  /// Waits for the value; nil if it was not set in time.
  func wait(seconds: Double) -> Value? {
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
