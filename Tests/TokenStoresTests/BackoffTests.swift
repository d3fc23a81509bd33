import Platform
import Synchronization
import TestSupport
import Testing

@testable import TokenStores

@Suite struct BackoffTests {
  private let directory: TemporaryDirectory
  private let time = ManualClock()

  init() throws { directory = try TemporaryDirectory() }

  private func note(bus: String = "unix:path=/run/bus", _ variables: [String: String] = [:]) throws -> Backoff {
    let variables = ["DBUS_SESSION_BUS_ADDRESS": bus].merging(variables) { $1 }
    return Backoff(try World(variables, time: time, directory: directory).context)
  }

  private var file: String { "\(directory.path)/home/.cache/codeartifact-keyring/secret-service.silent" }

  @Test func isHeededByOtherProcessesForFiveMinutes() throws {
    #expect(try note().secondsLeft == nil)
    try note().begin()
    #expect(try note().secondsLeft == 300)
    time.advance(299)
    #expect(try note().secondsLeft == 1)
    time.advance(1)
    #expect(try note().secondsLeft == nil)
  }

  @Test func isBegunAgainAfterwards() throws {
    try note().begin()
    time.advance(1000)
    try note().begin()
    #expect(try note().secondsLeft == 300)
  }

  @Test func concernsOneBusOnly() throws {
    try note().begin()
    #expect(try note(bus: "unix:path=/run/other").secondsLeft == nil)
  }

  @Test func aClockSetBackEndsIt() throws {
    try note().begin()
    time.advance(-1)
    #expect(try note().secondsLeft == nil)
  }

  @Test func isPrivate() throws {
    try note().begin()
    #expect(directory.mode(of: file) == 0o600)
  }

  @Test func isNotHeededWhereOthersCouldHaveWrittenIt() throws {
    try note().begin()
    let content = try FileSystem.system.read(file)
    try FileSystem.system.replace(file, with: content, mode: 0o644)
    #expect(try note().secondsLeft == nil)
  }

  @Test(arguments: ["", "\n", "1800000000", "x\ny", "nan\nBUS", "inf\nBUS", "-inf\nBUS", "1e999\nBUS", "\u{0}\nBUS"])
  func oneThatIsDamagedIsNotHeeded(_ content: String) throws {
    try note().begin()
    let bus = String(decoding: try FileSystem.system.read(file), as: UTF8.self).split(separator: "\n").last ?? ""
    try directory.file("home/.cache/codeartifact-keyring/secret-service.silent", content.replacing("BUS", with: bus))
    #expect(try note().secondsLeft == nil)
  }

  @Test func nothingHappensWhereItCannotBeLeft() throws {
    try directory.file("home/.cache", "a file in the way")
    try note().begin()
    #expect(try note().secondsLeft == nil)
  }

  @Test func whileItLastsTheServiceIsNotAsked() throws {
    let socket = try directory.file("bus", "")
    try note(bus: "unix:path=\(socket)").begin()
    let world = try World(["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(socket)"], time: time, directory: directory)
    let failure = #expect(throws: StoreFailure.self) {
      try SecretServiceAccess(world.context).withSession { _ in Issue.record("it was asked") }
    }
    #expect(try #require(failure).description.contains("tried again in 300 s"))
  }

  @Test func whoeverWaitedForAnotherProcessHeedsWhatItFound() throws {
    let socket = try directory.file("bus", "")
    let variables = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(socket)"]
    let holder = try World(variables, time: time, directory: directory)
    let lock = Mutex(
      try InterProcessLock.acquire(
        "secret-service", holder.context, deadline: Deadline(1, on: holder.context.clock)))
    let waiting = ManualClock(
      now: time.now,
      whenAsleep: {
        // The other process gives up, leaves its note and lets go.
        Backoff(holder.context).begin()
        lock.withLock { $0 = nil }
      })
    let world = try World(variables, time: waiting, directory: directory)
    let failure = #expect(throws: StoreFailure.self) {
      try SecretServiceAccess(world.context).withSession { _ in Issue.record("it was asked") }
    }
    #expect(try #require(failure).description.contains("tried again in"))
    #expect(!waiting.sleeps.isEmpty)
  }

  @Test func whoeverHasWaitedLongEnoughGivesUp() throws {
    let socket = try directory.file("bus", "")
    let world = try World(
      ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(socket)"], time: time, directory: directory)
    let lock = try InterProcessLock.acquire(
      "secret-service", world.context, deadline: Deadline(1, on: world.context.clock))
    let failure = #expect(throws: StoreFailure.self) {
      try SecretServiceAccess(world.context).withSession { _ in Issue.record("it was asked") }
    }
    withExtendedLifetime(lock) {}
    #expect(try #require(failure).description.contains("other processes are using it"))
    #expect(time.sleeps.reduce(0, +) < 2.5)
  }
}

@Suite struct OtherServiceSecretsTests {
  private let secrets: OtherServiceSecrets

  init() throws { secrets = OtherServiceSecrets(try World().context) }

  @Test func withoutABusEverythingFailsAndNothingIsLost() {
    #expect(throws: StoreFailure.self) { try secrets.find(service: "example.org", username: "anna") }
    #expect(throws: StoreFailure.self) { try secrets.find(service: "example.org", username: nil) }
    #expect(throws: StoreFailure.self) { try secrets.store([1], service: "example.org", username: "anna") }
    #expect(throws: StoreFailure.self) { try secrets.remove(service: "example.org", username: "anna") }
  }

  @Test func namesThatCannotBeSentAreOfNoItem() throws {
    #expect(try secrets.find(service: "a\u{0}b", username: nil) == nil)
    #expect(try secrets.find(service: "a", username: "b\u{0}") == nil)
    #expect(try secrets.remove(service: "a\u{0}", username: "b") == false)
    let failure = #expect(throws: StoreFailure.self) { try secrets.store([1], service: "a\u{0}", username: "b") }
    #expect(try #require(failure).description.contains("NUL"))
  }
}
