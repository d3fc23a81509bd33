import Glibc

/// A time limit for a lock: the holder renews it while it runs, and a waiting process skips a holder that does not.
public struct Lease: Sendable {
  /// Seconds without a renewal after which a holder is skipped.
  let length: Double
  /// Seconds between two renewals.
  let interval: Double

  /// For work that must not wait for a process that was stopped. On a loaded machine a renewal can be late by a second
  /// or two; a lookup has half a minute.
  public static let standard = Lease(length: 10, interval: 1)
}

/// Renews a lease: a thread sets the modification time of the lock file, and stops when the process does.
final class LeaseRenewal: Sendable {
  private let stopped = OneShot<Void>()

  /// Starts; nil if no thread can be started.
  init?(_ lease: Lease, of file: Int32, _ clock: Clock) {
    // A descriptor of its own, since the holder may close the other one at any time.
    let own = fcntl(file, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else { return nil }
    let stopped = stopped
    let isStarted = inBackground {
      repeat { Self.renew(own, at: clock.now()) } while stopped.wait(seconds: lease.interval) == nil
      close(own)
    }
    guard isStarted else {
      close(own)
      return nil
    }
  }

  /// Ends soon afterwards.
  func end() { stopped.put(()) }

  static func renew(_ file: Int32, at now: Double) {
    let time = timespec(tv_sec: Int(now), tv_nsec: Int((now - now.rounded(.down)) * 1e9))
    _ = futimens(file, [time, time])
  }
}

/// Watches the renewals of a lease while waiting for it. Clocks are not compared: only changes of the file's time
/// matter.
final class LeaseWatch {
  private let lease: Lease
  private let file: Int32
  private let clock: Clock
  private var seen: [Int]
  private var unchangedSince: Double
  /// Whether the holder was skipped, because it had stopped.
  private(set) var wasSkipped = false

  init(_ lease: Lease, _ file: Int32, on clock: Clock) {
    self.lease = lease
    self.file = file
    self.clock = clock
    seen = Self.time(of: file)
    unchangedSince = clock.monotonic()
  }

  /// Checks the file. Returns whether the lease was not renewed for its whole length.
  func checkExpired() -> Bool {
    let now = clock.monotonic()
    let time = Self.time(of: file)
    if time != seen { (seen, unchangedSince) = (time, now) }
    wasSkipped = now - unchangedSince >= lease.length
    return wasSkipped
  }

  private static func time(of file: Int32) -> [Int] {
    var data = stat()
    guard fstat(file, &data) == 0 else { return [] }
    return [data.st_mtim.tv_sec, data.st_mtim.tv_nsec]
  }
}
