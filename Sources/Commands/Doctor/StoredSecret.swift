import CodeArtifact
import Platform

/// A password that stands where a client finds it before it asks us, told by its shape: CodeArtifact's tokens say themselves
/// when they end.
enum StoredSecret: Sendable, Equatable {
  case token(endingIn: Int)
  case other

  init(_ text: some StringProtocol, now: Double) {
    if let shape = TokenShape(String(text)) {
      self = .token(endingIn: Int(max(-1e9, min(1e9, shape.expiration - now))))
    } else {
      self = .other
    }
  }

  /// Whether it may be taken out without asking anybody.
  var isToken: Bool { self != .other }

  /// Such as "a token that ended 3 d ago".
  var words: String {
    switch self {
    case .token(let seconds) where seconds <= 0: "a token that ended \(Self.duration(-seconds)) ago"
    case .token(let seconds): "a token that ends in \(Self.duration(seconds))"
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

  static func duration(_ seconds: Int) -> String {
    switch seconds {
    case ..<3600: "\(seconds / 60) min"
    case ..<86_400: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) d"
    }
  }
}

/// A URL with a user and perhaps a password in it, as people write them into settings.
struct WrittenURL: Sendable, Equatable {
  /// As it is written; may hold a secret.
  let text: String
  /// The user's name; nil where there is none.
  let user: String?
  /// Secret; nil where there is none.
  let password: String?
  /// Without user and password.
  let bare: String

  init(_ text: String) {
    self.text = text
    guard let scheme = text.firstRange(of: "://") else {
      (user, password, bare) = (nil, nil, text)
      return
    }
    let rest = text[scheme.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    guard let at = authority.lastIndex(of: "@") else {
      (user, password, bare) = (nil, nil, text)
      return
    }
    let information = authority[..<at]
    let colon = information.firstIndex(of: ":")
    user = String(information[..<(colon ?? information.endIndex)])
    password = colon.map { String(information[information.index(after: $0)...]) }.flatMap { $0.isEmpty ? nil : $0 }
    bare = String(text[..<scheme.upperBound]) + rest[authority.index(after: at)...]
  }

  /// With a user's name and without a password.
  func with(user: String) -> String {
    guard let scheme = bare.firstRange(of: "://") else { return bare }
    return bare[..<scheme.upperBound] + "\(user)@" + bare[scheme.upperBound...]
  }

  /// The URLs in a text, such as a line of a file or a list in a variable.
  static func all(in text: some StringProtocol) -> [WrittenURL] {
    text.split { $0.isWhitespace || "\"'`,;<>()[]{}".contains($0) }
      .compactMap { word in
        // `name=https://…` is how uv's variables name an index.
        guard let scheme = word.firstRange(of: "https://") ?? word.firstRange(of: "http://") else { return nil }
        return WrittenURL(String(word[scheme.lowerBound...]))
      }
  }

  /// Whether it names a repository of CodeArtifact, whoever asks for it.
  func isRepository(_ configuration: Configuration) -> Bool {
    switch Repository.recognise(bare, mapped: configuration.hosts) {
    case .repository, .unencrypted: true
    case .foreign, .otherUser: false
    }
  }
}
