import Glibc

/// A time limit for a lock: the holder renews it while it runs, and a waiting process skips a holder that does not.
public struct Lease: Sendable {
  /// Seconds without a renewal after which a holder is skipped.
  let length: Double
  /// Seconds between two renewals.
  let interval: Double

  /// For work that must not wait for a stopped process. A loaded machine may delay a renewal by a second or two.
  public static let standard = Lease(length: 10, interval: 1)

  /// Starts a thread that sets the modification time of a lock file until the result is set; nil if that is not possible.
  func startRenewal(of file: Int32, _ clock: Clock) -> OneShot<Void>? {
    // A descriptor of its own, since the holder may close the other one at any time.
    let own = fcntl(file, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else { return nil }
    let end = OneShot<Void>()
    let isStarted = inBackground {
      repeat { Self.renew(own, at: clock.now()) } while end.wait(seconds: interval) == nil
      close(own)
    }
    guard isStarted else {
      close(own)
      return nil
    }
    return end
  }

  static func renew(_ file: Int32, at now: Double) {
    let time = timespec(tv_sec: Int(now), tv_nsec: Int((now - now.rounded(.down)) * 1e9))
    _ = futimens(file, [time, time])
  }
}

/// Watches the renewals of a lease. Clocks are not compared: only changes of the file's time matter.
struct LeaseWatch {
  let lease: Lease
  var seen: [Int]?
  var unchangedSince = 0.0

  /// Whether the lease was not renewed for its whole length.
  mutating func isExpired(_ file: Int32, at now: Double) -> Bool {
    var data = stat()
    let time = fstat(file, &data) == 0 ? [data.st_mtim.tv_sec, data.st_mtim.tv_nsec] : []
    if time != seen { (seen, unchangedSince) = (time, now) }
    return now - unchangedSince >= lease.length
  }
}
