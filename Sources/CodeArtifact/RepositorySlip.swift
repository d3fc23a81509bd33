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
    if host.isPrivateLink { return "has a path that does not begin with /pypi/d/DOMAIN-OWNER/" }
    let owner = first.lastIndex(of: "-").map { first[first.index(after: $0)...] } ?? ""
    if !owner.isEmpty, owner.utf8.allSatisfy(CodeArtifactHost.isDigit), owner.utf8.count != 12 {
      return "has an account of \(owner.utf8.count) digits where there are twelve"
    }
    return "does not begin with DOMAIN-OWNER: a domain, a dash, and an account of twelve digits"
  }
}
