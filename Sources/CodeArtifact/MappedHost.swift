/// A `[[host]]` table: a CNAME or reverse proxy in front of CodeArtifact.
public struct MappedHost: Sendable, Equatable {
  /// The host, in lower case.
  public let name: String
  /// The domain behind it.
  public let domain: String
  /// That domain's owner.
  public let owner: String
  /// That domain's region.
  public let region: String

  /// A host in front of a domain.
  public init(name: String, domain: String, owner: String, region: String) {
    self.name = name
    self.domain = domain
    self.owner = owner
    self.region = region
  }
}
