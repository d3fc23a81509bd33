import Crypto
import Platform

/// What a cached token belongs to, as names and values; two tokens with the same key are interchangeable.
public struct EntryKey: Sendable, Equatable {
  /// A digest of the attributes, short and fit for a file name.
  public let name: String
  // A list rather than a dictionary: every lookup creates one, and few read it.
  private let list: [(name: String, value: String)]

  /// A key with these attributes.
  public init(_ attributes: KeyValuePairs<String, String>) {
    self.init(attributes.map { ($0.key, $0.value) })
  }

  init(_ attributes: [(name: String, value: String)]) {
    list = attributes.sorted { $0.name < $1.name }
    var canonical = ""
    for attribute in list { canonical += "\(attribute.name)=\(attribute.value)\u{0}" }
    name = Self.digest(canonical)
  }

  /// What the token is for. It holds no secret: a secret store shows it even while locked.
  public var attributes: [String: String] { Dictionary(list) { $1 } }

  /// Whether both have the same digest, and so the same attributes.
  public static func == (left: EntryKey, right: EntryKey) -> Bool { left.name == right.name }

  /// A short digest of a text that must not be shown: 128 bits of SHA-256, in hexadecimal digits.
  public static func digest(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).withUnsafeBytes { hexadecimal($0.prefix(16)) }
  }
}
