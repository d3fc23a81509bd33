import Glibc

/// Time as a value that is handed in, so that tests control it.
public struct Clock: Sendable {
  /// Seconds since 1970, for expiries.
  public var now: @Sendable () -> Double = { Clock.seconds(CLOCK_REALTIME) }
  /// Seconds since some fixed moment, for deadlines. It is never set back.
  public var monotonic: @Sendable () -> Double = { Clock.seconds(CLOCK_MONOTONIC) }
  /// Waits for so many seconds.
  public var sleep: @Sendable (Double) -> Void = { usleep(UInt32(max(0, min($0, 3600)) * 1_000_000)) }
  /// A moment (seconds since 1970) in the user's time zone, such as `2026-11-29 17:48`.
  public var localTime: @Sendable (Double) -> String = { Clock.text($0, in: localtime_r) }

  /// The system's clock.
  public static let system = Clock()

  private static func seconds(_ id: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(id, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The date and time of day, to the minute; `convert` knows the time zone.
  package static func text(
    _ epoch: Double, in convert: (UnsafePointer<time_t>, UnsafeMutablePointer<tm>) -> UnsafeMutablePointer<tm>?
  ) -> String {
    // Up to the year 9999.
    var seconds = time_t(epoch.isFinite ? max(0, min(epoch, 253_402_200_000)) : 0)
    var parts = tm()
    var buffer = [CChar](repeating: 0, count: 32)
    guard convert(&seconds, &parts) != nil else { return "" }
    let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M", &parts)
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// The moment at which a wait ends.
public struct Deadline: Sendable {
  private let clock: Clock
  private let end: Double

  /// A deadline so many seconds from now.
  public init(_ seconds: Double, on clock: Clock) {
    self.clock = clock
    self.end = clock.monotonic() + seconds
  }

  /// Seconds left; zero when it has passed.
  public var remaining: Double { max(0, end - clock.monotonic()) }

  /// Whether the moment has come.
  public var hasPassed: Bool { remaining <= 0 }
}
