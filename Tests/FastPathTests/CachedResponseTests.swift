import FastPath
import Testing

@Suite struct CachedResponseTests {
  private static let held = Array("{\"token\":\"secret-token\"}".utf8)

  private func entry(_ inputs: String = "get\u{0}S\u{0}") -> CachedResponse {
    CachedResponse(
      inputs: Array(inputs.utf8), end: 1_700_000_000_000_000_000, key: [0x6B, 0],
      held: Self.held, token: 10..<22,
      before: Array("aws\n".utf8), after: Array("\n".utf8))
  }

  @Test func itIsReadAsItWasWritten() throws {
    #expect(CachedResponse(try #require(entry().bytes)) == entry())
  }

  @Test func theAnswerIsPutTogether() {
    #expect(entry().answer(from: Self.held) == Array("aws\nsecret-token\n".utf8))
  }

  @Test func theTokenIsNotInIt() throws {
    let bytes = try #require(entry().bytes)
    #expect(bytes.firstRange(of: Array("secret-token".utf8)) == nil)
  }

  @Test(arguments: 0..<24) func anotherContentOfTheTokensKeyIsNoAnswer(position: Int) {
    var changed = Self.held
    changed[position] ^= 1
    #expect(entry().answer(from: changed) == nil)
    #expect(entry().answer(from: Array(Self.held.prefix(position))) == nil)
    #expect(entry().answer(from: Self.held + [0]) == nil)
  }

  @Test func aShortenedEntryIsNone() throws {
    let bytes = try #require(entry().bytes)
    for count in bytes.indices { #expect(CachedResponse(Array(bytes.prefix(count))) == nil) }
    #expect(CachedResponse(bytes + [0]) == nil)
  }

  @Test func aDamagedEntryIsNone() throws {
    let bytes = try #require(entry().bytes)
    for position in bytes.indices {
      for damage: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = bytes
        damaged[position] ^= damage
        #expect(CachedResponse(damaged) == nil)
      }
    }
  }

  /// Somebody who gets the digest right may still have written nonsense; it never ends the process.
  @Test func nonsenseWithTheRightDigestIsHarmless() throws {
    let bytes = try #require(entry().bytes).dropLast(8)
    for position in bytes.indices {
      for damage: UInt8 in [0x01, 0x80, 0xFF] {
        var damaged = Array(bytes)
        damaged[position] ^= damage
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in damaged { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for shift in 0..<8 { damaged.append(UInt8(truncatingIfNeeded: digest >> UInt64(8 * shift))) }
        guard let read = CachedResponse(damaged) else { continue }
        #expect(read != entry())
        _ = read.answer(from: Self.held)
        _ = read.answer(from: [])
      }
    }
  }

  /// One that does not end would be read on and on.
  @Test func aDescriptionThatDoesNotEndIsNone() throws {
    let entry = CachedResponse(inputs: [], end: 1, key: [0x6B], held: Self.held, token: 10..<22, before: [], after: [])
    #expect(CachedResponse(try #require(entry.bytes)) == nil)
  }

  @Test func aLargeOneIsNotKept() {
    #expect(entry(String(repeating: "x", count: CachedResponse.sizeLimit)).bytes == nil)
    #expect(CachedResponse([UInt8](repeating: 0, count: CachedResponse.sizeLimit + 1)) == nil)
  }

  @Test func thereIsOneKeyForEachSlot() {
    let all = Set((0..<CachedResponse.slots).map { CachedResponse.description(ofSlot: $0) })
    #expect(all.count == CachedResponse.slots)
    let places = (0..<500).map { CachedResponse.places(for: Array("input \($0)".utf8)) }
    #expect(places.allSatisfy { Set($0).count == 4 && all.isSuperset(of: $0) })
    #expect(Set(places.map { $0[0] }) == all)
  }
}
