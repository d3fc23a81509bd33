/// A response that was given once, as it is stored in the kernel keyring for the fast path: the fingerprint of its
/// request, when it expires, and everything but the token. The token is read from the kernel key that stores it. The
/// response is valid only while that key has the content that it had: not after the token was removed or replaced. (The
/// key is named by its description, since a serial number still leads to a removed key for a moment.)
public struct CachedResponse: Sendable, Equatable {
  /// The largest size of an entry. All slots together take less than half of the twenty thousand bytes that the keys of
  /// a user may have (keyrings(7)), since other programs store keys there too.
  public static let sizeLimit = 1200
  /// The number of slots.
  public static let slotCount = 8
  private static let magic: [UInt8] = [UInt8(ascii: "c"), UInt8(ascii: "a"), UInt8(ascii: "k"), 1]

  /// The fingerprint of the request that it is the response to.
  public let fingerprint: [UInt8]
  /// When it expires, in nanoseconds since 1970.
  public let end: Int64
  /// The description, ending in NUL, of the kernel key that holds the token.
  public let key: [CChar]
  /// The digest of the whole content of this key.
  public let digest: UInt64
  /// The position of the token in that content.
  public let token: Range<Int>
  /// The part of the response before the token.
  public let before: [UInt8]
  /// The part of the response after the token.
  public let after: [UInt8]

  /// A response with these parts.
  public init(
    fingerprint: [UInt8], end: Int64, key: [CChar], keyContent: [UInt8], token: Range<Int>, before: [UInt8],
    after: [UInt8]
  ) {
    self.fingerprint = fingerprint
    self.end = end
    self.key = key
    self.digest = Self.digest(keyContent)
    self.token = token
    self.before = before
    self.after = after
  }

  /// The whole response, if the key still has the content that it had.
  public func response(from keyContent: [UInt8]) -> [UInt8]? {
    guard Self.digest(keyContent) == digest, token.lowerBound >= 0, token.upperBound <= keyContent.count else {
      return nil
    }
    // The whole capacity is reserved at once: an array that grows leaves copies of the token in freed memory.
    var response: [UInt8] = []
    response.reserveCapacity(before.count + token.count + after.count)
    response += before
    response += keyContent[token]
    response += after
    return response
  }
}

extension CachedResponse {
  /// The entry as bytes; nil for one that is too large.
  public var bytes: [UInt8]? {
    var bytes = Self.magic
    append(UInt64(bitPattern: end), to: &bytes)
    append(UInt64(token.lowerBound), to: &bytes)
    append(UInt64(token.upperBound), to: &bytes)
    append(digest, to: &bytes)
    for part in [key.map { UInt8(bitPattern: $0) }, before, after, fingerprint] {
      append(UInt64(part.count), to: &bytes)
      bytes += part
    }
    append(Self.digest(bytes), to: &bytes)
    return bytes.count <= Self.sizeLimit ? bytes : nil
  }

  /// Reads an entry; nil for other bytes.
  public init?(_ bytes: [UInt8]) {
    var rest = bytes.dropLast(8)
    var last = bytes.suffix(8)
    guard bytes.count <= Self.sizeLimit, Self.number(&last) == Self.digest(rest),
      Self.take(Self.magic.count, from: &rest)?.elementsEqual(Self.magic) == true,
      let end = Self.number(&rest), let start = Self.number(&rest), let stop = Self.number(&rest),
      let digest = Self.number(&rest), let key = Self.part(&rest), let before = Self.part(&rest),
      let after = Self.part(&rest), let fingerprint = Self.part(&rest), rest.isEmpty,
      start <= stop, stop <= UInt64(Self.largestKey), key.last == 0
    else { return nil }
    self.end = Int64(bitPattern: end)
    self.token = Int(start)..<Int(stop)
    self.digest = digest
    self.key = key.map { CChar(bitPattern: $0) }
    self.before = before
    self.after = after
    self.fingerprint = fingerprint
  }

  /// Reads the entry in the kernel key with a description; nil if there is none.
  public init?(storedIn slot: [CChar]) {
    let serial = UserKey.find(slot)
    guard serial > 0 else { return nil }
    let stored = UserKey.read(serial, limit: Self.sizeLimit)
    guard stored.count == stored.bytes.count else { return nil }
    self.init(stored.bytes)
  }

  /// The largest content that the kernel allows a key.
  public static let largestKey = 32_767

  /// The descriptions, ending in NUL, of the keys that a response with this fingerprint may be stored in. There are
  /// several, because responses with other fingerprints may use the same slots.
  public static func slots(for fingerprint: [UInt8]) -> [[CChar]] {
    let first = Int(digest(fingerprint) % UInt64(slotCount))
    return (0..<4).map { description(ofSlot: (first + $0) % slotCount) }
  }

  /// The description of the kernel key of a slot.
  public static func description(ofSlot slot: Int) -> [CChar] {
    var description: [CChar] = []
    append("codeartifact-keyring-quick:", to: &description)
    description.append(CChar(bitPattern: UInt8(ascii: "a") + UInt8(truncatingIfNeeded: slot)))
    description.append(0)
    return description
  }

  /// FNV-1a with 64 bits. It detects changes; it is not cryptographic, and protects nothing.
  private static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return digest
  }

  private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    guard let bytes = take(8, from: &rest) else { return nil }
    var number: UInt64 = 0
    for byte in bytes.reversed() { number = number << 8 | UInt64(byte) }
    return number
  }

  private static func part(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let count = number(&rest), count <= UInt64(sizeLimit) else { return nil }
    return take(Int(count), from: &rest).map { Array($0) }
  }
}
