/// An answer that was given once, as the kernel keyring keeps it for the front: what it answers, how long it holds, and
/// where the token in it is. It names the kernel key that holds the token, and what that key held: once the token has been
/// forgotten or another one has taken its place, the answer is none. (A serial number would name it too, but for a moment
/// it still leads to a key that has been forgotten.)
public struct CachedResponse: Sendable, Equatable {
  /// No entry is larger. All together they take less than half of the twenty thousand bytes that a user's keys may have
  /// (keyrings(7)): other programs keep theirs there too.
  public static let sizeLimit = 1200
  /// How many there are at most.
  public static let slots = 8
  private static let magic: [UInt8] = [UInt8(ascii: "c"), UInt8(ascii: "a"), UInt8(ascii: "k"), 1]

  /// What it is the answer to.
  public let inputs: [UInt8]
  /// When it ends, in nanoseconds since 1970.
  public let end: Int64
  /// The description, ending in NUL, of the kernel key that holds the token.
  public let key: [CChar]
  /// The digest of all that this key holds.
  public let digest: UInt64
  /// Where in there the token is.
  public let token: Range<Int>
  /// What stands before the token in the answer.
  public let before: [UInt8]
  /// What stands behind it.
  public let after: [UInt8]

  /// An entry for an answer made of these parts.
  public init(
    inputs: [UInt8], end: Int64, key: [CChar], held: [UInt8], token: Range<Int>, before: [UInt8], after: [UInt8]
  ) {
    self.inputs = inputs
    self.end = end
    self.key = key
    self.digest = Self.digest(held)
    self.token = token
    self.before = before
    self.after = after
  }

  /// The whole answer, if the key still holds what it held.
  public func answer(from held: [UInt8]) -> [UInt8]? {
    guard Self.digest(held) == digest, token.lowerBound >= 0, token.upperBound <= held.count else { return nil }
    // At once as large as it will be: what grows leaves copies behind.
    var answer: [UInt8] = []
    answer.reserveCapacity(before.count + token.count + after.count)
    answer += before
    answer += held[token]
    answer += after
    return answer
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
    for part in [key.map { UInt8(bitPattern: $0) }, before, after, inputs] {
      append(UInt64(part.count), to: &bytes)
      bytes += part
    }
    append(Self.digest(bytes), to: &bytes)
    return bytes.count <= Self.sizeLimit ? bytes : nil
  }

  /// Reads an entry; nil for what is none.
  public init?(_ bytes: [UInt8]) {
    var rest = bytes.dropLast(8)
    var last = bytes.suffix(8)
    guard bytes.count <= Self.sizeLimit, Self.number(&last) == Self.digest(rest),
      Self.take(Self.magic.count, from: &rest)?.elementsEqual(Self.magic) == true,
      let end = Self.number(&rest), let start = Self.number(&rest), let stop = Self.number(&rest),
      let digest = Self.number(&rest), let key = Self.part(&rest), let before = Self.part(&rest),
      let after = Self.part(&rest), let inputs = Self.part(&rest), rest.isEmpty,
      start <= stop, stop <= UInt64(Self.largestKey), key.last == 0
    else { return nil }
    self.end = Int64(bitPattern: end)
    self.token = Int(start)..<Int(stop)
    self.digest = digest
    self.key = key.map { CChar(bitPattern: $0) }
    self.before = before
    self.after = after
    self.inputs = inputs
  }

  /// Reads the entry in the kernel key with a description; nil where there is none.
  public init?(keptIn place: [CChar]) {
    let serial = UserKey.find(place)
    guard serial > 0 else { return nil }
    let kept = UserKey.read(serial, limit: Self.sizeLimit)
    guard kept.count == kept.bytes.count else { return nil }
    self.init(kept.bytes)
  }

  /// What the kernel allows a key to hold.
  public static let largestKey = 32_767

  /// The descriptions, ending in NUL, of the keys that an answer to these inputs may be kept in. There are several, because
  /// answers to other inputs may be there too.
  public static func places(for inputs: [UInt8]) -> [[CChar]] {
    let first = Int(digest(inputs) % UInt64(slots))
    return (0..<4).map { description(ofSlot: (first + $0) % slots) }
  }

  /// The description of one of the keys that answers are kept in.
  public static func description(ofSlot slot: Int) -> [CChar] {
    var description: [CChar] = []
    append("codeartifact-keyring-quick:", to: &description)
    description.append(CChar(bitPattern: UInt8(ascii: "a") + UInt8(truncatingIfNeeded: slot)))
    description.append(0)
    return description
  }

  /// FNV-1a, of 64 bits: it tells a change, and keeps nobody from anything.
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
