import CodeArtifact
import Platform

/// URLs as people write them into settings.
extension URLParts {
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

  /// The URL of the index of the repository it names; nil for a URL with special characters, which may have been chosen to
  /// do harm: a person has to edit it.
  var toIndex: String? {
    RepositoryURL(bare)?.index.flatMap { $0.hasPrefix(bare) && shellWord(bare) == bare ? $0 : nil }
  }

  /// What is wrong with the URL of an index, besides a password, and what it should be, without a user's name: no packages
  /// are found there, or no client gets a token for it. `isForPublishing` for one to which packages are published.
  func mistake(_ configuration: Configuration, isForPublishing: Bool = false) -> (what: String, right: String?)? {
    if let user, user != AuthorizationToken.username {
      return ("a user name other than aws in its URL: only aws gets a token", bare)
    }
    if case .unencrypted = Repository.recognise(bare, mapped: configuration.hosts) {
      return ("http in its URL: tokens are sent over https only", "https\(bare.dropFirst("http".count))")
    }
    if let format = Repository.otherFormat(in: bare) {
      let right = bare.replacing("/\(format)/", with: "/pypi/")
      return (
        "/\(format)/ in its URL, where there are no Python packages: use /pypi/",
        // Without a repository's name nothing is replaced.
        right == bare ? nil : right
      )
    }
    guard !isForPublishing, !isIndex else { return nil }
    return ("a URL that does not end in /simple/: no packages are found there", toIndex)
  }

  /// The URLs in a text, such as a line of a file or a list in a variable.
  static func all(in text: some StringProtocol) -> [URLParts] {
    text.split { $0.isWhitespace || "\"'`,;<>()[]{}".contains($0) }
      .compactMap { word in
        // `name=https://…` is how uv's variables name an index.
        guard let scheme = word.firstRange(of: "https://") ?? word.firstRange(of: "http://") else { return nil }
        return URLParts(String(word[scheme.lowerBound...]))
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
