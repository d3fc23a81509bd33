import Glibc

/// A lock on time: the holder shows that it is alive, and whoever waits takes over from one that does not.
public struct Lease: Sendable {
  /// Seconds without a sign of life after which a holder is passed over.
  let length: Double
  /// Seconds between two signs of life.
  let interval: Double

  /// For work that must not wait for a process that was stopped. A machine under load is late by a second or two; a lookup
  /// has half a minute.
  public static let standard = Lease(length: 10, interval: 1)
}

/// Shows that the holder of a lease is alive: a thread that sets the time of its file, and stops when the process does.
final class LeaseRenewal: Sendable {
  private let isOver = OneShot<Void>()

  /// Begins; nil where there is no thread to be had.
  init?(_ lease: Lease, of file: Int32, _ clock: Clock) {
    // One of its own, since the holder closes the other when it likes.
    let own = fcntl(file, F_DUPFD_CLOEXEC, 0)
    guard own >= 0 else { return nil }
    let isOver = isOver
    let isUnderWay = inBackground {
      repeat { Self.renew(own, at: clock.now()) } while isOver.wait(seconds: lease.interval) == nil
      close(own)
    }
    guard isUnderWay else {
      close(own)
      return nil
    }
  }

  /// Ends, a moment later.
  func end() { isOver.put(()) }

  static func renew(_ file: Int32, at now: Double) {
    let time = timespec(tv_sec: Int(now), tv_nsec: Int((now - now.rounded(.down)) * 1e9))
    _ = futimens(file, [time, time])
  }
}

/// What somebody who waits for a lease sees of its holder. No two clocks are compared: only whether a time changes.
final class LeaseWatch {
  private let lease: Lease
  private let file: Int32
  private let clock: Clock
  private var seen: [Int]
  private var since: Double
  /// Whether the holder was found to have been stopped.
  private(set) var wasSkipped = false

  init(_ lease: Lease, _ file: Int32, on clock: Clock) {
    self.lease = lease
    self.file = file
    self.clock = clock
    seen = Self.time(of: file)
    since = clock.monotonic()
  }

  /// Whether the holder has given no sign of life for the whole length of the lease.
  func hasRunOut() -> Bool {
    let now = clock.monotonic()
    let time = Self.time(of: file)
    if time != seen { (seen, since) = (time, now) }
    wasSkipped = now - since >= lease.length
    return wasSkipped
  }

  private static func time(of file: Int32) -> [Int] {
    var data = stat()
    guard fstat(file, &data) == 0 else { return [] }
    return [data.st_mtim.tv_sec, data.st_mtim.tv_nsec]
  }
}
