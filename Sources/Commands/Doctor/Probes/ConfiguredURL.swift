import CodeArtifact
import Platform

/// A URL with a user and perhaps a password in it, as people write them into settings.
struct ConfiguredURL: Sendable, Equatable {
  /// As it is written; may hold a secret.
  let text: String
  /// The user's name; nil where there is none.
  let user: String?
  /// Secret; nil where there is none, or an empty one.
  let password: String?
  /// Whether it is written with an empty password, as `aws:@`: what is left of a `$TOKEN` that was not set.
  let hasEmptyPassword: Bool
  /// Without user and password.
  let bare: String

  init(_ text: String) {
    self.text = text
    guard let scheme = text.firstRange(of: "://") else {
      (user, password, hasEmptyPassword, bare) = (nil, nil, false, text)
      return
    }
    let rest = text[scheme.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    guard let at = authority.lastIndex(of: "@") else {
      (user, password, hasEmptyPassword, bare) = (nil, nil, false, text)
      return
    }
    let information = authority[..<at]
    let colon = information.firstIndex(of: ":")
    user = String(information[..<(colon ?? information.endIndex)])
    let written = colon.map { String(information[information.index(after: $0)...]) }
    password = written.flatMap { $0.isEmpty ? nil : $0 }
    hasEmptyPassword = written?.isEmpty ?? false
    bare = String(text[..<scheme.upperBound]) + rest[authority.index(after: at)...]
  }

  /// With the user's name that it has, if any, and without a password.
  var withoutPassword: String { user.map { with(user: $0) } ?? bare }

  /// With a user's name and without a password.
  func with(user: String) -> String {
    guard let scheme = bare.firstRange(of: "://") else { return bare }
    return bare[..<scheme.upperBound] + "\(user)@" + bare[scheme.upperBound...]
  }

  /// Whether packages are read from there.
  var isIndex: Bool {
    guard bare.hasSuffix("/simple") || bare.hasSuffix("/simple/") else { return false }
    // A repository may be called "simple".
    return RepositoryURL(bare)?.publish != (bare.hasSuffix("/") ? bare : "\(bare)/")
  }

  /// Where packages are published to, for the URL of an index.
  var forUploads: String {
    guard isIndex else { return bare }
    return String(bare.dropLast((bare.hasSuffix("/") ? "simple/" : "/simple").count))
  }

  /// The URL of the index of the repository it names, and the `sed` script that writes it; nil for a URL with special
  /// characters, which may have been chosen to do harm: a person has to edit it.
  var toIndex: (right: String, script: String)? {
    guard let right = RepositoryURL(bare)?.index, right.hasPrefix(bare), shellWord(bare) == bare,
      let scheme = bare.firstRange(of: "://")
    else { return nil }
    // Without what comes before the host, where a user's name may stand.
    return (right, "s|\(bare[scheme.upperBound...])|\(right[scheme.upperBound...])|")
  }

  /// The URLs in a text, such as a line of a file or a list in a variable.
  static func all(in text: some StringProtocol) -> [ConfiguredURL] {
    text.split { $0.isWhitespace || "\"'`,;<>()[]{}".contains($0) }
      .compactMap { word in
        // `name=https://…` is how uv's variables name an index.
        guard let scheme = word.firstRange(of: "https://") ?? word.firstRange(of: "http://") else { return nil }
        return ConfiguredURL(String(word[scheme.lowerBound...]))
      }
  }

  /// Whether it names a repository of CodeArtifact, whoever asks for it.
  func isRepository(_ configuration: Configuration) -> Bool {
    switch Repository.recognise(bare, mapped: configuration.hosts) {
    case .repository, .unencrypted: true
    case .other, .otherUser: false
    }
  }
}
