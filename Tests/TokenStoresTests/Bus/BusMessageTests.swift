import Platform
import Testing

@testable import TokenStores

@Suite struct BusCallTests {
  private static let bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
  private static let service = (
    "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service"
  )

  private func hexadecimal(_ call: BusCall, serial: UInt32) -> String {
    call.encoded(serial: serial).map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
  }

  /// As jeepney 0.9 encodes them.
  @Test func areEncodedAsOthersDo() {
    #expect(
      hexadecimal(BusCall(destination: Self.bus.0, path: Self.bus.1, interface: Self.bus.2, member: "Hello"), serial: 1)
        == "6c01000100000000010000006d00000001016f00150000002f6f72672f667265656465736b746f702f444275730000000201730014"
        + "0000006f72672e667265656465736b746f702e4442757300000000030173000500000048656c6c6f00000006017300140000006f7267"
        + "2e667265656465736b746f702e4442757300000000")
    #expect(
      hexadecimal(
        BusCall(
          destination: Self.service.0, path: Self.service.1, interface: Self.service.2, member: "SearchItems",
          signature: "a{ss}", body: { $0.write(pairs: ["username": "", "service": "sërvice"]) }), serial: 3)
        == "6c0100013d000000030000009300000001016f00180000002f6f72672f667265656465736b746f702f736563726574730000000000"
        + "000000020173001e0000006f72672e667265656465736b746f702e5365637265742e536572766963650000030173000b000000536561"
        + "7263684974656d73000000000006017300170000006f72672e667265656465736b746f702e7365637265747300080167000561"
        + "7b73737d00000000000035000000000000000700000073657276696365000800000073c3ab727669636500000000000000000800"
        + "0000757365726e616d65000000000000000000")
    #expect(
      hexadecimal(
        BusCall(
          destination: Self.service.0, path: Self.service.1, interface: Self.service.2, member: "OpenSession",
          signature: "sv",
          body: {
            $0.write(text: "plain")
            $0.write(boxed: "", as: "s")
          }), serial: 0x1234)
        == "6c01000115000000341200009000000001016f00180000002f6f72672f667265656465736b746f702f736563726574730000000000"
        + "000000020173001e0000006f72672e667265656465736b746f702e5365637265742e536572766963650000030173000b0000004f7065"
        + "6e53657373696f6e000000000006017300170000006f72672e667265656465736b746f702e7365637265747300080167000273"
        + "760005000000706c61696e000173000000000000000000")
  }
}

@Suite struct BusReaderTests {
  private func reader(_ bytes: [UInt8], isBigEndian: Bool = false) -> BusReader {
    BusReader(FleetingBytes(bytes), 0..<bytes.count, isBigEndian: isBigEndian)
  }

  @Test(arguments: [false, true])
  func readsWhatWasWritten(_ isBigEndian: Bool) throws {
    var wire = Wire(isBigEndian: isBigEndian)
    wire.u8(7)
    wire.u32(0x0102_0304)
    wire.text("sërvice ☃")
    wire.signature("a{ss}")
    wire.text("/org/a_1")
    wire.data([1, 2, 3])
    wire.array(8) { wire in
      for (name, value) in [("a", "12345"), ("bcdef", "")] {
        wire.align(8)
        wire.text(name)
        wire.text(value)
      }
    }
    wire.u32(1)
    var reader = reader(wire.bytes, isBigEndian: isBigEndian)
    #expect(try reader.byte() == 7)
    #expect(try reader.number() == 0x0102_0304)
    #expect(try reader.text() == "sërvice ☃")
    #expect(try reader.signature() == "a{ss}")
    #expect(try reader.objectPath() == "/org/a_1")
    #expect(try reader.bytes() == [1, 2, 3])
    #expect(try reader.pairs() == ["a": "12345", "bcdef": ""])
    #expect(try reader.flag())
    #expect(reader.isAtEnd)
  }

  struct Hostile: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let read: @Sendable (inout BusReader) throws(BusFailure) -> Void

    init(_ name: String, _ bytes: [UInt8], _ read: @escaping @Sendable (inout BusReader) throws(BusFailure) -> Void) {
      (testDescription, self.bytes, self.read) = (name, bytes, read)
    }
  }

  private static func boxes(_ count: Int) -> [UInt8] {
    Array((0..<count).map { _ in [1, UInt8(ascii: "v"), 0] as [UInt8] }.joined()) + [1, UInt8(ascii: "y"), 0, 7]
  }

  private static func box(_ signature: String, _ content: [UInt8] = []) -> [UInt8] {
    [UInt8(signature.utf8.count)] + Array(signature.utf8) + [0] + content
  }

  static let hostile: [Hostile] = [
    Hostile("no byte", []) { reader throws(BusFailure) in _ = try reader.byte() },
    Hostile("half a number", [1, 2, 3]) { reader throws(BusFailure) in _ = try reader.number() },
    Hostile("a number behind the padding's end", [1, 0]) { reader throws(BusFailure) in
      _ = try reader.byte()
      _ = try reader.number()
    },
    Hostile("neither true nor false", [2, 0, 0, 0]) { reader throws(BusFailure) in _ = try reader.flag() },
    Hostile("a text of four gigabytes", [255, 255, 255, 255, 65, 0]) { reader throws(BusFailure) in
      _ = try reader.text()
    },
    Hostile("a text that ends with the message", [2, 0, 0, 0, 65, 66]) { reader throws(BusFailure) in
      _ = try reader.text()
    },
    Hostile("a text without its end", [2, 0, 0, 0, 65, 66, 67]) { reader throws(BusFailure) in _ = try reader.text() },
    Hostile("a text with a NUL in it", [2, 0, 0, 0, 65, 0, 0]) { reader throws(BusFailure) in _ = try reader.text() },
    Hostile("a text that is not UTF-8", [2, 0, 0, 0, 0xC3, 0x28, 0]) { reader throws(BusFailure) in
      _ = try reader.text()
    },
    Hostile("an empty path", [0, 0, 0, 0, 0]) { reader throws(BusFailure) in _ = try reader.objectPath() },
    Hostile("a relative path", [1, 0, 0, 0, 65, 0]) { reader throws(BusFailure) in _ = try reader.objectPath() },
    Hostile("a path with a slash at its end", [3, 0, 0, 0, 47, 65, 47, 0]) { reader throws(BusFailure) in
      _ = try reader.objectPath()
    },
    Hostile("a path with two slashes", [4, 0, 0, 0, 47, 47, 65, 65, 0]) { reader throws(BusFailure) in
      _ = try reader.objectPath()
    },
    Hostile("a path with a line end", [2, 0, 0, 0, 47, 10, 0]) { reader throws(BusFailure) in
      _ = try reader.objectPath()
    },
    Hostile("bytes beyond the end", [5, 0, 0, 0, 1, 2, 3, 4]) { reader throws(BusFailure) in _ = try reader.bytes() },
    Hostile("an array beyond the end", [8, 0, 0, 0, 0, 0, 0, 0]) { reader throws(BusFailure) in
      _ = try reader.array(membersAlignedTo: 4)
    },
    Hostile("an array whose padding is not there", [0, 0, 0, 0]) { reader throws(BusFailure) in
      _ = try reader.array(membersAlignedTo: 8)
    },
    Hostile("half a pair", [10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 65, 0, 0, 0, 0, 0]) { reader throws(BusFailure) in
      _ = try reader.pairs()
    },
    Hostile("a signature beyond the end", [9, 65]) { reader throws(BusFailure) in _ = try reader.signature() },
    Hostile("a box of another type", box("s", [0, 0, 0, 0, 0])) { reader throws(BusFailure) in
      try reader.open(boxOf: "b")
    },
    Hostile("a box of no type", box("")) { reader throws(BusFailure) in try reader.skipBox() },
    Hostile("a box of an unknown type", box("z")) { reader throws(BusFailure) in try reader.skipBox() },
    Hostile("a box of two types", box("yy", [1, 2])) { reader throws(BusFailure) in try reader.skipBox() },
    Hostile("a box with an open structure", box("(y", [1, 2, 3, 4, 5, 6, 7, 8])) { reader throws(BusFailure) in
      try reader.skipBox()
    },
    Hostile("a box with an empty structure", box("()", [1, 2, 3, 4, 5, 6, 7, 8])) { reader throws(BusFailure) in
      try reader.skipBox()
    },
    Hostile("a box with an array of nothing", box("a", [0, 0, 0, 0])) { reader throws(BusFailure) in
      try reader.skipBox()
    },
    Hostile("a box with an array of an unknown type", box("az", [0, 0, 0, 0, 0, 0, 0, 0])) {
      reader throws(BusFailure) in
      try reader.skipBox()
    },
    Hostile("a box with a dictionary that is not closed", box("a{sv", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])) {
      reader throws(BusFailure) in try reader.skipBox()
    },
    Hostile("a box with nothing in it", box("t")) { reader throws(BusFailure) in try reader.skipBox() },
    Hostile("a hundred boxes in each other", boxes(100)) { reader throws(BusFailure) in try reader.skipBox() },
    Hostile("100,000 boxes in each other", boxes(100_000)) { reader throws(BusFailure) in try reader.skipBox() },
    Hostile("structures in structures", box(String(repeating: "(", count: 255))) { reader throws(BusFailure) in
      try reader.skipBox()
    },
    Hostile("arrays of arrays", box(String(repeating: "a", count: 255), Array(repeating: 0, count: 64))) {
      reader throws(BusFailure) in try reader.skipBox()
    },
  ]

  @Test(arguments: hostile)
  func refusesWhatDoesNotFit(_ hostile: Hostile) {
    var reader = reader(hostile.bytes)
    #expect(throws: BusFailure.malformed) { try hostile.read(&reader) }
  }

  @Test(
    arguments: [
      (box("y", [1]), 4), (box("b", [1, 1, 0, 0, 0]), 8), (box("n", [1, 2, 3]), 6), (box("q", [1, 2, 3]), 6),
      (box("i", [1, 1, 0, 0, 0]), 8), (box("h", [1, 1, 0, 0, 0]), 8), (box("t", Array(repeating: 7, count: 13)), 16),
      (box("x", Array(repeating: 7, count: 13)), 16), (box("d", Array(repeating: 7, count: 13)), 16),
      (box("s", [0, 1, 0, 0, 0, 65, 0]), 10), (box("o", [0, 1, 0, 0, 0, 47, 0]), 10), (box("g", [1, 65, 0]), 6),
      (box("v", box("y", [7])), 7), (boxes(60), 184), (box("ay", [2, 0, 0, 0, 1, 2]), 10),
      (box("a{sv}", [0, 0, 0, 0, 0, 0, 0, 0, 0]), 16), (box("a(yy)", [0, 0, 0, 0, 0, 0, 0, 0, 0]), 16),
      (box("(y(ny)as)", [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 0, 0, 0, 0]), 32),
    ] as [([UInt8], Int)])
  func passesOverBoxesOfAllKinds(_ bytes: [UInt8], _ end: Int) throws {
    // Behind each stands what belongs to something else.
    var reader = reader(bytes + Array(repeating: 0, count: max(0, end - bytes.count)) + [42])
    try reader.skipBox()
    #expect(try reader.byte() == 42)
    #expect(reader.isAtEnd)
  }
}

@Suite struct BusMessageTests {
  private func length(_ bytes: [UInt8]) throws(BusFailure) -> Int {
    try BusMessage.lengthOfRest(FleetingBytes(bytes))
  }

  private func start(
    order: UInt8 = 0x6C, kind: UInt8 = 2, version: UInt8 = 1, body: Int = 0, serial: Int = 1, fields: Int = 0
  ) -> [UInt8] {
    var wire = Wire(bytes: [order, kind, 0, version], isBigEndian: order == 0x42)
    wire.u32(body)
    wire.u32(serial)
    wire.u32(fields)
    return wire.bytes
  }

  @Test func saysHowLongItIs() throws {
    #expect(try length(start(body: 5, fields: 9)) == 21)
    #expect(try length(start(order: 0x42, body: 5, fields: 8)) == 13)
  }

  @Test func refusesWhatCannotBe() {
    let hostile = [
      start(order: 0), start(kind: 0), start(version: 2), start(serial: 0), start(body: 128 << 20),
      start(fields: 64 << 20), start(body: 0xFFFF_FFFF, fields: 0xFFFF_FFFF), start(body: 17 << 20),
      start(order: 0x42, body: 1 << 30), Array(start().dropLast()), [],
    ]
    for bytes in hostile {
      #expect(throws: BusFailure.malformed, "\(bytes)") { try length(bytes) }
    }
    #expect(throws: Never.self) { try length(start(body: 16 << 20)) }
  }

  @Test func fieldsThatLieAreRefused() {
    let lies: [(inout Wire) -> Void] = [
      { $0.bytes += [5, 1, 0x73, 0, 1, 0, 0, 0, 65, 0] },  // a text for a serial
      { $0.bytes += [8, 1, 0x67, 0, 200, 65, 0] },  // a signature beyond the fields
      { $0.bytes += [9] },  // a field without a value
      { $0.bytes += [9, 1, 0x61, 0, 0, 0, 0, 0] },  // an array of nothing
    ]
    for lie in lies {
      var wire = Wire()
      lie(&wire)
      let fields = wire.bytes.count
      wire.align(8)
      #expect(throws: BusFailure.malformed) {
        try BusMessage(start: FleetingBytes(start(fields: fields)), rest: FleetingBytes(wire.bytes))
      }
    }
  }

  @Test func aKindNobodyKnowsIsNoError() throws {
    let message = try BusMessage(start: FleetingBytes(start(kind: 9)), rest: FleetingBytes([]))
    #expect(message.kind == nil)
    #expect(message.signature == "")
    #expect(message.body.isAtEnd)
  }
}
