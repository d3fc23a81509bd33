import AWSCredentials

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

  /// Whether these settings choose an identity.
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
