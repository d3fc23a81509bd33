import Platform
import TokenStores

/// A token for a domain's repositories, and where it came from.
public struct AuthorizationToken: Sendable, CustomStringConvertible {
  /// Where a token can come from.
  public enum Source: Sendable, Equatable, CustomStringConvertible {
    /// The environment.
    case environment(Location)
    /// A store.
    case cached(StoreKind)
    /// AWS, a moment ago.
    case minted

    /// A word for it: the variable's name, the store's, or `aws`.
    public var description: String {
      switch self {
      case .environment(let place): place.description
      case .cached(let kind): kind.rawValue
      case .minted: "aws"
      }
    }
  }

  /// The user whose password every token is.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
  public static let username = "aws"

  /// The token itself; secret. Clients send it as the password of `username`.
  public let value: String
  /// When it expires, in epoch seconds; nil where that is not known.
  public let expiration: Double?
  /// Where it came from.
  public let source: Source

  /// The key under which the kernel keyring stores it, and the moment (epoch seconds) until which the fast path may use
  /// it; nil for a token that is not stored there, or that must be renewed soon.
  public internal(set) var cacheable: (key: EntryKey, until: Double)?

  /// Where it is in the environment; nil for one from elsewhere.
  public var place: Location? { if case .environment(let place) = source { place } else { nil } }

  /// Never the token.
  public var description: String { "a token from \(source)" }

  /// When a text in the form of a token expires, in epoch seconds by the server's clock; nil for any other text.
  public static func expiration(of text: String) -> Double? {
    // Shorter ones have not been seen.
    (200...(16 << 10)).contains(text.utf8.count) ? EnvironmentToken.expiration(of: text) : nil
  }
}
