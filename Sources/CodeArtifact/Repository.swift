import AWSCredentials
import Platform

/// A CodeArtifact repository endpoint, as a service string names it: what a client asks a password for.
public struct Repository: Sendable, Equatable {
  /// The domain: it issues the token, for all its repositories.
  public let domain: String
  /// The AWS account that owns the domain, twelve digits.
  public let owner: String
  /// The AWS region, taken from the host and never from AWS_REGION.
  public let region: String
  /// The endpoint of CodeArtifact's API for the region, without a path.
  public let apiEndpoint: String
  /// The repository's own name, where the service string has it. A token serves all repositories of a domain.
  public let name: String?

  /// A repository of this domain.
  public init(domain: String, owner: String, region: String, apiEndpoint: String, name: String? = nil) {
    self.domain = domain
    self.owner = owner
    self.region = region
    self.apiEndpoint = apiEndpoint
    self.name = name
  }
}

/// What a service string turned out to be.
public enum ServiceKind: Sendable, Equatable {
  /// A repository of CodeArtifact.
  case repository(Repository)
  /// A repository asked for over plain http: a token must not go there.
  case unencrypted(host: String)
  /// A repository asked for as somebody else than `aws`.
  case otherUser
  /// Nothing of ours.
  case foreign
}

extension Repository {
  /// Tells what a service string is: a URL with or without user information, port, path and fragment, or a bare host.
  /// `mapped` holds the hosts that the user's configuration puts in front of a domain.
  public static func recognise(_ service: String, mapped: [MappedHost] = []) -> ServiceKind {
    guard let address = ServiceAddress(service) else { return .foreign }
    let repository: Repository
    if let host = mapped.first(where: { $0.name == address.host }) {
      repository = Repository(host, path: address.path)
    } else if let found = CodeArtifactHost(address.host)?.repository(path: address.path) {
      repository = found
    } else {
      return .foreign
    }
    guard address.isEncrypted || address.isLoopback else { return .unencrypted(host: address.host) }
    guard address.user == nil || address.user == "aws" || address.user == "" else { return .otherUser }
    return .repository(repository)
  }

  init(_ host: MappedHost, path: Substring) {
    self.init(
      domain: host.domain, owner: host.owner, region: host.region,
      apiEndpoint: "https://codeartifact.\(host.region).\(Partition.suffix(ofRegion: host.region))",
      name: Self.name(in: path, at: 1))
  }

  /// A part of a path such as `/pypi/internal/simple/`.
  static func name(in path: Substring, at position: Int) -> String? {
    let parts = path.split(separator: "/", maxSplits: position + 1)
    return parts.count > position ? String(parts[position]) : nil
  }
}

/// A service string taken apart.
struct ServiceAddress {
  let isEncrypted: Bool
  let user: String?
  /// In lower case, without port and trailing dot.
  let host: String
  let path: Substring

  init?(_ service: String) {
    // A backslash ends the host to some clients and is part of it to others: then nobody knows whom a token would go to.
    guard service.utf8.count <= 4096,
      service.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return nil }
    var rest = service[...]
    if let scheme = rest.firstRange(of: "://") {
      switch rest[..<scheme.lowerBound].lowercased() {
      case "https": isEncrypted = true
      case "http": isEncrypted = false
      default: return nil
      }
      rest = rest[scheme.upperBound...]
    } else {
      // A bare host, with a port at most: pip and uv fall back to it.
      guard !rest.contains(where: { "/?#".contains($0) }) else { return nil }
      isEncrypted = true
    }
    var authority = rest.prefix { !"/?#".contains($0) }
    path = rest[authority.endIndex...].prefix { !"?#".contains($0) }
    if let at = authority.lastIndex(of: "@") {
      user = String(authority[..<at].prefix { $0 != ":" })
      authority = authority[authority.index(after: at)...]
    } else {
      user = nil
    }
    if let colon = authority.lastIndex(of: ":") {
      let port = authority[authority.index(after: colon)...]
      guard port.isEmpty || (port.utf8.allSatisfy(CodeArtifactHost.isDigit) && UInt16(port) != nil) else { return nil }
      authority = authority[..<colon]
    }
    if authority.hasSuffix(".") { authority = authority.dropLast() }
    host = authority.lowercased()
    guard !host.isEmpty, host.count <= 253 else { return nil }
  }

  var isLoopback: Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return host == "localhost"
      || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil && !$0.hasPrefix("+") })
  }
}

/// A host of AWS's under which repositories are served.
/// Sources: AWS CLI's GetRepositoryEndpoint answers (with and without `--endpoint-type dualstack`), and
/// https://docs.aws.amazon.com/codeartifact/latest/ug/use-codeartifact-from-vpc.html
struct CodeArtifactHost {
  private let first: String
  let isPrivateLink: Bool
  private let service: String
  private let region: String

  /// The suffixes under which AWS serves repositories; a host must end in one of them exactly.
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
      let region = Self.label(&rest), Self.isRegion(region)
    else { return nil }
    isPrivateLink = rest.hasPrefix("vpce.")
    if isPrivateLink { rest = rest.dropFirst("vpce.".count) }
    let suffix = String(rest)
    guard Self.suffixes.contains(suffix), !isPrivateLink || first.hasPrefix("vpce-") else { return nil }
    // A region belongs to one partition; `cn-north-1….amazonaws.com` is nobody's.
    guard suffix.hasPrefix("on.") || suffix == Partition.suffix(ofRegion: region) else { return nil }
    self.first = first
    self.service = service
    self.region = region
  }

  /// The next label of a host name, taken off it; nil where no other follows.
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
    guard let (domain, owner) = Self.split(name) else { return nil }
    return Repository(
      domain: domain, owner: owner, region: region,
      apiEndpoint: "https://\(service).\(region).\(Partition.suffix(ofRegion: region))",
      name: Repository.name(in: path, at: isPrivateLink ? 3 : 1))
  }

  /// Domain and owner stand on either side of the last `-`, twelve digits after it: a domain may hold both itself.
  static func split(_ name: String) -> (domain: String, owner: String)? {
    guard let dash = name.lastIndex(of: "-") else { return nil }
    let domain = String(name[..<dash])
    let owner = String(name[name.index(after: dash)...])
    guard isDomain(domain), isAccount(owner) else { return nil }
    return (domain, owner)
  }

  /// `[a-z][a-z0-9-]{0,48}[a-z0-9]`, as the API's reference says.
  static func isDomain(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (2...50).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
    return isLowerCase(first) && last != UInt8(ascii: "-")
      && bytes.allSatisfy { isLowerCase($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// Twelve digits.
  static func isAccount(_ text: String) -> Bool { text.utf8.count == 12 && text.utf8.allSatisfy(isDigit) }

  /// `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`.
  static func isRegion(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let first = parts.first, (2...5).contains(first.count), let last = parts.last,
      !last.isEmpty, last.count <= 2, last.utf8.allSatisfy(isDigit)
    else { return false }
    return parts.dropLast().allSatisfy { !$0.isEmpty && $0.count <= 16 && $0.utf8.allSatisfy(isLowerCase) }
  }

  private static func isLowerCase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
