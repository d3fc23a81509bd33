import Glibc

/// Time as a value that is handed in, so that tests control it.
public struct Clock: Sendable {
  /// Seconds since 1970, for expiries.
  public let now: @Sendable () -> Double
  /// Seconds since some fixed moment, for deadlines. It is never set back.
  public let monotonic: @Sendable () -> Double
  /// Waits for so many seconds.
  public let sleep: @Sendable (Double) -> Void
  /// A moment (seconds since 1970) in the user's time zone, such as `2026-11-29 17:48`.
  public let localTime: @Sendable (Double) -> String

  /// A clock made of these functions; without `localTime`, the time zone is UTC.
  public init(
    now: @escaping @Sendable () -> Double,
    monotonic: @escaping @Sendable () -> Double,
    sleep: @escaping @Sendable (Double) -> Void,
    localTime: @escaping @Sendable (Double) -> String = Clock.utcTime
  ) {
    self.now = now
    self.monotonic = monotonic
    self.sleep = sleep
    self.localTime = localTime
  }

  /// The system's clock.
  public static let system = Clock(
    now: { seconds(CLOCK_REALTIME) },
    monotonic: { seconds(CLOCK_MONOTONIC) },
    sleep: { usleep(UInt32(max(0, min($0, 3600)) * 1_000_000)) },
    localTime: { text($0, in: localtime_r) })

  private static func seconds(_ id: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(id, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// A moment in UTC.
  public static func utcTime(_ epoch: Double) -> String { text(epoch, in: gmtime_r) }

  /// The date and time of day, to the minute; `convert` knows the time zone.
  private static func text(
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
