extension Repository {
  /// What is wrong with a service string that means a repository under one of AWS's hosts and names none, as the end of
  /// a sentence that begins with it; nil for one that means something else.
  public static func slip(in service: String) -> String? {
    guard case .foreign = recognise(service), let address = ServiceAddress(service) else { return nil }
    let labels = address.host.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.contains("codeartifact") || labels.contains("codeartifact-fips"),
      labels.contains("amazonaws") || labels.contains("d")
    else { return nil }
    guard let host = CodeArtifactHost(address.host), let first = labels.first else {
      return "is not of the form DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com"
    }
    guard host.hasRepositoryOrNone(address.path) else {
      return
        "names a repository in a way that AWS does not: letters, digits, dots, underscores and hyphens are all it may have"
    }
    if host.isPrivateLink { return "has a path that does not begin with /pypi/d/DOMAIN-OWNER/" }
    let owner = first.lastIndex(of: "-").map { first[first.index(after: $0)...] } ?? ""
    if !owner.isEmpty, owner.utf8.allSatisfy(CodeArtifactHost.isDigit), owner.utf8.count != 12 {
      return "has an account of \(owner.utf8.count) digits where there are twelve"
    }
    return "does not begin with DOMAIN-OWNER: a domain, a dash, and an account of twelve digits"
  }

  /// The other formats of packages, as paths on AWS's hosts have them.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html
  private static let otherFormats = ["cargo", "generic", "maven", "npm", "nuget", "ruby", "swift"]

  /// The format of packages that a URL on one of AWS's hosts leads to, where that is not Python's: `npm` in
  /// `/npm/internal/`.
  public static func otherFormat(in service: String) -> String? {
    guard let address = ServiceAddress(service), CodeArtifactHost(address.host) != nil,
      let first = address.path.split(separator: "/").first
    else { return nil }
    return otherFormats.first { $0 == first }
  }
}
