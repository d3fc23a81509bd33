import Platform

/// Why a call on the bus came to nothing.
enum BusFailure: Error, Equatable, CustomStringConvertible {
  /// Nothing, or not enough, came or went.
  case stream(StreamFailure)
  /// What came is no D-Bus, or not what it should be.
  case malformed
  /// The bus does not take us for who we are.
  case rejected
  /// The other program said no: the error's name, and its words.
  case refused(name: String, reason: String)

  /// One line for a person.
  var description: String {
    switch self {
    case .stream(let failure): "\(failure)"
    case .malformed: "its answer is not what it should be"
    case .rejected: "the session bus refuses this user"
    case .refused(let name, let reason): oneLine(reason.isEmpty ? name : reason)
    }
  }
}

/// A connection to the message bus, for calls one after the other, all of them within one deadline. It only asks:
/// signals and the calls of others are passed over.
/// Source: https://dbus.freedesktop.org/doc/dbus-specification.html
final class BusConnection {
  private static let name = "org.freedesktop.DBus"
  private static let path = "/org/freedesktop/DBus"

  private let stream: any ByteStream
  private let deadline: Deadline
  private var lastSerial: UInt32 = 0
  /// Whether a message was lost midway: no later one can be told from the rest of it.
  private var isBroken = false

  /// A connection over a stream, on which nothing was said yet.
  init(_ stream: any ByteStream, by deadline: Deadline) {
    self.stream = stream
    self.deadline = deadline
  }

  /// Introduces itself, and finds out whether a program of this name runs or can be started. The bus itself is asked,
  /// which answers at once: a program that is not there would otherwise be waited for.
  func introduce(wanting wanted: String) throws(BusFailure) -> Bool {
    // As who we are the kernel says: an empty DATA leaves it to that. None of this needs the answer to what is before it,
    // and all of it at once spares a desktop's daemon some turns.
    var opening = Array("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n".utf8)
    let hello = encoded(Self.callToBus("Hello"), into: &opening)
    let question = encoded(
      Self.callToBus("NameHasOwner", signature: "s") { $0.write(text: wanted) }, into: &opening)
    try send(opening)
    try receiveConsent()
    _ = try answer(to: hello, types: "s")
    var isOwned = try answer(to: question, types: "b")
    if try isOwned.flag() { return true }
    var reply = try call(Self.callToBus("ListActivatableNames"), answer: "as")
    var names = try reply.array(membersAlignedTo: 4)
    while !names.isAtEnd {
      if try names.text() == wanted { return true }
    }
    return false
  }

  /// Calls, and waits for the answer, which must be of these types: the way into it.
  func call(_ call: BusCall, answer types: String) throws(BusFailure) -> BusReader {
    guard !isBroken else { throw .stream(.ended) }
    var bytes: [UInt8] = []
    let serial = encoded(call, into: &bytes)
    try send(bytes)
    return try answer(to: serial, types: types)
  }

  private static func callToBus(
    _ member: String, signature: String = "", _ body: @escaping (inout BusWriter) -> Void = { _ in }
  ) -> BusCall {
    BusCall(destination: name, path: path, interface: name, member: member, signature: signature, body: body)
  }

  /// Adds a call to what is to be sent, and returns its serial number.
  private func encoded(_ call: BusCall, into bytes: inout [UInt8]) -> UInt32 {
    lastSerial += 1
    bytes += call.encoded(serial: lastSerial)
    return lastSerial
  }

  private func answer(to serial: UInt32, types: String) throws(BusFailure) -> BusReader {
    while true {
      let message = try receiveMessage()
      guard message.replySerial == serial else { continue }
      switch message.kind {
      case .reply:
        guard message.signature == types else { throw .malformed }
        return message.body
      case .error:
        var body = message.body
        let reason = message.signature.hasPrefix("s") ? try body.text() : ""
        throw .refused(name: message.errorName ?? "", reason: reason)
      default: continue
      }
    }
  }

  private func receiveMessage() throws(BusFailure) -> BusMessage {
    isBroken = true
    let start = FleetingBytes(try receive(BusMessage.startLength))
    let rest = FleetingBytes(try receive(try BusMessage.lengthOfRest(start)))
    let message = try BusMessage(start: start, rest: rest)
    isBroken = false
    return message
  }

  /// The lines that end the introduction: an empty DATA, and an OK with 32 digits. They are taken by their length, since
  /// what is behind them belongs to the first message.
  private func receiveConsent() throws(BusFailure) {
    var line = try receive(6)
    if line == Array("DATA\r\n".utf8) { line = try receive(6) }
    guard line.starts(with: "OK ".utf8) else {
      throw line.starts(with: "REJECT".utf8) || line.starts(with: "ERROR".utf8) ? .rejected : .malformed
    }
    guard try receive(31).suffix(2).elementsEqual("\r\n".utf8) else { throw .malformed }
  }

  private func send(_ bytes: [UInt8]) throws(BusFailure) {
    do { try stream.send(bytes, by: deadline) } catch { throw .stream(error) }
  }

  private func receive(_ count: Int) throws(BusFailure) -> [UInt8] {
    do { return try stream.receive(count, by: deadline) } catch { throw .stream(error) }
  }
}
