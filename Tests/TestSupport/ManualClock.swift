import Glibc
import Platform
import Synchronization

/// A clock whose hands only a test moves: sleeping moves them on and takes no time.
package final class ManualClock: Sendable {
  private struct Hands {
    var now: Double
    var monotonic = 1000.0
    var sleeps: [Double] = []
  }

  private let hands: Mutex<Hands>
  private let whenAsleep: @Sendable () -> Void

  /// A clock that shows `now` in epoch seconds; `whenAsleep` is what the world does while somebody sleeps.
  package init(now: Double = 1_800_000_000, whenAsleep: @escaping @Sendable () -> Void = {}) {
    hands = Mutex(Hands(now: now))
    self.whenAsleep = whenAsleep
  }

  /// The time of day.
  package var now: Double { hands.withLock { $0.now } }

  /// How long it was slept, each time.
  package var sleeps: [Double] { hands.withLock { $0.sleeps } }

  /// Moves both hands on.
  package func advance(_ seconds: Double) {
    hands.withLock {
      $0.now += seconds
      $0.monotonic += seconds
    }
  }

  /// The clock to hand in.
  package var clock: Clock {
    var clock = Clock.system
    clock.now = { self.now }
    clock.monotonic = { self.hands.withLock { $0.monotonic } }
    clock.sleep = { seconds in
      self.hands.withLock { $0.sleeps.append(seconds) }
      self.advance(seconds)
      self.whenAsleep()
    }
    clock.localTime = { Clock.text($0, in: gmtime_r) }
    return clock
  }
}
