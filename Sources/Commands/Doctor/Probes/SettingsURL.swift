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

  /// The URL of the index of the repository it names, and the `sed` script that writes it; nil for a URL with special
  /// characters, which may have been chosen to do harm: a person has to edit it.
  var toIndex: (right: String, script: String)? {
    guard let right = RepositoryURL(bare)?.index, right.hasPrefix(bare), shellWord(bare) == bare else { return nil }
    // Without what comes before the host, where a user's name may stand.
    return (right, "s|\(bare.dropFirst(prefix.count))|\(right.dropFirst(prefix.count))|")
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
