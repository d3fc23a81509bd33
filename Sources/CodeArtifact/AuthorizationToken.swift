import TokenStores

/// A token that opens a domain's repositories, and where it came from.
public struct AuthorizationToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
  /// Where a token can come from.
  public enum Source: Sendable, Equatable, CustomStringConvertible {
    /// A variable, or a file that stands in for one.
    case given(by: String)
    /// A store.
    case cached(StoreKind)
    /// AWS, just now.
    case minted

    /// A word for it: the variable's name, the store's, or `aws`.
    public var description: String {
      switch self {
      case .given(let name): name
      case .cached(let kind): kind.rawValue
      case .minted: "aws"
      }
    }
  }

  /// The token itself; secret. Clients send it as the password of the user `aws`.
  public let value: String
  /// When it ends, in epoch seconds; nil where nobody says.
  public let expiration: Double?
  /// Where it came from.
  public let source: Source

  /// A token.
  public init(value: String, expiration: Double?, source: Source) {
    self.value = value
    self.expiration = expiration
    self.source = source
  }

  /// Never the token.
  public var description: String { "a token from \(source)" }
  /// Never the token.
  public var debugDescription: String { description }
}
