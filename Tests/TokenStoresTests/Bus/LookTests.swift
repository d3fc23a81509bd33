import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import TokenStores

/// How the store and other people's secrets are looked up over a scripted bus.
@Suite struct LookTests {
  private let directory: TemporaryDirectory
  private let time = ManualClock()

  init() throws { directory = try TemporaryDirectory() }

  private final class Asked: Sendable {
    let addresses = Mutex<[LocalAddress]>([])
  }

  private func world(
    _ address: String = "unix:abstract=one", asked: Asked = Asked(),
    _ bus: @escaping @Sendable (LocalAddress) throws(StreamFailure) -> ScriptedBus
  ) throws -> World {
    try World(
      ["DBUS_SESSION_BUS_ADDRESS": address], time: time, directory: directory,
      sockets: { address, _ throws(StreamFailure) in
        asked.addresses.withLock { $0.append(address) }
        return try bus(address)
      })
  }

  private func find(_ world: World) throws(StoreFailure) -> (username: String, password: [UInt8])? {
    try ForeignSecrets(world.surroundings).find(service: "example.org", username: "anna")
  }

  @Test func findsAPassword() throws {
    #expect(try find(try world { _ in ScriptedBus() })?.password == Array("hunter2".utf8))
  }

  @Test func aLockedItemIsSaidToBeLockedAndNotRead() throws {
    let locked = Saying.reply("v") {
      $0.signature("b")
      $0.u32(1)
    }
    let failure = #expect(throws: StoreFailure.self) { try find(try world { _ in ScriptedBus(["Get": locked]) }) }
    #expect(try #require(failure).description.contains("locked"))
  }

  @Test func theNextAddressIsTriedWhereNobodyListens() throws {
    let asked = Asked()
    let world = try world("unix:abstract=one;unix:abstract=t%77o,guid=1", asked: asked) {
      address throws(StreamFailure) in
      if address == .abstract(Array("one".utf8)) { throw .failed(ECONNREFUSED) }
      return ScriptedBus()
    }
    #expect(try find(world) != nil)
    #expect(asked.addresses.withLock { $0 } == [.abstract(Array("one".utf8)), .abstract(Array("two".utf8))])
  }

  @Test func aBusThatTakesNoConnectionIsUnusable() throws {
    let failure = #expect(throws: StoreFailure.self) {
      try find(try world { _ throws(StreamFailure) in throw .failed(ECONNREFUSED) })
    }
    #expect(try #require(failure) == .unusable(.secretService, reason: systemMessage(ECONNREFUSED)))
  }

  @Test(arguments: ["Hello", "NameHasOwner", "SearchItems", "Get", "OpenSession", "GetSecret"])
  func silenceIsNotedForAll(_ call: String) throws {
    let time = time
    let world = try world { _ in ScriptedBus(mute: call, ending: .isSilent, time: time) }
    let failure = #expect(throws: StoreFailure.self) { try find(world) }
    #expect(try #require(failure).description.contains("no answer within 2 s"))
    #expect(SilenceNote(world.surroundings).secondsOfRest != nil)
  }

  @Test func aMissingFarewellDoesNotTakeTheAnswerBack() throws {
    let time = time
    let world = try world { _ in ScriptedBus(mute: "Close", ending: .isSilent, time: time) }
    #expect(try find(world)?.password == Array("hunter2".utf8))
    #expect(SilenceNote(world.surroundings).secondsOfRest != nil, "the next one is not to wait for it")
  }

  @Test func anAnswerInTimeIsNoSilence() throws {
    let world = try world { _ in ScriptedBus() }
    _ = try find(world)
    #expect(SilenceNote(world.surroundings).secondsOfRest == nil)
    #expect(throws: StoreFailure.self) { try find(try self.world { _ in ScriptedBus(["GetSecret": .error("a.b")]) }) }
    #expect(SilenceNote(world.surroundings).secondsOfRest == nil)
  }

  @Test func aServiceThatFailedIsNotAskedAgain() throws {
    let asked = Asked()
    let world = try world(asked: asked) { _ in ScriptedBus(["GetSecret": .error("a.b")]) }
    let store = SecretServiceStore(world.surroundings)
    for _ in 0..<3 { #expect(throws: StoreFailure.self) { try store.read(EntryKey(["domain": "acme"])) } }
    #expect(asked.addresses.withLock { $0.count } == 1)
  }

  @Test func ofSeveralEntriesTheLongestLivedIsTaken() throws {
    let key = EntryKey(["domain": "acme"])
    func bytes(_ expiration: Double) throws -> [UInt8] {
      try #require(
        TokenEntry(token: "t\(Int(expiration))", expiration: expiration, mintedAt: 1, key: key).encoded)
    }
    let (short, long) = (try bytes(20), try bytes(30))
    let world = try world { _ in
      ScriptedBus([
        "SearchItems": .reply("aoao"),
        "/org/freedesktop/secrets SearchItems": .reply("aoao") {
          $0.texts(["/a", "/b", "/c"])
          $0.texts([])
        },
        "/a GetSecret": .reply("(oayays)") { $0.secret(short, session: ScriptedBus.session) },
        "/b GetSecret": .reply("(oayays)") { $0.secret(long, session: ScriptedBus.session) },
        "/c GetSecret": .reply("(oayays)") {
          $0.secret(Array(repeating: 32, count: TokenEntry.sizeLimit + 1), session: ScriptedBus.session)
        },
      ])
    }
    #expect(try SecretServiceStore(world.surroundings).read(key) == long)
  }

  /// Whatever single byte of a whole conversation is another one, whatever is missing or too much: it ends, with an
  /// answer or a failure.
  @Test func noDamageIsFatal() throws {
    var random = SeededRandom(state: 0x5EED)
    let recorded = Self.recorded
    for round in 0..<4000 {
      var bytes = recorded
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1..<40, using: &random)))
        case 3:
          bytes.insert(
            contentsOf: (0..<Int.random(in: 1..<40, using: &random)).map { UInt8(truncatingIfNeeded: $0) }, at: at)
        default: bytes.replaceSubrange(at..<min(bytes.count, at + 4), with: [0xFF, 0xFF, 0xFF, 0x7F])
        }
        if bytes.isEmpty { bytes = [0] }
      }
      let said = bytes
      let time = ManualClock()
      let isSilent = round.isMultiple(of: 2)
      do throws(StoreFailure) {
        let bus = ScriptedBus(saying: said, ending: isSilent ? .isSilent : .closes, time: time)
        let session = try BusSecretReader(BusConnection(bus, by: Deadline(2, on: time.clock)))
        defer { session.close() }
        for item in try session.items(inCollectionAt: "default", matching: ["service": "a"]) {
          _ = session.isUnlocked(item: item)
          _ = try session.secret(of: item)
          _ = try session.attributes(of: item)
        }
      } catch {
        #expect(!"\(error)".contains("hunter2"))
      }
    }
  }

  /// What a bus and a service say in the course of that conversation.
  private static let recorded: [UInt8] = {
    let names = ["Hello", "NameHasOwner", "SearchItems", "Get", "OpenSession", "GetSecret"]
    var bytes = ScriptedBus.consent
    for (index, name) in names.enumerated() {
      bytes += Saying.signal.bytes(to: nil) + (ScriptedBus.answers[name]?.bytes(to: index + 1) ?? [])
    }
    let attributes = Saying.reply("v") { wire in
      wire.signature("a{ss}")
      wire.array(8) { wire in
        wire.text("username")
        wire.text("anna")
      }
    }
    return bytes + attributes.bytes(to: names.count + 1) + Saying.reply().bytes(to: names.count + 2)
  }()
}

/// SplitMix64: the same numbers in each run.
private struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
