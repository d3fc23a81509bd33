/// Tells CodeArtifact's tokens from all other secrets by their shape alone: a JWE whose readable header says when it ends.
public struct TokenShape: Sendable, Equatable {
  /// When the token ends, in epoch seconds, by the server's clock.
  public let expiration: Double

  /// Nil for what is no such token.
  public init?(_ text: String) {
    // Shorter ones have not been seen; the limit spares looking at what cannot be one.
    guard (200...(16 << 10)).contains(text.utf8.count), let expiration = GivenToken.expiration(of: text) else {
      return nil
    }
    self.expiration = expiration
  }
}
