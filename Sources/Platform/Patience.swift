import Glibc

/// Runs work that may never return on a thread of its own, and waits for it only so long.
/// For libraries whose own time-outs cannot be trusted; a thread given up on lives on until the process ends.
public func patiently<Result: Sendable>(
  seconds: Double, _ work: @escaping @Sendable () -> Result
) -> Result? {
  let errand = Errand(work)
  let context = Unmanaged.passRetained(errand)
  var thread = pthread_t()
  let started = pthread_create(
    &thread, nil,
    { context in
      guard let context else { return nil }
      Unmanaged<AnyErrand>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }, context.toOpaque())
  guard started == 0 else {
    context.release()
    return nil
  }
  pthread_detach(thread)
  return errand.wait(seconds: seconds)
}

private class AnyErrand {
  func run() {}
}

/// A piece of work, and the place where its result is fetched from.
private final class Errand<Result: Sendable>: AnyErrand, @unchecked Sendable {
  // Glibc's own mutex and condition, since only these can wait with a time limit; both live as long as the errand.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let work: @Sendable () -> Result
  private var result: Result?

  init(_ work: @escaping @Sendable () -> Result) {
    self.work = work
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(finished, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(finished)
    pthread_mutex_destroy(mutex)
    finished.deallocate()
    mutex.deallocate()
  }

  override func run() {
    let value = work()
    pthread_mutex_lock(mutex)
    result = value
    pthread_cond_signal(finished)
    pthread_mutex_unlock(mutex)
  }

  func wait(seconds: Double) -> Result? {
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    let nanoseconds = Double(end.tv_nsec) + max(0, min(seconds, 3600)) * 1e9
    end.tv_sec += Int(nanoseconds / 1e9)
    end.tv_nsec = Int(nanoseconds.truncatingRemainder(dividingBy: 1e9))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while result == nil {
      if pthread_cond_timedwait(finished, mutex, &end) != 0 { break }
    }
    return result
  }
}
