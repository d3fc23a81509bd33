import AWSCredentials
import Platform
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
      && left.projectDomains == right.projectDomains
      && left.profile?.name == right.profile?.name
      && left.profile?.setBy == right.profile?.setBy
  }
}

/// How long a token lives.
public enum TokenDuration: Sendable, Equatable {
  /// Twelve hours, the most that CodeArtifact gives.
  public static let standard = TokenDuration.seconds(43_200)

  /// So many seconds, 900 to 43200, whatever becomes of the credentials it was got with.
  case seconds(Int)
  /// As long as the role's own credentials.
  case session

  /// `12h`, `90m`, `900s` or `session`; nil for anything else, and for less than 15 minutes or more than 12 hours.
  public init?(_ text: String) {
    if text == "session" {
      self = .session
      return
    }
    let unit: Int
    switch text.utf8.last {
    case UInt8(ascii: "h"): unit = 3600
    case UInt8(ascii: "m"): unit = 60
    case UInt8(ascii: "s"): unit = 1
    default: return nil
    }
    guard let count = Int(text.dropLast()), (1...43_200).contains(count), (900...43_200).contains(count * unit) else {
      return nil
    }
    self = .seconds(count * unit)
  }

  /// What the API is asked for: zero stands for the session's own end.
  public var parameter: Int {
    switch self {
    case .seconds(let seconds): seconds
    case .session: 0
    }
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
  /// A role to assume on top.
  public var roleARN: String?
  /// How long a token shall live; nil for what holds in general.
  public var duration: TokenDuration?
  /// Keys to sign in with. Only sections written for keyrings.codeartifact hold any.
  public var keys: Credentials?
  /// The file that says so.
  public var place = "config.toml"

  /// Whether they say who signs in.
  var nameIdentity: Bool { profile != nil || roleARN != nil || keys != nil }

  /// The profile, and the file that names it.
  var chosenProfile: (name: String, setBy: String)? { profile.map { ($0, place) } }

  var specificity: Int { [domain, owner, region, repository].compactMap { $0 }.count }

  func matches(_ repository: Repository) -> Bool {
    (domain ?? repository.domain) == repository.domain && (owner ?? repository.owner) == repository.owner
      && (region ?? repository.region) == repository.region
      && (self.repository == nil || self.repository == repository.name)
  }
}

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

/// A mistake in the configuration: where, and what is wrong.
public struct ConfigurationFailure: Error, Equatable, CustomStringConvertible {
  /// The file, or the variable.
  public let place: String
  /// The line in the file, where it is known.
  public let line: Int?
  /// What is wrong, and what would be right.
  public let problem: String

  /// One line for a person.
  public var description: String { place + (line.map { " line \($0)" } ?? "") + ": \(problem)" }
}
