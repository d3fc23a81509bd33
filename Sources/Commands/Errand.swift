import ArgumentParser
import CodeArtifact
import Platform

/// Options of every command that hands tokens out.
struct TokenOptions: ParsableArguments {
  @Option(help: "How long a new token shall live: 15m to 12h, or session.")
  var duration: TokenDuration?

  @Option(help: "The AWS profile to sign in with.")
  var profile: String?

  /// The user's configuration, as these options change it for one run.
  func configuration(_ surroundings: Surroundings) throws -> Configuration {
    var configuration = try Self.configuration(profile: profile, surroundings)
    if let duration { configuration.duration = duration }
    return configuration
  }

  /// The user's configuration, with another profile for one run where one is given.
  static func configuration(profile: String?, _ surroundings: Surroundings) throws -> Configuration {
    var configuration = try Configuration.load(surroundings)
    if let profile { configuration.profile = (profile, "--profile") }
    return configuration
  }
}

extension TokenDuration: ExpressibleByArgument {
  /// As `12h`, `90m`, `900s` or `session`.
  public init?(argument: String) { self.init(argument) }
}

/// What a command is about: the repositories that a person names or, where none is named, those of the project in this
/// folder.
struct Errand {
  /// A repository, and how it was named.
  struct Item: Equatable {
    let repository: Repository
    let url: RepositoryURL
    /// Whether it was named for publishing.
    let isForPublishing: Bool
  }

  let configuration: Configuration
  /// What was named, or all that the project has; never empty.
  let items: [Item]
  /// The project's sources in the domains of these, whose names the tools know them by.
  let sources: [ProjectRepository]
  /// All sources of the project and of the user, ours or not.
  let everySource: [ProjectSource]

  init(
    _ urls: [String], _ configuration: Configuration, _ surroundings: Surroundings, directory: String = "."
  ) throws {
    self.configuration = configuration
    let found = try ProjectSources.read(in: directory, surroundings)
    everySource = found.all
    let project = found.repositories(configuration)
    var items: [Item] = []
    for url in urls {
      let argument = try RepositoryArgument(url, configuration)
      if let address = RepositoryURL(argument.service) {
        items.append(Item(repository: argument.repository, url: address, isForPublishing: false))
      }
    }
    if urls.isEmpty {
      items = project.compactMap { found in
        RepositoryURL(found.source.url).map {
          Item(repository: found.repository, url: $0, isForPublishing: found.source.isForPublishing)
        }
      }
    }
    guard !items.isEmpty else { throw NoRepository() }
    self.items = items
    sources = project.filter { found in items.contains { $0.repository.isInDomain(of: found.repository) } }
  }

  /// The distinct domains, each by one of its repositories, in the order in which they were named.
  var domains: [Repository] {
    var domains: [Repository] = []
    for item in items where !domains.contains(where: { $0.isInDomain(of: item.repository) }) {
      domains.append(item.repository)
    }
    return domains
  }

  /// A token for each domain.
  func grants(_ surroundings: Surroundings) throws -> [Grant] {
    let broker = TokenBroker(surroundings, configuration: configuration)
    return try domains.map { Grant(domain: $0, token: try broker.token(for: $0).value) }
  }
}

/// A domain, and the token that opens it.
struct Grant {
  let domain: Repository
  let token: String
}

extension Repository {
  /// Whether one token opens both.
  func isInDomain(of other: Repository) -> Bool {
    domain == other.domain && owner == other.owner && region == other.region
  }
}

/// Nothing was named, and this folder's project has nothing of ours.
struct NoRepository: Error, CustomStringConvertible {
  let description =
    "no file of a project here names a CodeArtifact repository. Name its URL, or run: codeartifact-keyring add-source"
}
