import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@Suite struct DeadlineTests {
  @Test func comesWhenItsTimeIsUpAndNotBefore() {
    let time = ManualClock()
    let deadline = Deadline(10, on: time.clock)
    #expect(deadline.remaining == 10)
    time.advance(9.5)
    #expect(deadline.remaining == 0.5)
    #expect(!deadline.hasPassed)
    time.advance(0.5)
    #expect(deadline.hasPassed)
    time.advance(100)
    #expect(deadline.remaining == 0)
  }

  @Test func doesNotHeedTheTimeOfDay() {
    let epoch = Mutex(1_000_000.0)
    var clock = Clock.system
    clock.now = { epoch.withLock { $0 } }
    clock.monotonic = { 5 }
    let deadline = Deadline(10, on: clock)
    epoch.withLock { $0 += 86_400 }
    #expect(deadline.remaining == 10)
  }

  @Test func theSystemsClockGoesForward() {
    let clock = Clock.system
    let (first, second) = (clock.monotonic(), clock.monotonic())
    #expect(second >= first)
    #expect(clock.now() > 1_700_000_000)
  }
}

/// Something that work waits for until a test lets it go.
private final class Gate: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func open() { sem_post(semaphore) }
  func wait() { while sem_wait(semaphore) != 0, errno == EINTR {} }
}

@Suite struct TimeoutTests {
  @Test func handsBackWhatTheWorkReturns() throws {
    #expect(try withTimeout(seconds: 3600) { "done" } == "done")
    #expect(try withTimeout(seconds: 3600) { [1, 2, 3] }?.count == 3)
  }

  @Test(arguments: [0, -1, 0.02, .nan])
  func givesUpOnWorkThatDoesNotEnd(_ seconds: Double) throws {
    let gate = Gate()
    let left = Gate()
    let result = try withTimeout(seconds: seconds) {
      gate.wait()
      left.open()
      return "too late"
    }
    #expect(result == nil)
    // The thread that was given up on still ends in peace.
    gate.open()
    left.wait()
  }

  @Test func manyAtOnceDoNotDisturbEachOther() async {
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<50 { group.addTask { (try? withTimeout(seconds: 3600) { number }) == number } }
      for await isRight in group { #expect(isRight) }
    }
  }
}

@Suite struct LocalTimeTests {
  @Test(arguments: [
    (1_800_000_000, "2027-01-15 08:00"), (0, "1970-01-01 00:00"), (-1, "1970-01-01 00:00"),
    (.infinity, "1970-01-01 00:00"), (1e300, "9999-12-30 20:00"),
  ])
  func withoutATimeZoneItIsUTC(_ epoch: Double, _ text: String) {
    #expect(ManualClock().clock.localTime(epoch) == text)
  }

  @Test func theSystemsClockHasTheUsersTimeZone() {
    var (seconds, parts) = (time_t(1_800_000_000), tm())
    localtime_r(&seconds, &parts)
    let time = Clock.system.localTime(1_800_000_000)
    #expect(
      time.hasSuffix("\(parts.tm_hour < 10 ? "0" : "")\(parts.tm_hour):\(parts.tm_min < 10 ? "0" : "")\(parts.tm_min)"))
  }
}
