import CodeArtifact

/// A password that stands where a client finds it before it asks a keyring, told by its shape: CodeArtifact's tokens say
/// themselves when they end.
enum StoredPassword: Sendable, Equatable {
  case token(endingIn: Int)
  /// No password at all, which many clients send all the same.
  case empty
  case other

  init(_ text: some StringProtocol, now: Double) {
    if let shape = TokenShape(String(text)) {
      self = .token(endingIn: Int(max(-1e9, min(1e9, shape.expiration - now))))
    } else {
      self = text.isEmpty ? .empty : .other
    }
  }

  /// Whether it is a token of CodeArtifact's.
  var isToken: Bool {
    if case .token = self { return true }
    return false
  }

  /// Whether it may be taken out without asking anybody: nothing is lost.
  var isRemovable: Bool { self != .other }

  /// What is taken out, for a line about that.
  var name: String { self == .empty ? "empty password" : "token" }

  /// Such as "a token that ended 3 d ago".
  var words: String {
    switch self {
    case .token(let seconds) where seconds <= 0: "a token that ended \(roughDuration(-seconds)) ago"
    case .token(let seconds): "a token that ends in \(roughDuration(seconds))"
    case .empty: "an empty password"
    case .other: "a password that is no token of CodeArtifact's"
    }
  }

  /// In a file it will soon be an old one.
  var severityInFile: Finding.Severity { isGood ? .warning : .problem }
  /// A variable with a good token is how container builds and CI jobs get theirs.
  var severityInEnvironment: Finding.Severity { isGood ? .note : .problem }

  private var isGood: Bool {
    if case .token(let seconds) = self { return seconds > 0 }
    return false
  }
}
