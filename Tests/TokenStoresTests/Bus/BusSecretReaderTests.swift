import Platform
import TestSupport
import Testing

@testable import TokenStores

@Suite struct BusSecretReaderTests {
  private let time = ManualClock()
  private static let query = ["service": "example.org"]
  private static let root = "/org/freedesktop/secrets"

  private func reader(_ bus: ScriptedBus) throws(StoreFailure) -> BusSecretReader {
    try BusSecretReader(BusConnection(bus, by: Deadline(2, on: time.clock)))
  }

  private func firstSecret(_ bus: ScriptedBus) throws -> String? {
    let reader = try reader(bus)
    defer { reader.close() }
    guard let item = try reader.items(inCollectionAt: "default", matching: Self.query).first else { return nil }
    return String(decoding: try reader.secret(of: item), as: UTF8.self)
  }

  @Test func readsASecretInASessionOfItsOwn() throws {
    let bus = ScriptedBus()
    #expect(try firstSecret(bus) == "hunter2")
    #expect(bus.calls == ["Hello", "NameHasOwner", "SearchItems", "OpenSession", "GetSecret", "Close"])
  }

  @Test func opensNoSessionForNothing() throws {
    let bus = ScriptedBus(["SearchItems": .reply("ao") { $0.texts([]) }])
    #expect(try firstSecret(bus) == nil)
    #expect(bus.calls == ["Hello", "NameHasOwner", "SearchItems"])
  }

  @Test func opensOneSessionForAll() throws {
    let bus = ScriptedBus()
    let reader = try reader(bus)
    for _ in 0..<3 { #expect(try reader.secret(of: ScriptedBus.item).count == 7) }
    reader.close()
    reader.close()
    #expect(bus.calls.filter { $0 == "OpenSession" || $0 == "Close" } == ["OpenSession", "Close"])
  }

  @Test func aServiceWithoutObjectsForItsAliasesIsAskedForTheCollection() throws {
    let alias = "\(Self.root)/aliases/default SearchItems"
    let none = Saying.error("org.freedesktop.DBus.Error.UnknownObject")
    let known = ScriptedBus([alias: none, "ReadAlias": .reply("o") { $0.text("\(Self.root)/collection/login") }])
    #expect(try firstSecret(known) == "hunter2")
    let nowhere = ScriptedBus([alias: none, "ReadAlias": .reply("o") { $0.text("/") }])
    #expect(try firstSecret(nowhere) == nil)
    #expect(nowhere.calls.filter { $0 == "SearchItems" }.count == 1)
  }

  /// Only a refusal says that there is no such object.
  @Test(arguments: [Saying.reply("s") { $0.text("/a") }, .reply("ao") { $0.texts(["no path"]) }])
  func anAnswerThatMakesNoSenseIsNoReasonToAskAgain(_ saying: Saying) throws {
    let bus = ScriptedBus([
      "\(Self.root)/aliases/default SearchItems": saying, "ReadAlias": .reply("o") { $0.text("/") },
    ])
    #expect(throws: StoreFailure.self) { try firstSecret(bus) }
    #expect(!bus.calls.contains("ReadAlias"))
  }

  @Test func withoutAProviderItIsAbsent() throws {
    let bus = ScriptedBus([
      "NameHasOwner": .reply("b") { $0.u32(0) }, "ListActivatableNames": .reply("as") { $0.texts([]) },
    ])
    let failure = #expect(throws: StoreFailure.self) { try reader(bus) }
    guard case .absent(.secretService, _) = try #require(failure) else {
      Issue.record("failed as \(try #require(failure))")
      return
    }
  }

  /// Some say in a box what the plain kind of session leaves empty: nothing, as a text or as bytes.
  @Test(arguments: ["ay", "s", "v"])
  func whatASessionSaysBesidesItsNameIsOfNoInterest(_ type: String) throws {
    let bus = ScriptedBus([
      "OpenSession": .reply("vo") { wire in
        wire.signature(type)
        switch type {
        case "ay": wire.data([1, 2, 3])
        case "s": wire.text("something")
        default:
          wire.signature("y")
          wire.u8(1)
        }
        wire.text(ScriptedBus.session)
      }
    ])
    #expect(try firstSecret(bus) == "hunter2")
  }

  @Test(arguments: [
    Saying.reply("(oayays)") { $0.secret([1], session: "/another/session") },
    .reply("(oayays)") { $0.secret([1], session: "no path") },
    .reply("(oayay)") { $0.secret([1], session: ScriptedBus.session) },
    .reply("(oayays)"), .reply("(oayays)") { $0.bytes = Array(repeating: 0xFF, count: 200) },
    .reply("s") { $0.text("hunter2") }, .error("org.freedesktop.Secret.Error.IsLocked"),
  ])
  func aSecretOfAnotherKindIsNone(_ saying: Saying) {
    #expect(throws: StoreFailure.self) { try firstSecret(ScriptedBus(["GetSecret": saying])) }
  }

  @Test func aServiceThatWantsEncryptionIsToldApart() throws {
    for (name, isWanted) in [("org.freedesktop.DBus.Error.NotSupported", true), ("org.example.Error", false)] {
      let reader = try reader(ScriptedBus(["OpenSession": .error(name)]))
      #expect(throws: StoreFailure.self) { try reader.secret(of: ScriptedBus.item) }
      #expect(reader.isEncryptionWanted == isWanted)
    }
  }

  @Test(
    arguments: [
      (
        Saying.reply("v") {
          $0.signature("b"); $0.align(4); $0.u32(0)
        }, true
      ),
      (
        .reply("v") {
          $0.signature("b"); $0.u32(1)
        }, false
      ),
      (
        .reply("v") {
          $0.signature("b"); $0.u32(3)
        }, false
      ),
      (
        .reply("v") {
          $0.signature("u"); $0.u32(0)
        }, false
      ), (.reply("b") { $0.u32(0) }, false), (.reply(), false),
      (.error("org.freedesktop.DBus.Error.UnknownProperty"), false),
    ] as [(Saying, Bool)])
  func whatCannotSaySoCountsAsLocked(_ saying: Saying, _ isUnlocked: Bool) throws {
    #expect(try reader(ScriptedBus(["Get": saying])).isUnlocked(item: ScriptedBus.item) == isUnlocked)
  }

  @Test func readsAttributes() throws {
    let bus = ScriptedBus([
      "Get": .reply("v") { wire in
        wire.signature("a{ss}")
        wire.array(8) { wire in
          wire.text("username")
          wire.text("änna")
        }
      }
    ])
    #expect(try reader(bus).attributes(of: ScriptedBus.item) == ["username": "änna"])
    #expect(throws: StoreFailure.self) { try reader(ScriptedBus()).attributes(of: ScriptedBus.item) }
  }

  @Test func aListWithoutEndIsCut() throws {
    let many = (0..<10_000).map { "/item/\($0)" }
    let reader = try reader(ScriptedBus(["SearchItems": .reply("ao") { $0.texts(many) }]))
    #expect(try reader.items(inCollectionAt: "default", matching: Self.query) == Array(many.prefix(64)))
  }

  @Test func lockedItemsAreNotAmongTheUnlockedOnes() throws {
    let bus = ScriptedBus([
      "\(Self.root) SearchItems": .reply("aoao") {
        $0.texts(["/open"])
        $0.texts(["/locked"])
      }
    ])
    #expect(try reader(bus).unlockedItems(matching: Self.query) == ["/open"])
  }
}
