import AWSCredentials
import CodeArtifact
import Platform

/// A repository as a person names it on the command line: a URL, with or without its scheme, a host name, or an ARN.
struct RepositoryArgument {
  /// The repository.
  let repository: Repository
  /// What was written, as a service string.
  let service: String

  /// Throws where it is no CodeArtifact repository.
  init(_ argument: String, _ configuration: Configuration) throws(NotARepository) {
    let trimmed = Self.withoutMarks(trimmed(argument))
    service =
      Self.url(ofARN: trimmed)
      ?? (!trimmed.contains("://") && trimmed.contains("/") ? "https://\(trimmed)" : trimmed)
    switch Repository.recognise(service, mapped: configuration.hosts) {
    case .repository(let repository): self.repository = repository
    case .unencrypted: throw NotARepository(argument, "is a plain http URL, over which no token is sent: use https")
    case .otherUser: throw NotARepository(argument, "has a user name other than aws, and only aws gets a token")
    case .foreign: throw NotARepository(argument, Repository.slip(in: service) ?? "is not a CodeArtifact repository")
    }
  }

  /// What an ARN of a repository stands for: `arn:aws:codeartifact:REGION:OWNER:repository/DOMAIN/REPOSITORY`.
  private static func url(ofARN text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", parts[2] == "codeartifact" else { return nil }
    let resource = parts[5].split(separator: "/", omittingEmptySubsequences: false)
    guard resource.count == 3, resource[0] == "repository" else { return nil }
    let suffix = Partition.suffix(ofRegion: String(parts[3]))
    return "https://\(resource[1])-\(parts[4]).d.codeartifact.\(parts[3]).\(suffix)/pypi/\(resource[2])/"
  }

  /// Without the quotation marks or angle brackets that a URL may be copied with.
  private static func withoutMarks(_ text: String) -> String {
    for (first, last) in [("\"", "\""), ("'", "'"), ("<", ">")] where text.count > 1 {
      if text.hasPrefix(first), text.hasSuffix(last) { return String(text.dropFirst().dropLast()) }
    }
    return text
  }
}

/// An argument that does not name a CodeArtifact repository.
struct NotARepository: Error, CustomStringConvertible {
  private let argument: String
  private let problem: String

  fileprivate init(_ argument: String, _ problem: String) {
    self.argument = argument
    self.problem = problem
  }

  var description: String {
    let shown = oneLine(Self.withoutSecrets(argument), limit: 200)
    return "\(shown.isEmpty ? "an empty argument" : shown) \(problem). "
      + "A repository looks like https://DOMAIN-OWNER.d.codeartifact.REGION.amazonaws.com/pypi/REPOSITORY/"
  }

  /// Without what may be a password, also where the URL is broken: all up to the last `@`, and a query.
  private static func withoutSecrets(_ argument: String) -> String {
    let url = trimmed(argument)
    let scheme = url.firstRange(of: "://").map { url[..<$0.upperBound] } ?? ""
    let rest = url.lastIndex(of: "@").map { url[url.index(after: $0)...] } ?? url.dropFirst(scheme.count)
    return "\(scheme)\(rest.prefix { !"?#".contains($0) })"
  }
}
