import TokenStores

/// A token for a domain's repositories, and where it came from.
public struct AuthorizationToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
  /// Where a token can come from.
  public enum Source: Sendable, Equatable, CustomStringConvertible {
    /// The environment.
    case environment(EnvironmentToken.Origin)
    /// A store.
    case cached(StoreKind)
    /// AWS, a moment ago.
    case minted

    /// A word for it: the variable's name, the store's, or `aws`.
    public var description: String {
      switch self {
      case .environment(let origin): origin.description
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
  public let cacheable: (key: EntryKey, until: Double)?

  /// A token.
  public init(value: String, expiration: Double?, source: Source, cacheable: (key: EntryKey, until: Double)? = nil) {
    self.value = value
    self.expiration = expiration
    self.source = source
    self.cacheable = cacheable
  }

  /// The same token, which the fast path must not use.
  var notCacheable: AuthorizationToken { AuthorizationToken(value: value, expiration: expiration, source: source) }

  /// Whether two are the same token from the same place.
  public static func == (left: AuthorizationToken, right: AuthorizationToken) -> Bool {
    left.value == right.value && left.expiration == right.expiration && left.source == right.source
  }

  /// Never the token.
  public var description: String { "a token from \(source)" }
  /// Never the token.
  public var debugDescription: String { description }
}

/// Recognises CodeArtifact tokens by their form: a JWE whose readable header has the expiration.
public struct TokenShape: Sendable, Equatable {
  /// When the token expires, in epoch seconds, by the server's clock.
  public let expiration: Double

  /// Nil for any other text.
  public init?(_ text: String) {
    // Shorter ones have not been seen.
    guard (200...(16 << 10)).contains(text.utf8.count), let expiration = EnvironmentToken.expiration(of: text) else {
      return nil
    }
    self.expiration = expiration
  }
}
