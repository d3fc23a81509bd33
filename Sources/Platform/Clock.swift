import Glibc

/// Time, handed in: tests own the hands.
public struct Clock: Sendable {
  /// Seconds since 1970, for expiries.
  public let now: @Sendable () -> Double
  /// Seconds since some fixed moment, for deadlines: never set back.
  public let monotonic: @Sendable () -> Double
  /// Waits for so many seconds.
  public let sleep: @Sendable (Double) -> Void

  /// A clock made of these hands.
  public init(
    now: @escaping @Sendable () -> Double,
    monotonic: @escaping @Sendable () -> Double,
    sleep: @escaping @Sendable (Double) -> Void
  ) {
    self.now = now
    self.monotonic = monotonic
    self.sleep = sleep
  }

  /// The system's clock.
  public static let system = Clock(
    now: { seconds(CLOCK_REALTIME) },
    monotonic: { seconds(CLOCK_MONOTONIC) },
    sleep: { usleep(UInt32(max(0, min($0, 3600)) * 1_000_000)) })

  private static func seconds(_ id: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(id, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// The moment at which waiting ends.
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
