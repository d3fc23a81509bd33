import FoundationEssentials

/// A cached token in its stored form: versioned, with the key that it belongs to.
public struct TokenEntry: Sendable, Equatable {
  /// The largest size of an entry. A token has about 1 kB.
  public static let sizeLimit = 16 << 10

  /// Seconds beyond which an entry is not trusted: AWS gives at most twelve hours, and the clock may be wrong by as much.
  static let longestLife = 86_400.0

  /// The last valid moment, in epoch seconds (the year 5138): a later one is a mistake, and might not fit an integer.
  public static let lastMoment = 1e11

  /// The token; secret.
  public let token: String
  /// When it expires by AWS's word, in epoch seconds.
  public let expiration: Double
  /// When it was got, in epoch seconds.
  public let mintedAt: Double
  /// When a failed refresh may be tried again, in epoch seconds; nil while none has failed.
  public internal(set) var retryAfter: Double?
  /// What it belongs to.
  public let key: EntryKey
  /// The source of its credentials, for messages; nil in entries of older versions. The key has a digest of it only.
  public let identity: String?

  /// An entry with these parts.
  public init(
    token: String, expiration: Double, mintedAt: Double, retryAfter: Double? = nil, key: EntryKey,
    identity: String? = nil
  ) {
    self.identity = identity
    self.token = token
    self.expiration = expiration
    self.mintedAt = mintedAt
    self.retryAfter = retryAfter
    self.key = key
  }

  /// The same token, with the moment of the next refresh.
  public func retrying(after moment: Double) -> TokenEntry {
    var entry = self
    entry.retryAfter = moment
    return entry
  }

  private static let version = 1

  /// The part that every lookup reads. `entry` is the digest of `key`.
  private struct Form: Decodable {
    let version: Int
    let token: String
    let expiration: Double
    let minted_at: Double
    let retry_after: Double?
    let entry: String
    let identity: String?
  }

  private struct FullForm: Encodable {
    let version: Int
    let token: String
    let expiration: Double
    let minted_at: Double
    let retry_after: Double?
    let entry: String
    let key: [String: String]
    let identity: String?
  }

  /// Reads an entry. Nil for one that is damaged, oversized, of another version, or that belongs to something else.
  public init?(_ bytes: [UInt8], for key: EntryKey) {
    guard bytes.count <= Self.sizeLimit, Self.isText(bytes),
      let form = try? JSONDecoder().decode(Form.self, from: Data(bytes)),
      form.version == Self.version, form.entry == key.name, Self.isToken(form.token),
      form.minted_at >= 0, form.minted_at < form.expiration, form.expiration - form.minted_at <= Self.longestLife,
      form.expiration < Self.lastMoment
    else { return nil }
    self.init(
      token: form.token, expiration: form.expiration, mintedAt: form.minted_at, retryAfter: form.retry_after, key: key,
      identity: form.identity)
  }

  /// Reads an entry, whatever it belongs to. Nil for one that could not be read with its key either.
  public init?(_ bytes: [UInt8]) {
    struct KeyForm: Decodable { let key: [String: String] }
    guard bytes.count <= Self.sizeLimit, let form = try? JSONDecoder().decode(KeyForm.self, from: Data(bytes)) else {
      return nil
    }
    self.init(bytes, for: EntryKey(form.key.map { ($0.key, $0.value) }))
  }

  /// Whether bytes are an entry whose key has these attributes; with none given, whatever they are.
  static func matches(_ bytes: [UInt8], _ attributes: [String: String]) -> Bool {
    guard !attributes.isEmpty else { return true }
    guard let key = TokenEntry(bytes)?.key.attributes else { return false }
    return attributes.allSatisfy { key[$0.key] == $0.value }
  }

  /// The entry as bytes; nil for one that could not be read back.
  public var encoded: [UInt8]? {
    let form = FullForm(
      version: Self.version, token: token, expiration: expiration, minted_at: mintedAt, retry_after: retryAfter,
      entry: key.name, key: key.attributes, identity: identity)
    guard Self.isToken(token), let data = try? JSONEncoder().encode(form), data.count <= Self.sizeLimit else {
      return nil
    }
    return Array(data)
  }

  /// Whether bytes are text without control characters. The decoder does not check the parts that it skips.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    var isASCII = true
    for byte in bytes {
      if byte < 0x20 || byte == 0x7F { return false }
      if byte >= 0x80 { isASCII = false }
    }
    return isASCII || String(validating: bytes, as: UTF8.self) != nil
  }

  /// Whether a text can be a token: only visible ASCII, since it becomes part of a header and of one line of output.
  public static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= sizeLimit && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}
