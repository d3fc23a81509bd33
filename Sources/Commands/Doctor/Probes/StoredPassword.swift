import CodeArtifact

/// A password that a client uses instead of asking keyring, recognised by its form: a CodeArtifact token says when it expires.
enum StoredPassword: Sendable, Equatable {
  case token(endingIn: Int)
  /// An empty password, which many clients send all the same.
  case empty
  case other

  init(_ text: some StringProtocol, now: Double) {
    if let expiration = AuthorizationToken.expiration(of: String(text)) {
      self = .token(endingIn: Int(max(-1e9, min(1e9, expiration - now))))
    } else {
      self = text.isEmpty ? .empty : .other
    }
  }

  var isToken: Bool { self != .empty && self != .other }

  /// Whether it can be removed without asking: nothing is lost.
  var isRemovable: Bool { self != .other }

  /// The name of what is removed, for a message.
  var name: String { self == .empty ? "empty password" : "token" }

  /// Such as "a token that expired 3 d ago".
  var words: String {
    switch self {
    case .token(let seconds) where seconds <= 0: "a token that expired \(roughDuration(-seconds)) ago"
    case .token(let seconds): "a token that expires in \(roughDuration(seconds))"
    case .empty: "an empty password"
    case .other: "a password that is not a CodeArtifact token"
    }
  }

  /// In a file, a valid token will soon be an expired one; in a variable, it is how container builds and CI jobs get theirs.
  func severity(isInFile: Bool) -> Finding.Severity {
    if case .token(let seconds) = self, seconds > 0 { isInFile ? .warning : .note } else { .problem }
  }
}
