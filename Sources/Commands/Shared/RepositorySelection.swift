import ClientConfig
import CodeArtifact
import Platform

/// The repositories that a command is for: those on the command line, or else those of the project in this folder.
struct RepositorySelection {
  /// A repository, and how it was named.
  struct Item: Equatable {
    let repository: Repository
    let url: RepositoryURL
    let isForPublishing: Bool

    fileprivate init?(_ repository: Repository, _ url: String, isForPublishing: Bool = false) {
      guard let url = RepositoryURL(url) else { return nil }
      (self.repository, self.url, self.isForPublishing) = (repository, url, isForPublishing)
    }
  }

  let configuration: Configuration
  /// Never empty.
  let items: [Item]
  /// The project's sources in the domains of the items, with the names that the tools use.
  let sources: [ProjectRepository]
  /// All sources of the project and of the user, CodeArtifact's or not.
  let allSources: [ProjectSource]

  init(
    _ urls: [String], _ configuration: Configuration, _ context: Context, directory: String = ".",
    scripts: [String] = []
  ) throws {
    self.configuration = configuration
    let found: ProjectSources?
    do { found = try ProjectSources.read(in: directory, scripts: scripts, context) } catch {
      // With URLs on the command line, the project is not needed.
      guard !urls.isEmpty else { throw error }
      found = nil
    }
    allSources = found?.all ?? []
    let project = found?.repositories(configuration) ?? []
    let named = try urls.map { try RepositoryArgument($0, configuration) }
    let items =
      urls.isEmpty
      ? project.compactMap { Item($0.repository, $0.source.url, isForPublishing: $0.source.isForPublishing) }
      : named.compactMap { Item($0.repository, $0.service) }
    guard !items.isEmpty else { throw NoRepository(allSources) }
    self.items = items
    sources = project.filter { found in items.contains { $0.repository.isInDomain(of: found.repository) } }
  }

  /// One repository for each domain, in order.
  var domains: [Repository] { items.map(\.repository).distinct { $0.isInDomain(of: $1) } }

  func tokens(_ context: Context) throws -> [DomainToken] {
    let broker = TokenBroker(context, configuration: configuration)
    return try domains.map { DomainToken(domain: $0, token: try broker.token(for: $0).value) }
  }
}

struct DomainToken {
  let domain: Repository
  let token: String
}

extension [DomainToken] {
  /// The token that is valid for a repository.
  func token(for repository: Repository) -> String? { first { $0.domain.isInDomain(of: repository) }?.token }
}

/// No repository was named, and the project in this folder has none.
struct NoRepository: Failure {
  let location: Location?
  let problem: String
  let remedy: Remedy?

  /// If a URL of the project is almost a CodeArtifact repository, the mistake in it is named.
  init(_ sources: [ProjectSource]) {
    for source in sources {
      guard let mistake = Repository.mistake(in: source.url) else { continue }
      location = .file(oneLine(source.place), line: source.line)
      problem = "\(oneLine(withoutUserInformation(source.url), limit: 200)) \(mistake)"
      remedy = .inspect("codeartifact-keyring doctor")
      return
    }
    location = nil
    problem = "no CodeArtifact repository is configured in this folder's project"
    remedy = .advice(
      "Name its URL, or run: codeartifact-keyring add-source --domain DOMAIN --repository REPOSITORY")
  }
}
