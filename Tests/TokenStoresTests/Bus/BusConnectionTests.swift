import Platform
import TestSupport
import Testing

@testable import TokenStores

@Suite struct BusConnectionTests {
  private let time = ManualClock()

  private func connection(_ bus: ScriptedBus) -> BusConnection {
    BusConnection(bus, by: Deadline(2, on: time.clock))
  }

  private func introduce(_ bus: ScriptedBus) throws(BusFailure) -> Bool {
    try connection(bus).introduce(wanting: "org.freedesktop.secrets")
  }

  private func ask(_ bus: ScriptedBus) throws(BusFailure) -> Bool {
    let connection = connection(bus)
    _ = try connection.introduce(wanting: "org.freedesktop.secrets")
    let call = BusCall(destination: "a.b", path: "/", interface: "a.b", member: "Ask")
    var answer = try connection.call(call, answer: "b")
    return try answer.flag()
  }

  private static let yes = Saying.reply("b") { $0.u32(1) }

  @Test(arguments: [
    "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\n", "OK 0123456789abcdef0123456789abcdef\r\n",
  ])
  func isTakenInByEitherWord(_ consent: String) throws {
    #expect(try introduce(ScriptedBus(consent: Array(consent.utf8))))
  }

  @Test(arguments: [
    ("REJECTED EXTERNAL\r\n", BusFailure.rejected), ("ERROR \"unknown command\"\r\n", .rejected),
    ("DATA\r\nREJECTED EXTERNAL\r\n", .rejected), ("", .stream(.ended)), ("DATA\r\n", .stream(.ended)),
    ("OK\r\n", .stream(.ended)), ("OK 0123", .stream(.ended)), ("HTTP/1.1 400 Bad Request\r\n\r\n", .malformed),
    ("DATA\r\nDATA\r\n", .malformed), ("OK 0123456789abcdef0123456789abcdef0123456789abcdef\r\n", .malformed),
    (String(repeating: "\u{0}", count: 4000), .malformed), (String(repeating: "OK ", count: 4000), .malformed),
  ])
  func isNotTakenInByAnother(_ consent: String, _ failure: BusFailure) {
    #expect(throws: failure) { try introduce(ScriptedBus(saying: Array(consent.utf8))) }
  }

  @Test func looksForWhatCanBeStartedOnlyWhereNothingRuns() throws {
    let running = ScriptedBus()
    #expect(try introduce(running))
    #expect(running.calls == ["Hello", "NameHasOwner"])
    let nobody = Saying.reply("b") { $0.u32(0) }
    let startable = ScriptedBus([
      "NameHasOwner": nobody, "ListActivatableNames": .reply("as") { $0.texts(["a.b", "org.freedesktop.secrets"]) },
    ])
    #expect(try introduce(startable))
    let absent = ScriptedBus([
      "NameHasOwner": nobody, "ListActivatableNames": .reply("as") { $0.texts(["org.freedesktop.secretsx"]) },
    ])
    #expect(try introduce(absent) == false)
  }

  @Test func machinesOfTheOtherKindAreUnderstood() throws {
    #expect(try ask(ScriptedBus(["Ask": Self.yes.bigEndian])))
  }

  @Test func whatWasNotAskedIsPassedOver() throws {
    let noise =
      Saying.signal.bytes(to: nil) + Saying.signal.bigEndian.bytes(to: nil)
      // Answers to nobody's call, a call of somebody's, and a signal that claims to be our answer.
      + Self.yes.bytes(to: 4000) + Self.yes.bytes(to: nil) + Saying.error("a.b").bytes(to: 0)
      + Saying(kind: 1, types: "s", body: { $0.text("do something") }).bytes(to: nil)
      + Saying(kind: 4).bytes(to: 3) + Saying(kind: 200).bytes(to: 3)
    #expect(try ask(ScriptedBus(["Ask": Self.yes], interjection: noise)))
  }

  @Test(arguments: [
    Saying.reply(), .reply("s") { $0.text("yes") }, .reply("bb") { _ in }, .reply("b") { $0.u32(2) }, .reply("b"),
    .reply("v") {
      $0.signature("b")
      $0.u32(1)
    },
  ])
  func anAnswerOfAnotherTypeIsNone(_ saying: Saying) {
    #expect(throws: BusFailure.malformed) { try ask(ScriptedBus(["Ask": saying])) }
  }

  @Test func aRefusalSaysWhy() throws {
    #expect(throws: BusFailure.refused(name: "a.b.Error", reason: "no")) {
      try ask(ScriptedBus(["Ask": .error("a.b.Error", "no")]))
    }
    let wordless = Saying(kind: 3, errorName: "a.b.Error")
    #expect(throws: BusFailure.refused(name: "a.b.Error", reason: "")) { try ask(ScriptedBus(["Ask": wordless])) }
    #expect("\(BusFailure.refused(name: "a.b", reason: "one\ntwo\u{1B}[31m"))" == "one two [31m")
    #expect("\(BusFailure.refused(name: "a.b", reason: ""))" == "a.b")
  }

  @Test func silenceEndsWithTheDeadline() {
    #expect(throws: BusFailure.stream(.silent)) { try ask(ScriptedBus(ending: .isSilent, time: time)) }
    #expect(Deadline(0, on: time.clock).hasPassed)
  }

  @Test func endlessSignalsEndWithTheDeadline() {
    let bus = ScriptedBus(ending: .goesOn(Saying.signal.bytes(to: nil)), time: time)
    #expect(throws: BusFailure.stream(.silent)) { try ask(bus) }
  }

  @Test func whatFollowsALostMessageIsNotListenedTo() throws {
    let broken: [UInt8] = [0x6C, 2, 1, 1] + Array(repeating: 0xFF, count: 12)
    let bus = ScriptedBus(["Ask": Self.yes], interjection: [])
    let connection = connection(bus)
    _ = try connection.introduce(wanting: "a.b")
    let lying = BusConnection(
      ScriptedBus(
        saying: ScriptedBus.consent + Self.text.bytes(to: 1) + Self.yes.bytes(to: 2) + broken + Self.yes.bytes(to: 4)),
      by: Deadline(2, on: time.clock))
    _ = try lying.introduce(wanting: "a.b")
    let call = BusCall(destination: "a.b", path: "/", interface: "a.b", member: "Ask")
    #expect(throws: BusFailure.malformed) { try lying.call(call, answer: "b") }
    #expect(throws: BusFailure.stream(.ended)) { try lying.call(call, answer: "b") }
  }

  private static let text = Saying.reply("s") { $0.text(":1.7") }
}
