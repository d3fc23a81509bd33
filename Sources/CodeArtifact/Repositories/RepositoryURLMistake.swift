import Platform

extension Repository {
  /// The mistake in a service that is almost a repository on an AWS host, as the end of a sentence that begins with the
  /// URL; nil for anything else.
  public static func mistake(in service: String) -> String? {
    guard case .other = recognise(service), let address = URLParts(service: service) else { return nil }
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

  /// The other formats of packages, as paths on AWS's hosts have them.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html
  private static let otherFormats = ["cargo", "generic", "maven", "npm", "nuget", "ruby", "swift"]

  /// The format of packages that a URL on one of AWS's hosts leads to, where that is not Python's: `npm` in
  /// `/npm/internal/`.
  public static func otherFormat(in service: String) -> String? {
    guard let address = URLParts(service: service), CodeArtifactHost(address.host) != nil,
      let first = address.path.split(separator: "/").first
    else { return nil }
    return otherFormats.first { $0 == first }
  }
}
