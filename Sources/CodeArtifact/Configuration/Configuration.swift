import TokenStores

/// What the user wants, from `config.toml` and the variables that say the same for one run. None of it is needed.
public struct Configuration: Sendable, Equatable {
  /// How long a token shall live; nil where the user does not say.
  public var duration: TokenDuration?
  /// Where it shall be kept.
  public var store: StorePolicy = .automatic
  /// Who shall get it.
  public var provider: Provider = .native
  /// Settings for some domains.
  public var domains: [DomainSettings] = []
  /// Settings for some domains that the user had written for keyrings.codeartifact.
  public var formerDomains: [DomainSettings] = []
  /// Settings for some domains that the project in the working directory brings along.
  public var projectDomains: [DomainSettings] = []
  /// Hosts in front of CodeArtifact.
  public var hosts: [MappedHost] = []
  /// A profile for this run, and the variable that names it.
  public var profile: (name: String, setBy: String)?
  /// Whether tokens that the environment brings along are passed over: who asks for a profile or a duration in so many
  /// words wants a token of that.
  public var ignoresEnvironmentTokens = false

  /// The configuration of somebody who wrote none.
  public init() {}

  /// The settings for a repository's domain: each key given must match; the most specific wins, then file order. Ours go
  /// before those that were written for another program.
  public func settings(for repository: Repository) -> DomainSettings? {
    Self.best(domains, for: repository) ?? Self.best(formerDomains, for: repository)
  }

  /// What the project says about a repository's domain; it counts where the user says nothing.
  public func projectSettings(for repository: Repository) -> DomainSettings? {
    Self.best(projectDomains, for: repository)
  }

  private static func best(_ domains: [DomainSettings], for repository: Repository) -> DomainSettings? {
    var best: DomainSettings?
    for settings in domains where settings.matches(repository) && settings.specificity > best?.specificity ?? -1 {
      best = settings
    }
    return best
  }

  /// Whether two configurations say the same.
  public static func == (left: Configuration, right: Configuration) -> Bool {
    left.duration == right.duration && left.store == right.store && left.provider == right.provider
      && left.domains == right.domains && left.formerDomains == right.formerDomains && left.hosts == right.hosts
      && left.projectDomains == right.projectDomains && left.ignoresEnvironmentTokens == right.ignoresEnvironmentTokens
      && left.profile?.name == right.profile?.name
      && left.profile?.setBy == right.profile?.setBy
  }
}

/// Who asks AWS for a token.
public enum Provider: String, Sendable {
  /// This program itself.
  case native
  /// `aws codeartifact get-authorization-token`.
  case awsCLI = "aws-cli"
}
