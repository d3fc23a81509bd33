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

  /// The variable whose value is the password, as in `https://aws:${TOKEN}@…`; nil for any other password. `orBare` is
  /// whether `$TOKEN` is one, too.
  func passwordVariable(orBare: Bool = false) -> String? {
    guard let password else { return nil }
    let isInBraces = password.hasPrefix("${") && password.hasSuffix("}")
    guard isInBraces || orBare && password.hasPrefix("$") else { return nil }
    let name = isInBraces ? password.dropFirst(2).dropLast() : password.dropFirst()
    return !name.isEmpty && name.isASCIILettersDigits(or: "_") ? String(name) : nil
  }

  /// Without user information whose user name is a variable, too: its value is another matter.
  var withoutUserVariable: URLParts { user?.contains("$") ?? false ? URLParts(bare) : self }

  /// Without user information and the slash at its end, which is the same to clients.
  var withoutSlash: String { bare.hasSuffix("/") ? String(bare.dropLast()) : bare }

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
    if Repository.lacksName(bare) {
      return (
        "no repository in its URL, which has to be https://\(authority)/pypi/REPOSITORY/\(isForPublishing ? "" : "simple/")",
        nil
      )
    }
    guard !isForPublishing, !isIndex else { return nil }
    return ("a URL that does not end in /simple/: no packages are found there", toIndex)
  }

  /// The URLs in a text, such as a line of a file or a list in a variable.
  static func all(in text: some StringProtocol) -> [URLParts] {
    // Braces may be those of a variable that stands for a password.
    text.split { $0.isWhitespace || "\"'`,;<>()[]".contains($0) }
      .compactMap { word in
        // `name=https://…` is how uv's variables name an index.
        guard let start = word.firstRange(of: "://").map({ word[..<$0.lowerBound] }),
          let scheme = [start.suffix(5), start.suffix(4)].first(where: { ["https", "http"].contains($0.lowercased()) })
        else { return nil }
        return URLParts(String(word[scheme.startIndex...]))
      }
  }

  /// A list of URLs, as variables have them, in which those that `right` knows better are replaced. Nil if one of the others
  /// has more than the user `aws` before its host: it may be a secret, which must not be printed.
  static func replacing(in list: String, _ right: (URLParts) -> String?) -> String? {
    var words: [String] = []
    for word in list.split(whereSeparator: \.isWhitespace) {
      guard let url = all(in: word).first, let right = right(url) else {
        if word.replacing("//\(AuthorizationToken.username)@", with: "").contains("@") { return nil }
        words.append(String(word))
        continue
      }
      let name = word.prefix { $0 != ":" }.lastIndex(of: "=").map { word[...$0] } ?? ""
      words.append(name + right)
    }
    return words.joined(separator: " ")
  }

  /// Whether it names a repository of CodeArtifact, whoever asks for it.
  func isRepository(_ configuration: Configuration) -> Bool {
    switch Repository.recognise(bare, mapped: configuration.hosts) {
    case .repository, .unencrypted: true
    case .other, .otherUser: false
    }
  }
}
