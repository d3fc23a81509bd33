import Platform

/// A call as it is sent to a program on the bus.
struct BusCall {
  let destination: String
  let path: String
  let interface: String
  let member: String
  /// The types of what is in the body, and the body.
  var signature = ""
  var body: (inout BusWriter) -> Void = { _ in }

  /// The whole message under a serial number.
  func encoded(serial: UInt32) -> [UInt8] {
    var content = BusWriter()
    body(&content)
    var writer = BusWriter()
    writer.write(byte: UInt8(ascii: "l"))
    writer.write(byte: BusMessage.Kind.call.rawValue)
    writer.write(byte: 0)
    writer.write(byte: BusMessage.version)
    writer.write(number: UInt32(truncatingIfNeeded: content.bytes.count))
    writer.write(number: serial)
    writer.writeArray(membersAlignedTo: 8) { writer in
      let fields: [(BusMessage.Field, String, String)] = [
        (.path, "o", path), (.interface, "s", interface), (.member, "s", member), (.destination, "s", destination),
        (.signature, "g", signature),
      ]
      for (field, type, value) in fields where !value.isEmpty {
        writer.align(to: 8)
        writer.write(byte: field.rawValue)
        writer.write(boxed: value, as: type)
      }
    }
    writer.align(to: 8)
    return writer.bytes + content.bytes
  }
}

/// A message as it came: what it answers, and the way into its body.
struct BusMessage {
  enum Kind: UInt8 { case call = 1, reply, error, signal }
  enum Field: UInt8 { case path = 1, interface, member, errorName, replySerial, destination, sender, signature }

  static let version: UInt8 = 1
  /// The bytes by which the length of the rest is known.
  static let startLength = 16
  /// No message is larger: there is room for the largest secret that can be stored, and its envelope.
  static let sizeLimit = 17 << 20

  /// Nil for a kind that this version does not know, which is to be passed over.
  let kind: Kind?
  /// The call that this answers.
  let replySerial: UInt32?
  let errorName: String?
  /// The types of what is in the body.
  let signature: String
  let body: BusReader

  /// How many bytes follow the first ones of a message.
  static func lengthOfRest(_ start: FleetingBytes) throws(BusFailure) -> Int {
    let (fields, body) = try lengths(start)
    return paddedLength(fields) + body
  }

  /// Takes a message apart that came in two pieces.
  init(start: FleetingBytes, rest: FleetingBytes) throws(BusFailure) {
    let isBigEndian = start.content.first == UInt8(ascii: "B")
    let fieldsLength = try Self.lengths(start).fields
    let bodyStart = Self.paddedLength(fieldsLength)
    kind = start.content.count > 1 ? Kind(rawValue: start.content[1]) : nil
    // Either piece starts at a multiple of eight, by which all is aligned.
    var fields = BusReader(rest, 0..<fieldsLength, isBigEndian: isBigEndian)
    var replySerial: UInt32?
    var errorName: String?
    var signature = ""
    while !fields.isAtEnd {
      try fields.align(to: 8)
      switch Field(rawValue: try fields.byte()) {
      case .replySerial:
        try fields.open(boxOf: "u")
        replySerial = try fields.number()
      case .errorName:
        try fields.open(boxOf: "s")
        errorName = try fields.text()
      case .signature:
        try fields.open(boxOf: "g")
        signature = try fields.signature()
      default: try fields.skipBox()
      }
    }
    self.replySerial = replySerial
    self.errorName = errorName
    self.signature = signature
    body = BusReader(rest, bodyStart..<max(bodyStart, rest.content.count), isBigEndian: isBigEndian)
  }

  private static func lengths(_ start: FleetingBytes) throws(BusFailure) -> (fields: Int, body: Int) {
    var reader = BusReader(start, 0..<startLength, isBigEndian: start.content.first == UInt8(ascii: "B"))
    let order = try reader.byte()
    let (kind, _, version) = (try reader.byte(), try reader.byte(), try reader.byte())
    let (body, serial, fields) = (Int(try reader.number()), try reader.number(), Int(try reader.number()))
    guard order == UInt8(ascii: "l") || order == UInt8(ascii: "B"), kind != 0, version == Self.version, serial != 0,
      fields <= sizeLimit, body <= sizeLimit, startLength + paddedLength(fields) + body <= sizeLimit
    else { throw .malformed }
    return (fields, body)
  }

  private static func paddedLength(_ length: Int) -> Int { (length + 7) / 8 * 8 }
}
