/// Values in the form D-Bus sends them: each at a multiple of its own size, numbers with their low byte first.
/// Source: https://dbus.freedesktop.org/doc/dbus-specification.html, "Marshaling (Wire Format)"
struct BusWriter {
  private(set) var bytes: [UInt8] = []

  /// Fills up to a multiple of so many bytes.
  mutating func align(to size: Int) {
    while bytes.count % size != 0 { bytes.append(0) }
  }

  mutating func write(byte: UInt8) { bytes.append(byte) }

  mutating func write(number: UInt32) {
    align(to: 4)
    bytes += Self.encoded(number)
  }

  /// A string, or an object path.
  mutating func write(text: String) {
    write(number: UInt32(truncatingIfNeeded: text.utf8.count))
    bytes += text.utf8
    bytes.append(0)
  }

  mutating func write(signature: String) {
    bytes.append(UInt8(truncatingIfNeeded: signature.utf8.count))
    bytes += signature.utf8
    bytes.append(0)
  }

  /// A text in a box that says what is in it.
  mutating func write(boxed text: String, as signature: String) {
    write(signature: signature)
    if signature == "g" { write(signature: text) } else { write(text: text) }
  }

  /// An array whose members stand at multiples of `size`.
  mutating func writeArray(membersAlignedTo size: Int, _ members: (inout BusWriter) -> Void) {
    write(number: 0)
    let length = bytes.count - 4
    align(to: size)
    let start = bytes.count
    members(&self)
    bytes.replaceSubrange(length..<length + 4, with: Self.encoded(UInt32(truncatingIfNeeded: bytes.count - start)))
  }

  /// Names and values, `a{ss}`.
  mutating func write(pairs: [String: String]) {
    writeArray(membersAlignedTo: 8) { writer in
      for (name, value) in pairs.sorted(by: { $0.key < $1.key }) {
        writer.align(to: 8)
        writer.write(text: name)
        writer.write(text: value)
      }
    }
  }

  private static func encoded(_ number: UInt32) -> [UInt8] {
    [
      UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8),
      UInt8(truncatingIfNeeded: number >> 16), UInt8(truncatingIfNeeded: number >> 24),
    ]
  }
}
