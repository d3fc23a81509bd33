import Platform
import TestSupport

@testable import TokenStores

/// A session bus with a Secret Service behind it, both as a test says.
final class ScriptedBus: ByteStream {
  /// What happens when there is nothing more to read.
  enum Ending {
    case closes
    case isSilent
    /// It says this for ever; each time takes a tenth of a second.
    case goesOn([UInt8])
  }

  static let opening = Array("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n".utf8)
  static let consent = Array("DATA\r\nOK 0123456789abcdef0123456789abcdef\r\n".utf8)
  static let session = "/org/freedesktop/secrets/session/s1"
  static let item = "/org/freedesktop/secrets/collection/login/1"

  /// What a service says that has one item.
  static let answers: [String: Saying] = [
    "Hello": .reply("s") { $0.text(":1.7") },
    "NameHasOwner": .reply("b") { $0.u32(1) },
    "SearchItems": .reply("ao") { $0.texts([item]) },
    "/org/freedesktop/secrets SearchItems": .reply("aoao") {
      $0.texts([item])
      $0.texts([])
    },
    "OpenSession": .reply("vo") {
      $0.signature("s")
      $0.text("")
      $0.text(session)
    },
    "GetSecret": .reply("(oayays)") { $0.secret(Array("hunter2".utf8), session: session) },
    "Get": .reply("v") {
      $0.signature("b")
      $0.u32(0)
    },
    "Close": .reply(),
  ]

  /// The names of the calls so far.
  private(set) var calls: [String] = []
  private var queue: [UInt8] = []
  private var isIntroduced = false
  private let consent: [UInt8]
  private let answers: [String: Saying]
  private let ending: Ending
  private let time: ManualClock?
  /// What is said before each answer.
  private let interjection: [UInt8]

  /// One that answers so, but for these, found under "path member" or "member", and says nothing to one of them.
  init(
    _ changes: [String: Saying] = [:], mute: String? = nil, consent: [UInt8] = ScriptedBus.consent,
    interjection: [UInt8] = [],
    ending: Ending = .closes, time: ManualClock? = nil
  ) {
    var answers = Self.answers
    for (name, saying) in changes { answers[name] = saying }
    if let mute { answers[mute] = nil }
    self.answers = answers
    self.consent = consent
    self.interjection = interjection
    self.ending = ending
    self.time = time
  }

  /// One that says all this at once, whatever it is asked.
  init(saying bytes: [UInt8], ending: Ending = .closes, time: ManualClock? = nil) {
    queue = bytes
    answers = [:]
    consent = []
    interjection = []
    self.ending = ending
    self.time = time
  }

  func send(_ bytes: [UInt8], by deadline: Deadline) throws(StreamFailure) {
    guard !deadline.hasPassed else { throw .silent }
    var rest = bytes[...]
    if !isIntroduced, bytes.starts(with: Self.opening) {
      isIntroduced = true
      rest = rest.dropFirst(Self.opening.count)
      queue += consent
    }
    while rest.count > BusMessage.startLength {
      let start = FleetingBytes(Array(rest.prefix(BusMessage.startLength)))
      guard let length = try? BusMessage.lengthOfRest(start) else { throw .ended }
      let content = FleetingBytes(Array(rest.dropFirst(BusMessage.startLength).prefix(length)))
      rest = rest.dropFirst(BusMessage.startLength + length)
      guard let call = Self.call(start, content) else { throw .ended }
      calls.append(call.member)
      if let saying = answers["\(call.path) \(call.member)"] ?? answers[call.member] {
        queue += interjection + saying.bytes(to: call.serial)
      }
    }
  }

  func receive(_ count: Int, by deadline: Deadline) throws(StreamFailure) -> [UInt8] {
    guard !deadline.hasPassed else { throw .silent }
    while queue.count < count {
      switch ending {
      case .closes: throw .ended
      case .isSilent:
        time?.advance(deadline.remaining)
        throw .silent
      case .goesOn(let bytes):
        queue += bytes
        time?.advance(0.1)
      }
    }
    defer { queue.removeFirst(count) }
    return Array(queue.prefix(count))
  }

  private static func call(
    _ start: FleetingBytes, _ rest: FleetingBytes
  ) -> (serial: Int, path: String, member: String)? {
    let number = { (at: Int) in (0..<4).reduce(0) { $0 | Int(start.content[at + $1]) << (8 * $1) } }
    var fields = BusReader(rest, 0..<number(12), isBigEndian: false)
    var (path, member) = ("", "")
    while !fields.isAtEnd {
      guard (try? fields.align(to: 8)) != nil, let field = try? fields.byte(), let type = try? fields.signature() else {
        return nil
      }
      guard let value = type == "g" ? try? fields.signature() : try? fields.text() else { return nil }
      if field == 1 { path = value }
      if field == 3 { member = value }
    }
    return (number(8), path, member)
  }
}
