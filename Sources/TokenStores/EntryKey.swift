import Crypto

/// What a cached token belongs to, as names and values; two tokens with the same key are the same to everybody.
public struct EntryKey: Sendable, Equatable {
  /// What the token is for: nothing in here is secret, since a secret store shows it even while it is locked.
  public let attributes: [String: String]
  /// The same as one short word, fit for a file name: a digest of the attributes.
  public let name: String

  /// A key with these attributes.
  public init(_ attributes: [String: String]) {
    self.attributes = attributes
    let canonical = attributes.keys.sorted().map { "\($0)=\(attributes[$0] ?? "")\u{0}" }.joined()
    name = Self.digest(canonical)
  }

  /// A short digest of a text that must not be shown itself: 128 bits of SHA-256, in hexadecimal digits.
  public static func digest(_ text: String) -> String {
    var hash = SHA256()
    hash.update(data: Array(text.utf8))
    return hash.finalize().prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
