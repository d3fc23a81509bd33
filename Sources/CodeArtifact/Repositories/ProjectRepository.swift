import ClientConfig
import Platform

/// A project's source that is a repository of CodeArtifact.
public struct ProjectRepository: Sendable, Equatable {
  /// What the project's files say.
  public let source: ProjectSource
  /// The repository it names.
  public let repository: Repository
}

extension ProjectSources {
  /// The sources that are CodeArtifact repositories and can get a token.
  public func repositories(_ configuration: Configuration) -> [ProjectRepository] {
    all.compactMap { source in
      guard case .repository(let repository) = Repository.recognise(source.url, mapped: configuration.hosts) else {
        return nil
      }
      return ProjectRepository(source: source, repository: repository)
    }
  }
}

extension Repository {
  /// The first of the URLs that settings give one name, if all lead to the same place: the client may use any of them.
  public static func url(of urls: [String]) -> String? {
    guard let first = urls.first, urls.dropFirst().allSatisfy({ isSamePlace(first, $0) }) else { return nil }
    return first
  }

  /// Whether both URLs have the same host and encryption and, on AWS's hosts, the same domain.
  private static func isSamePlace(_ one: String, _ other: String) -> Bool {
    guard let first = URLParts(service: one), let second = URLParts(service: other), first.host == second.host,
      first.isEncrypted == second.isEncrypted
    else { return false }
    guard case .repository(let left) = recognise(one), case .repository(let right) = recognise(other) else {
      return true
    }
    return left.isInDomain(of: right)
  }
}
