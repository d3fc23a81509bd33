import Platform

/// Takes values in D-Bus's form apart. Whoever sent them may have lied in every byte: what does not fit is an error.
struct BusReader {
  /// More boxes in boxes than the specification allows.
  private static let depthLimit = 64

  private let source: FleetingBytes
  private var position: Int
  private let end: Int
  private let isBigEndian: Bool

  /// A reader of some of these bytes. Values are aligned as counted from the first of all of them.
  init(_ source: FleetingBytes, _ range: Range<Int>, isBigEndian: Bool) {
    self.source = source
    position = range.lowerBound
    end = min(range.upperBound, source.content.count)
    self.isBigEndian = isBigEndian
  }

  /// Whether everything was read.
  var isAtEnd: Bool { position >= end }

  mutating func align(to size: Int) throws(BusFailure) {
    let next = (position + size - 1) / size * size
    guard next <= end else { throw .malformed }
    position = next
  }

  mutating func byte() throws(BusFailure) -> UInt8 {
    guard position < end else { throw .malformed }
    position += 1
    return source.content[position - 1]
  }

  mutating func number() throws(BusFailure) -> UInt32 {
    try align(to: 4)
    let range = try advance(4)
    var value: UInt32 = 0
    for index in range {
      let byte = UInt32(source.content[index])
      value = isBigEndian ? value << 8 | byte : value >> 8 | byte << 24
    }
    return value
  }

  mutating func flag() throws(BusFailure) -> Bool {
    switch try number() {
    case 0: return false
    case 1: return true
    default: throw .malformed
    }
  }

  mutating func text() throws(BusFailure) -> String {
    let count = Int(try number())
    return try terminated(count)
  }

  mutating func objectPath() throws(BusFailure) -> String {
    let path = try text()
    guard Self.isObjectPath(path) else { throw .malformed }
    return path
  }

  mutating func signature() throws(BusFailure) -> String {
    let count = Int(try byte())
    return try terminated(count)
  }

  /// An array of bytes, `ay`: a copy, which is the caller's to keep.
  mutating func bytes() throws(BusFailure) -> [UInt8] {
    let range = try advance(Int(try number()))
    return Array(source.content[range])
  }

  /// An array: a reader of its members, which stand at multiples of `size`.
  mutating func array(membersAlignedTo size: Int) throws(BusFailure) -> BusReader {
    let count = Int(try number())
    try align(to: size)
    return BusReader(source, try advance(count), isBigEndian: isBigEndian)
  }

  /// Names and values, `a{ss}`.
  mutating func pairs() throws(BusFailure) -> [String: String] {
    var members = try array(membersAlignedTo: 8)
    var pairs: [String: String] = [:]
    while !members.isAtEnd {
      try members.align(to: 8)
      let name = try members.text()
      pairs[name] = try members.text()
    }
    return pairs
  }

  /// The type of what a box holds, which comes next; it must be this one.
  mutating func open(boxOf signature: String) throws(BusFailure) {
    guard try self.signature() == signature else { throw .malformed }
  }

  /// Passes over a box, whatever is in it.
  mutating func skipBox() throws(BusFailure) { try skipBox(depth: 0) }

  private mutating func skipBox(depth: Int) throws(BusFailure) {
    let signature = Array(try signature().utf8)
    var rest = signature[...]
    try skip(&rest, depth: depth)
    guard rest.isEmpty else { throw .malformed }
  }

  /// Passes over a value of the first type of a signature, and over that type.
  private mutating func skip(_ types: inout ArraySlice<UInt8>, depth: Int) throws(BusFailure) {
    guard depth <= Self.depthLimit, let type = types.popFirst() else { throw .malformed }
    switch type {
    case UInt8(ascii: "y"): _ = try byte()
    case UInt8(ascii: "b"): _ = try flag()
    case UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "h"): _ = try number()
    case UInt8(ascii: "n"), UInt8(ascii: "q"): try skip(2)
    case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"): try skip(8)
    case UInt8(ascii: "s"): _ = try text()
    case UInt8(ascii: "o"): _ = try objectPath()
    case UInt8(ascii: "g"): _ = try signature()
    case UInt8(ascii: "v"): try skipBox(depth: depth + 1)
    case UInt8(ascii: "a"):
      guard let member = types.first else { throw .malformed }
      _ = try array(membersAlignedTo: try Self.alignment(of: member))
      try Self.drop(&types, depth: depth + 1)
    case UInt8(ascii: "("):
      try align(to: 8)
      repeat { try skip(&types, depth: depth + 1) } while types.first != UInt8(ascii: ")")
      types.removeFirst()
    default: throw .malformed
    }
  }

  /// Takes the first type off a signature.
  private static func drop(_ types: inout ArraySlice<UInt8>, depth: Int) throws(BusFailure) {
    guard depth <= depthLimit, let type = types.popFirst() else { throw .malformed }
    switch type {
    case UInt8(ascii: "a"): try drop(&types, depth: depth + 1)
    case UInt8(ascii: "("), UInt8(ascii: "{"):
      let closing = type == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "}")
      repeat { try drop(&types, depth: depth + 1) } while types.first != closing
      types.removeFirst()
    default: _ = try alignment(of: type)
    }
  }

  private static func alignment(of type: UInt8) throws(BusFailure) -> Int {
    switch type {
    case UInt8(ascii: "y"), UInt8(ascii: "g"), UInt8(ascii: "v"): return 1
    case UInt8(ascii: "n"), UInt8(ascii: "q"): return 2
    case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "h"), UInt8(ascii: "s"),
      UInt8(ascii: "o"), UInt8(ascii: "a"):
      return 4
    case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"), UInt8(ascii: "("), UInt8(ascii: "{"): return 8
    default: throw .malformed
    }
  }

  private mutating func skip(_ count: Int) throws(BusFailure) {
    try align(to: count)
    _ = try advance(count)
  }

  /// Goes on by so many bytes and says where they are.
  private mutating func advance(_ count: Int) throws(BusFailure) -> Range<Int> {
    guard position <= end, count <= end - position else { throw .malformed }
    position += count
    return position - count..<position
  }

  /// A text of so many bytes and the NUL behind it.
  private mutating func terminated(_ count: Int) throws(BusFailure) -> String {
    let range = try advance(count)
    let bytes = source.content[range]
    guard try byte() == 0, !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed
    }
    return text
  }

  private static func isObjectPath(_ path: String) -> Bool {
    if path == "/" { return true }
    var isBehindSlash = false
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.last != UInt8(ascii: "/") else { return false }
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "/"):
        if isBehindSlash { return false }
        isBehindSlash = true
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        isBehindSlash = false
      default: return false
      }
    }
    return true
  }
}
