import FastPath
import Testing

@Suite struct CachedResponseTests {
  private static let keyContent = Array("{\"token\":\"secret-token\"}".utf8)

  private func entry(_ fingerprint: String = "get\u{0}S\u{0}") -> CachedResponse {
    CachedResponse(
      fingerprint: Array(fingerprint.utf8), end: 1_700_000_000_000_000_000, key: [0x6B, 0],
      keyContent: Self.keyContent, token: 10..<22,
      before: Array("aws\n".utf8), after: Array("\n".utf8))
  }

  @Test func itIsReadAsItWasWritten() throws {
    #expect(CachedResponse(try #require(entry().bytes)) == entry())
  }

  @Test func theResponseIsPutTogether() {
    #expect(entry().response(from: Self.keyContent) == Array("aws\nsecret-token\n".utf8))
  }

  @Test func theTokenIsNotInIt() throws {
    let bytes = try #require(entry().bytes)
    #expect(bytes.firstRange(of: Array("secret-token".utf8)) == nil)
  }

  @Test(arguments: 0..<24) func anotherContentOfTheTokensKeyIsNoResponse(position: Int) {
    var changed = Self.keyContent
    changed[position] ^= 1
    #expect(entry().response(from: changed) == nil)
    #expect(entry().response(from: Array(Self.keyContent.prefix(position))) == nil)
    #expect(entry().response(from: Self.keyContent + [0]) == nil)
  }

  @Test func aTruncatedEntryIsNotRead() throws {
    let bytes = try #require(entry().bytes)
    for count in bytes.indices { #expect(CachedResponse(Array(bytes.prefix(count))) == nil) }
    #expect(CachedResponse(bytes + [0]) == nil)
  }

  @Test func aDamagedEntryIsNotRead() throws {
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
        _ = read.response(from: Self.keyContent)
        _ = read.response(from: [])
      }
    }
  }

  /// One that does not end would be read on and on.
  @Test func aDescriptionThatDoesNotEndIsNotRead() throws {
    let entry = CachedResponse(
      fingerprint: [], end: 1, key: [0x6B], keyContent: Self.keyContent, token: 10..<22, before: [], after: [])
    #expect(CachedResponse(try #require(entry.bytes)) == nil)
  }

  @Test func aLargeOneIsNotStored() {
    #expect(entry(String(repeating: "x", count: CachedResponse.sizeLimit)).bytes == nil)
    #expect(CachedResponse([UInt8](repeating: 0, count: CachedResponse.sizeLimit + 1)) == nil)
  }

  @Test func thereIsOneKeyForEachSlot() {
    let all = Set((0..<CachedResponse.slotCount).map { CachedResponse.description(ofSlot: $0) })
    #expect(all.count == CachedResponse.slotCount)
    let slots = (0..<500).map { CachedResponse.slots(for: Array("input \($0)".utf8)) }
    #expect(slots.allSatisfy { Set($0).count == 4 && all.isSuperset(of: $0) })
    #expect(Set(slots.map { $0[0] }) == all)
  }
}
