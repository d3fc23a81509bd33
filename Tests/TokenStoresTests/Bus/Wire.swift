/// Writes what a bus and a service say, in either byte order and with any lie a test wants: written apart from what it
/// tests, so that a mistake there is not made here again.
struct Wire {
  var bytes: [UInt8] = []
  var isBigEndian = false

  mutating func align(_ size: Int) {
    while !bytes.count.isMultiple(of: size) { bytes.append(0) }
  }

  mutating func u8(_ value: UInt8) { bytes.append(value) }

  mutating func u32(_ value: Int) {
    align(4)
    let little = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    bytes += isBigEndian ? little.reversed() : little
  }

  mutating func text(_ value: String) {
    u32(value.utf8.count)
    bytes += Array(value.utf8) + [0]
  }

  mutating func signature(_ value: String) { bytes += [UInt8(value.utf8.count)] + Array(value.utf8) + [0] }

  mutating func array(_ size: Int, _ members: (inout Wire) -> Void) {
    align(4)
    let start = bytes.count
    u32(0)
    align(size)
    let first = bytes.count
    members(&self)
    var length = Wire(isBigEndian: isBigEndian)
    length.u32(bytes.count - first)
    bytes.replaceSubrange(start..<start + 4, with: length.bytes)
  }

  mutating func texts(_ values: [String]) { array(4) { wire in values.forEach { wire.text($0) } } }

  mutating func data(_ value: [UInt8]) { array(1) { $0.bytes += value } }

  /// What `GetSecret` answers.
  mutating func secret(_ value: [UInt8], session: String, type: String = "text/plain") {
    align(8)
    text(session)
    data([])
    data(value)
    text(type)
  }
}

/// One message of a bus or a service.
struct Saying: Sendable {
  var kind: UInt8 = 2
  var types = ""
  var errorName: String?
  var isBigEndian = false
  var body: @Sendable (inout Wire) -> Void = { _ in }

  static func reply(_ types: String = "", _ body: @escaping @Sendable (inout Wire) -> Void = { _ in }) -> Saying {
    Saying(types: types, body: body)
  }

  static func error(_ name: String, _ reason: String = "it was scripted so") -> Saying {
    Saying(kind: 3, types: "s", errorName: name) { $0.text(reason) }
  }

  static let signal = Saying(kind: 4, types: "s") { $0.text("something happened") }

  /// The same from a machine of the other kind.
  var bigEndian: Saying {
    var other = self
    other.isBigEndian = true
    return other
  }

  func bytes(to serial: Int?) -> [UInt8] {
    var content = Wire(isBigEndian: isBigEndian)
    body(&content)
    var wire = Wire(isBigEndian: isBigEndian)
    wire.bytes = [isBigEndian ? 0x42 : 0x6C, kind, 1, 1]
    wire.u32(content.bytes.count)
    wire.u32(77)
    wire.array(8) { wire in
      // A field that nobody knows yet, with a box in a box.
      wire.u8(99)
      wire.signature("v")
      wire.signature("(yv)")
      wire.align(8)
      wire.u8(1)
      wire.signature("as")
      wire.texts(["a", "b"])
      wire.align(8)
      if let errorName {
        wire.u8(4)
        wire.signature("s")
        wire.text(errorName)
        wire.align(8)
      }
      if let serial {
        wire.u8(5)
        wire.signature("u")
        wire.u32(serial)
        wire.align(8)
      }
      if !types.isEmpty {
        wire.u8(8)
        wire.signature("g")
        wire.signature(types)
      }
    }
    wire.align(8)
    return wire.bytes + content.bytes
  }
}
