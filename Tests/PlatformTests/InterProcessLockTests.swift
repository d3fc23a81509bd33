import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite struct InterProcessLockTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func acquire(
    _ name: String, _ world: World, seconds: Double = 30, lease: Lease? = nil
  ) throws -> InterProcessLock? {
    try InterProcessLock.acquire(
      name, world.context, deadline: Deadline(seconds, on: world.context.clock), lease: lease)
  }

  @Test func isHeldByOneAtATime() throws {
    let world = try World(directory: directory)
    let first = try #require(try acquire("a", world))
    withExtendedLifetime(first) {
      #expect(throws: InterProcessLock.timeout) { try acquire("a", world) }
    }
    let slept = world.time.sleeps
    #expect(abs(slept.reduce(0, +) - 30) < 0.001)
    // Short pauses first, for a holder that is quick; never so long that its end goes unnoticed.
    #expect(try #require(slept.first) <= 0.002)
    #expect(slept.allSatisfy { $0 <= 0.05 })
  }

  @Test func isHadAsSoonAsItsHolderLetsGo() throws {
    let holder = Holder()
    let time = ManualClock(whenAsleep: { holder.letGo(afterSleeps: 5) })
    let world = try World(time: time, directory: directory)
    holder.lock = try acquire("a", world)
    let second = try acquire("a", world)
    #expect(second != nil)
    #expect(time.sleeps.count == 5)
  }

  @Test func namesDoNotShareALock() throws {
    let world = try World(directory: directory)
    let first = try acquire("a", world)
    let second = try acquire("b", world)
    #expect(first != nil && second != nil)
    #expect(world.time.sleeps.isEmpty)
    withExtendedLifetime((first, second)) {}
  }

  @Test func goesFromHolderToHolder() throws {
    let world = try World(directory: directory)
    for _ in 0..<3 { #expect(try acquire("a", world) != nil) }
    #expect(world.time.sleeps.isEmpty)
  }

  @Test(arguments: ["no credentials. Run: aws sso login", "\u{0}\n", ""])
  func givesANoteToTheNextHolder(_ note: String) throws {
    let world = try World(directory: directory)
    do {
      let lock = try #require(try acquire("a", world))
      #expect(lock.note.isEmpty)
      lock.writeNote(Array("an older and longer note \(note)".utf8))
      lock.writeNote(Array(note.utf8))
    }
    #expect(try #require(try acquire("a", world)).note == Array(note.utf8))
  }

  @Test func aNoteHasALimitedLength() throws {
    let world = try World(directory: directory)
    let lock = try #require(try acquire("a", world))
    lock.writeNote([UInt8](repeating: 1, count: 9000))
    #expect(lock.note == [UInt8](repeating: 1, count: 8192))
  }

  @Test func itsFileIsPrivate() throws {
    let world = try World(directory: directory)
    _ = try acquire("a", world)
    #expect(directory.mode(of: "\(world.home)/.cache/codeartifact-keyring/a.lock") == 0o600)
  }

  @Test func whereNoDirectoryHoldsOneThereIsNone() throws {
    try directory.file("home/.cache", "a file in the way")
    #expect(try acquire("a", try World(directory: directory)) == nil)
  }

  @Test func doesNotFollowALink() throws {
    let world = try World(directory: directory)
    try directory.directory("home/.cache/codeartifact-keyring")
    let target = try directory.file("precious", "content")
    try directory.link("home/.cache/codeartifact-keyring/a.lock", to: target)
    #expect(try acquire("a", world) == nil)
    #expect(try world.context.files.read(target) == Array("content".utf8))
  }
}

/// The time of a lock's file, as its holder leaves it behind.
private func touch(_ path: String, _ now: Double) {
  let file = open(path, O_WRONLY)
  Lease.renew(file, at: now)
  close(file)
}

@Suite struct LeaseTests {
  /// What holds a lock and does not renew it: a process that was stopped.
  private func stopped(_ directory: TemporaryDirectory, _ name: String = "a") throws -> Int32 {
    let path = "\(try directory.directory("home/.cache/codeartifact-keyring"))/\(name).lock"
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    try #require(file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
    return file
  }

  private func acquire(_ world: World, seconds: Double = 30, _ lease: Lease? = .standard) throws -> InterProcessLock? {
    try InterProcessLock.acquire(
      "a", world.context, deadline: Deadline(seconds, on: world.context.clock), lease: lease)
  }

  @Test func aHolderThatWasStoppedIsPassedOver() throws {
    let directory = try TemporaryDirectory()
    let world = try World(directory: directory)
    let holder = try stopped(directory)
    defer { close(holder) }
    let lock = try #require(try acquire(world))
    #expect(abs(world.time.sleeps.reduce(0, +) - 10) < 0.1)
    // It is one lock for all who pass the first holder over.
    #expect(throws: InterProcessLock.timeout) { try acquire(world, seconds: 15) }
    withExtendedLifetime(lock) {}
  }

  @Test func withoutALeaseItIsWaitedFor() throws {
    let directory = try TemporaryDirectory()
    let world = try World(directory: directory)
    let holder = try stopped(directory)
    defer { close(holder) }
    #expect(throws: InterProcessLock.timeout) { try acquire(world, nil) }
  }

  @Test func soIsWhoeverTookItOverAndWasStoppedToo() throws {
    let directory = try TemporaryDirectory()
    let world = try World(directory: directory)
    let holders = [try stopped(directory), try stopped(directory, "a.1")]
    defer { for holder in holders { close(holder) } }
    #expect(try acquire(world) != nil)
    #expect(abs(world.time.sleeps.reduce(0, +) - 20) < 0.2)
  }

  @Test func aHolderThatRunsIsWaitedFor() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/home/.cache/codeartifact-keyring/a.lock"
    let hands = Hands()
    let time = ManualClock(whenAsleep: { hands.act() })
    let world = try World(time: time, directory: directory)
    let holder = try stopped(directory)
    defer { close(holder) }
    hands.act = { touch(path, time.now) }
    #expect(throws: InterProcessLock.timeout) { try acquire(world) }
    #expect(abs(time.sleeps.reduce(0, +) - 30) < 0.001)
    // Its last sign of life was that of a moment ago.
    hands.act = {}
    #expect(try acquire(world) != nil)
  }

  /// The thread of a holder, with the system's own clock.
  @Test func theHolderRenewsItsLeaseUntilItLetsGo() throws {
    let directory = try TemporaryDirectory()
    let path = "\(try directory.directory("home/.cache/codeartifact-keyring"))/a.lock"
    let context = Context(
      environment: Environment(["HOME": "\(directory.path)/home"]), clock: .system, files: .system,
      streams: CollectedOutput().streams, http: { _ in ScriptedHTTP() })
    func time() -> [Int] {
      var data = stat()
      return stat(path, &data) == 0 ? [data.st_mtim.tv_sec, data.st_mtim.tv_nsec] : []
    }
    var lock = try InterProcessLock.acquire(
      "a", context, deadline: Deadline(1, on: .system), lease: Lease(length: 10, interval: 0.001))
    var seen: Set<[Int]> = []
    let end = Deadline(3600, on: .system)
    while seen.count < 5, !end.hasPassed { seen.insert(time()) }
    #expect(seen.count == 5)
    withExtendedLifetime(lock) {}
    lock = nil
    // Whoever comes next has it at once, though the thread may live on for a moment.
    #expect(
      try InterProcessLock.acquire("a", context, deadline: Deadline(0, on: .system), lease: .standard) != nil)
  }

  private final class Hands: @unchecked Sendable {
    var act: () -> Void = {}
  }
}

/// Holds a lock until it has been slept for so many times.
private final class Holder: @unchecked Sendable {
  var lock: InterProcessLock?
  private var sleeps = 0

  func letGo(afterSleeps limit: Int) {
    sleeps += 1
    if sleeps == limit { lock = nil }
  }
}
