import AWSCredentials
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

  /// The settings for a repository's domain: the most specific, then file order, then those for another program.
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

/// A `[[domain]]` table.
public struct DomainSettings: Sendable, Equatable {
  /// The domain it is for; nil for any.
  public var domain: String?
  /// The owner it is for; nil for any.
  public var owner: String?
  /// The region it is for; nil for any.
  public var region: String?
  /// The repository it is for; nil for any. Only sections written for keyrings.codeartifact name one.
  public var repository: String?
  /// The AWS profile to sign in with.
  public var profile: String?
  /// A role to assume with it.
  public var roleARN: String?
  /// How long a token is valid; nil for the general setting.
  public var duration: TokenDuration?
  /// Keys to sign in with. Only sections written for keyrings.codeartifact hold any.
  public var keys: CredentialSource?
  /// The file with the settings.
  public var place = "config.toml"

  var choosesIdentity: Bool { profile != nil || roleARN != nil || keys != nil }

  /// The profile, and the file that names it.
  var chosenProfile: (name: String, setBy: String)? { profile.map { ($0, place) } }

  var specificity: Int { [domain, owner, region, repository].compactMap { $0 }.count }

  func matches(_ repository: Repository) -> Bool {
    (domain ?? repository.domain) == repository.domain && (owner ?? repository.owner) == repository.owner
      && (region ?? repository.region) == repository.region
      && (self.repository == nil || self.repository == repository.name)
  }
}
