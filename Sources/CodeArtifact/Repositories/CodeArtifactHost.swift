import AWSCredentials
import Platform

/// An AWS host of repositories.
/// Sources: AWS CLI's GetRepositoryEndpoint answers (with and without `--endpoint-type dualstack`), and
/// https://docs.aws.amazon.com/codeartifact/latest/ug/use-codeartifact-from-vpc.html
struct CodeArtifactHost {
  private let first: String
  let isPrivateLink: Bool
  private let service: String
  private let region: String

  /// The suffixes of AWS's repository hosts; a host must end in one of them exactly.
  private static let suffixes = [
    "amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "on.aws", "on.amazonwebservices.com.cn", "c2s.ic.gov",
    "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov",
  ]

  init?(_ host: String) {
    var rest = host[...]
    guard let first = Self.label(&rest) else { return nil }
    var next = Self.label(&rest)
    if next == "d" { next = Self.label(&rest) }
    guard let service = next, service == "codeartifact" || service == "codeartifact-fips",
      let region = Self.label(&rest), RegionName.isRegion(region)
    else { return nil }
    isPrivateLink = rest.hasPrefix("vpce.")
    if isPrivateLink { rest = rest.dropFirst("vpce.".count) }
    let suffix = String(rest)
    guard Self.suffixes.contains(suffix), !isPrivateLink || first.hasPrefix("vpce-") else { return nil }
    // A region belongs to one partition: `cn-north-1….amazonaws.com` is not a host of AWS.
    guard suffix.hasPrefix("on.") || suffix == Partition.of(region: region).suffix else { return nil }
    self.first = first
    self.service = service
    self.region = region
  }

  /// Removes the next label of a host name; nil if it is the last one.
  private static func label(_ rest: inout Substring) -> String? {
    guard let dot = rest.firstIndex(of: ".") else { return nil }
    defer { rest = rest[rest.index(after: dot)...] }
    return String(rest[..<dot])
  }

  /// The repository; behind PrivateLink the path names domain and owner.
  func repository(path: Substring) -> Repository? {
    let name: String
    if isPrivateLink {
      // `/pypi/d/<domain>-<owner>/<repository>/…`
      let parts = path.split(separator: "/")
      guard parts.count >= 3, parts[1] == "d" else { return nil }
      name = parts[2].lowercased()
    } else {
      name = first
    }
    guard let (domain, owner) = Self.split(name), hasRepositoryOrNone(path) else { return nil }
    return Repository(
      domain: domain, owner: owner, region: region,
      apiEndpoint: "https://\(service).\(region).\(Partition.of(region: region).suffix)",
      name: Repository.name(in: path, at: positionOfName))
  }

  /// Whether the path has a valid repository name, or none at all.
  func hasRepositoryOrNone(_ path: Substring) -> Bool {
    Repository.name(in: path, at: positionOfName).map { Repository.isName($0) } ?? true
  }

  /// Whether the path is that of a repository of Python packages.
  func hasRepository(_ path: Substring) -> Bool {
    Repository.name(in: path, at: 0) == "pypi" && Repository.name(in: path, at: positionOfName) != nil
  }

  private var positionOfName: Int { isPrivateLink ? 3 : 1 }

  /// Domain and owner are on either side of the last `-`: a domain may itself have hyphens and digits.
  static func split(_ name: String) -> (domain: String, owner: String)? {
    guard let dash = name.lastIndex(of: "-") else { return nil }
    let domain = String(name[..<dash])
    let owner = String(name[name.index(after: dash)...])
    guard isDomain(domain), isAccount(owner) else { return nil }
    return (domain, owner)
  }

  /// `[a-z][a-z0-9-]{0,48}[a-z0-9]`, as the API's reference says.
  static func isDomain(_ text: String) -> Bool {
    guard (2...50).contains(text.utf8.count), let first = text.utf8.first else { return false }
    return first.isASCIILowercase && text.utf8.last != UInt8(ascii: "-")
      && text.utf8.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
  }

  /// Twelve digits.
  static func isAccount(_ text: String) -> Bool { text.utf8.count == 12 && text.utf8.allSatisfy(\.isASCIIDigit) }
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
}
