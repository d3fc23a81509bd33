import Platform

/// The URLs of a repository, found from any URL below it, or from its host alone.
public struct RepositoryURL: Sendable, Equatable {
  /// The host without port, in lower case.
  public let host: String
  /// Where packages are published to, `https://HOST/pypi/REPOSITORY/`; nil where the path has no valid name.
  public let publish: String?

  /// Where packages are read from: `https://HOST/pypi/REPOSITORY/simple/`.
  public var index: String? { publish.map { $0 + "simple/" } }

  /// The URLs for a service; nil if it is not a valid one. User information, query and fragment are left out.
  public init?(_ service: String) {
    guard let address = URLParts(service: service) else { return nil }
    host = address.host
    let parts = address.path.split(separator: "/")
    // Behind PrivateLink: `/pypi/d/<domain>-<owner>/<repository>/…`
    let count = parts.count > 1 && parts[1] == "d" ? 4 : 2
    guard parts.count >= count, parts.prefix(count).allSatisfy({ Repository.isName($0) }),
      let scheme = address.scheme
    else {
      publish = nil
      return
    }
    publish = "\(scheme)://\(address.authority)/\(parts.prefix(count).joined(separator: "/"))/"
  }

  /// The index with a user and a password in it, both already percent-encoded, as pip takes it.
  public func index(user: String, password: String) -> String? {
    index.map { URLParts($0).with(user: "\(user):\(password)") }
  }
}

extension Repository {
  /// The mistake in what is almost a repository, as the end of a sentence that begins with the URL; nil for all else.
  public static func mistake(in service: String, mapped: [MappedHost] = []) -> String? {
    let kind = recognise(service, mapped: mapped)
    if case .unencrypted = kind { return "is a plain http URL, over which no token is sent: use https" }
    guard kind == .other, let address = URLParts(service: service) else { return nil }
    let labels = address.host.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.contains("codeartifact") || labels.contains("codeartifact-fips"),
      labels.contains("amazonaws") || labels.contains("d")
    else { return nil }
    guard let host = CodeArtifactHost(address.host), let first = labels.first else {
      return "is not of the form DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com"
    }
    guard host.hasRepositoryOrNone(address.path) else {
      return "has a repository name with characters other than letters, digits, dots, underscores and hyphens"
    }
    if host.isPrivateLink { return "has a path that does not begin with /pypi/d/DOMAIN-OWNER/" }
    let owner = first.lastIndex(of: "-").map { first[first.index(after: $0)...] } ?? ""
    if !owner.isEmpty, owner.utf8.allSatisfy(\.isASCIIDigit), owner.utf8.count != 12 {
      return "has an account ID of \(owner.utf8.count) digits instead of twelve"
    }
    return "does not begin with DOMAIN-OWNER: a domain, a hyphen, and an account ID of twelve digits"
  }

  /// Whether a URL on one of AWS's hosts leads to no repository of Python packages: it lacks `/pypi/REPOSITORY/`.
  public static func lacksName(_ service: String) -> Bool {
    guard let address = URLParts(service: service), let host = CodeArtifactHost(address.host) else { return false }
    return !host.hasRepository(address.path)
  }

  /// The other formats of packages, as paths on AWS's hosts have them.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html
  private static let otherFormats = ["cargo", "generic", "maven", "npm", "nuget", "ruby", "swift"]

  /// The format of packages that a URL on one of AWS's hosts leads to, if not Python's: `npm` in `/npm/internal/`.
  public static func otherFormat(in service: String) -> String? {
    guard let address = URLParts(service: service), CodeArtifactHost(address.host) != nil,
      let first = address.path.split(separator: "/").first
    else { return nil }
    return otherFormats.first { $0 == first }
  }
}
