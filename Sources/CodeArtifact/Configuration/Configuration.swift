import TokenStores

/// The user's settings, from `config.toml` and the variables that replace them for one run. None is required.
public struct Configuration: Sendable {
  /// How long a token is valid; nil if the user does not set it.
  public var duration: TokenDuration?
  /// Where it is stored.
  public var store: StorePolicy = .automatic
  /// Who asks AWS for it.
  public var provider: Provider = .native
  /// Settings for some domains.
  public var domains: [DomainSettings] = []
  /// Settings for some domains, written for keyrings.codeartifact.
  public var legacyDomains: [DomainSettings] = []
  /// Settings for some domains in the project in the working directory.
  public var projectDomains: [DomainSettings] = []
  /// Hosts in front of CodeArtifact.
  public var hosts: [MappedHost] = []
  /// A profile for this run, and the variable that names it.
  public var profile: (name: String, setBy: String)?
  /// Whether environment tokens are ignored, as with an explicit profile or duration.
  public var ignoresEnvironmentTokens = false

  /// The configuration without any setting.
  public init() {}

  /// The settings for a repository's domain: each key given must match; the most specific wins, then file order. Those
  /// written for another program come last.
  public func settings(for repository: Repository) -> DomainSettings? {
    Self.best(domains, for: repository) ?? Self.best(legacyDomains, for: repository)
  }

  /// The project's settings for a repository's domain; the user's take precedence.
  public func projectSettings(for repository: Repository) -> DomainSettings? {
    Self.best(projectDomains, for: repository)
  }

  private static func best(_ domains: [DomainSettings], for repository: Repository) -> DomainSettings? {
    domains.filter { $0.matches(repository) }.max { $0.specificity < $1.specificity }
  }
}

/// Who asks AWS for a token.
public enum Provider: String, Sendable {
  /// This program itself.
  case native
  /// `aws codeartifact get-authorization-token`.
  case awsCLI = "aws-cli"
}
