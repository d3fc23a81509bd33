import AWSCredentials
import CodeArtifact
import Platform

/// A repository as a person names it on the command line: a URL, with or without its scheme, a host name, or an ARN.
struct RepositoryArgument {
  /// What stands for a user's own repository.
  static let example = "https://DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/"

  let repository: Repository
  /// The argument as a service string.
  let service: String

  /// Throws if it is not a CodeArtifact repository.
  init(_ argument: String, _ configuration: Configuration) throws(FailureRecord) {
    let trimmed = Self.unquoted(trimmed(argument))
    service =
      try Self.url(ofARN: trimmed)
      ?? (!trimmed.contains("://") && trimmed.contains("/") ? "https://\(trimmed)" : trimmed)
    switch Repository.recognise(service, mapped: configuration.hosts) {
    case .repository(let repository): self.repository = repository
    case .otherUser: throw Self.failure(argument, "has a user name other than aws, and only aws gets a token")
    case .unencrypted, .other:
      let mistake = Repository.mistake(in: service, mapped: configuration.hosts)
      throw Self.failure(argument, mistake ?? "is not a CodeArtifact repository")
    }
  }

  /// The URL for an ARN: `arn:aws:codeartifact:REGION:OWNER:repository/DOMAIN/REPOSITORY`.
  /// Nil for anything else. Throws for a region of another partition.
  private static func url(ofARN text: String) throws(FailureRecord) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "codeartifact" else { return nil }
    let resource = parts[5].split(separator: "/", omittingEmptySubsequences: false)
    guard resource.count == 3, resource[0] == "repository" else { return nil }
    let partition = Partition.of(region: String(parts[3]))
    guard parts[1] == partition.name else {
      throw failure(text, "has the partition \(parts[1]), but its region is in \(partition.name)")
    }
    return "https://\(resource[1])-\(parts[4]).d.codeartifact.\(parts[3]).\(partition.suffix)/pypi/\(resource[2])/"
  }

  /// Without the quotation marks or angle brackets that a URL may be copied with.
  private static func unquoted(_ text: String) -> String {
    for (first, last) in [("\"", "\""), ("'", "'"), ("<", ">")] where text.count > 1 {
      if text.hasPrefix(first), text.hasSuffix(last) { return String(text.dropFirst().dropLast()) }
    }
    return text
  }

  private static func failure(_ argument: String, _ mistake: String) -> FailureRecord {
    let shown = oneLine(withoutSecrets(argument), limit: 200)
    return FailureRecord(
      "\(shown.isEmpty ? "an empty argument" : shown) \(mistake)",
      remedy: .advice("A repository looks like \(example)"))
  }

  /// Removes what may be a password, even from a malformed URL: everything up to the last `@`, and the query.
  private static func withoutSecrets(_ argument: String) -> String {
    let url = trimmed(argument)
    let scheme = URLParts(url).prefix
    let rest = url.lastIndex(of: "@").map { url[url.index(after: $0)...] } ?? url.dropFirst(scheme.count)
    return "\(scheme)\(rest.prefix { !"?#".contains($0) })"
  }
}
