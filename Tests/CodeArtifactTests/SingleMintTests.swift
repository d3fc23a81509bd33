import FoundationEssentials
import Glibc
import Platform
import TestSupport
import Testing

@testable import CodeArtifact
@testable import TokenStores

/// Many lookups at once: one of them mints, and the others take what it left.
@Suite struct SingleMintTests {
  private static let failure = FailureRecord(
    "AWS said no", remedy: .withAWSCLI(.run("aws sso login"), otherwise: .run("codeartifact-keyring login")))

  private static func note(at moment: Double) -> [UInt8] {
    (try? JSONEncoder().encode(LastFailure.Entry(at: moment, failure: failure))).map { Array($0) } ?? []
  }

  @Test func whoWaitedTakesWhatTheHolderLeft() throws {
    let scene = try waiting { scene, request, lock in
      let entry = TokenEntry(
        token: "theirs", expiration: scene.world.time.now + 43_200, mintedAt: scene.world.time.now, key: request.key)
      scene.kernel.put(entry.encoded, for: request.key)
      lock.writeNote([])
    }
    #expect(try scene.token().value == "theirs")
    #expect(scene.mintCount == 0)
  }

  @Test func whoWantsANewOneTakesOneThatIsNewerThanHisQuestion() throws {
    let scene = try waiting { scene, request, lock in
      let now = scene.world.time.now
      scene.kernel.put(
        TokenEntry(token: "theirs", expiration: now + 43_200, mintedAt: now, key: request.key).encoded, for: request.key
      )
    }
    #expect(try scene.token(refreshing: true).value == "theirs")
    #expect(scene.mintCount == 0)
    scene.world.time.advance(1)
    #expect(try scene.token(refreshing: true).value == "token-1")
  }

  @Test func theHoldersFailureIsPassedToThoseThatWaited() throws {
    let scene = try waiting { scene, _, lock in
      lock.writeNote(Self.note(at: scene.world.time.now))
    }
    #expect(throws: TokenFailure.ofAnotherProcess(Self.failure)) { try scene.token() }
    #expect(scene.mintCount == 0)
    // Whoever comes later asks for himself.
    scene.world.time.advance(1)
    #expect(try scene.token().value == "token-1")
  }

  @Test func aFailureOfLongAgoIsNotReported() throws {
    let scene = try waiting { scene, _, lock in
      lock.writeNote(Self.note(at: scene.world.time.now - 3600))
    }
    #expect(try scene.token().value == "token-1")
  }

  @Test(arguments: ["", "{}", "\u{0}", "1800000000\n{\"problem\": \"p\"}", "{\"at\": \"x\"}", "[1e400]"])
  func anInvalidNoteIsIgnored(_ note: String) throws {
    let scene = try waiting { _, _, lock in lock.writeNote(Array(note.utf8)) }
    #expect(try scene.token().value == "token-1")
  }

  @Test func waitingHasAnEnd() throws {
    let directory = try TemporaryDirectory()
    let hands = Hands()
    let scene = try Scene(time: ManualClock(whenAsleep: { hands.act() }), directory: directory)
    let request = try TokenRequest(Scene.repository, Configuration(), scene.world.context)
    let lock = try InterProcessLock.acquire(
      request.key.name, scene.world.context, deadline: Deadline(1, on: scene.world.time.clock))
    let path = "\(scene.world.home)/.cache/codeartifact-keyring/\(request.key.name).lock"
    hands.act = {
      let now = scene.world.time.now
      let time = timespec(tv_sec: Int(now), tv_nsec: Int((now - now.rounded(.down)) * 1e9))
      _ = utimensat(AT_FDCWD, path, [time, time], 0)
    }
    defer { hands.act = {} }
    try withExtendedLifetime(try #require(lock)) {
      let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
      #expect("\(failure)".hasPrefix("another process has been getting a token for acme for too long. Try again"))
      #expect(scene.world.time.sleeps.reduce(0, +) <= TokenBroker.timeout + 0.001)
    }
    #expect(scene.mintCount == 0)
  }

  /// A process that was stopped holds the lock, and shows no sign of life.
  @Test func aHolderThatWasStoppedCostsOneMintMore() throws {
    let scene = try Scene(directory: try TemporaryDirectory())
    let request = try TokenRequest(Scene.repository, Configuration(), scene.world.context)
    let lock = try InterProcessLock.acquire(
      request.key.name, scene.world.context, deadline: Deadline(1, on: scene.world.time.clock))
    defer { withExtendedLifetime(lock) {} }
    try #require(lock != nil)
    for _ in 0..<2 { #expect(try scene.token().value == "token-1") }
    #expect(scene.world.time.sleeps.reduce(0, +) < TokenBroker.timeout / 2)
    #expect(scene.mintCount == 1)
  }

  private final class Hands: @unchecked Sendable {
    var act: () -> Void = {}
  }

  /// A scene in which another process holds the lock, does something after a while, and lets go.
  private func waiting(
    _ act: @escaping @Sendable (Scene, TokenRequest, InterProcessLock) -> Void
  ) throws -> Scene {
    let others = Others()
    let scene = try Scene(time: ManualClock(whenAsleep: { others.act() }))
    let request = try TokenRequest(Scene.repository, Configuration(), scene.world.context)
    let lock = try InterProcessLock.acquire(
      request.key.name, scene.world.context, deadline: Deadline(1, on: scene.world.time.clock))
    others.hold(try #require(lock)) { [unowned scene] in act(scene, request, $0) }
    return scene
  }

  /// Another process, which acts during the third pause of this one.
  private final class Others: @unchecked Sendable {
    private var lock: InterProcessLock?
    private var work: ((InterProcessLock) -> Void)?
    private var sleeps = 0

    func hold(_ lock: InterProcessLock, _ work: @escaping (InterProcessLock) -> Void) {
      (self.lock, self.work) = (lock, work)
    }

    func act() {
      sleeps += 1
      guard sleeps == 3, let lock else { return }
      work?(lock)
      self.lock = nil
    }
  }
}
