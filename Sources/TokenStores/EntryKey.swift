import Crypto
import Platform

/// What a cached token belongs to, as names and values; two tokens with the same key are interchangeable.
public struct EntryKey: Sendable, Equatable {
  /// One name and its value.
  struct Attribute: Sendable, Equatable {
    let name: String
    let value: String
  }

  /// A digest of the attributes, short and fit for a file name.
  public let name: String
  // A list rather than a dictionary: every lookup creates one, and few read it.
  private let list: [Attribute]

  /// A key with these attributes.
  public init(_ attributes: KeyValuePairs<String, String>) {
    self.init(attributes.map { Attribute(name: $0.key, value: $0.value) })
  }

  /// A key with these attributes.
  public init(attributes: [String: String]) {
    self.init(attributes.map { Attribute(name: $0.key, value: $0.value) })
  }

  private init(_ attributes: [Attribute]) {
    list = attributes.sorted { $0.name < $1.name }
    var canonical = ""
    for attribute in list { canonical += "\(attribute.name)=\(attribute.value)\u{0}" }
    name = Self.digest(canonical)
  }

  /// What the token is for. It holds no secret: a secret store shows it even while locked.
  public var attributes: [String: String] { Dictionary(list.map { ($0.name, $0.value) }) { $1 } }

  /// A short digest of a text that must not be shown: 128 bits of SHA-256, in hexadecimal digits.
  public static func digest(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).withUnsafeBytes { hexadecimal($0.prefix(16)) }
  }
}
