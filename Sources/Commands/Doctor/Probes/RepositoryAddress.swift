import CodeArtifact
import Platform

/// A repository in use, and the URL of its index.
struct RepositoryAddress: Sendable, Equatable {
  /// The largest number of domains that are checked.
  private static let limit = 8

  let repository: Repository
  /// Nil where only a host is known.
  let index: String?

  init?(_ url: String, _ configuration: Configuration) {
    let bare = URLParts(url).bare
    guard case .repository(let repository) = Repository.recognise(bare, mapped: configuration.hosts) else { return nil }
    self.repository = repository
    guard repository.name != nil, bare.contains("://") else {
      index = nil
      return
    }
    var base = String(bare.prefix { !"?#".contains($0) })
    while base.hasSuffix("/") { base.removeLast() }
    index = base.hasSuffix("/simple") ? "\(base)/" : "\(base)/simple/"
  }

  /// The repositories that URLs name, each one once, by domain.
  static func byDomain(_ urls: [String], _ configuration: Configuration) -> [[RepositoryAddress]] {
    var domains: [[RepositoryAddress]] = []
    for address in urls.compactMap({ RepositoryAddress($0, configuration) }).prefix(Self.limit * 4) {
      let place = domains.firstIndex { $0.first?.repository.isInDomain(of: address.repository) ?? false }
      if let place { domains[place].append(address) } else { domains.append([address]) }
    }
    return domains.prefix(Self.limit).map { $0.distinct { $0.repository.name == $1.repository.name } }
  }
}
