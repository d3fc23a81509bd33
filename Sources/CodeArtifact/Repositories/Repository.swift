import AWSCredentials
import Platform

/// A CodeArtifact repository endpoint: what a client asks a keyring about.
public struct Repository: Sendable, Equatable {
  /// The domain: it issues the token, for all its repositories.
  public let domain: String
  /// The AWS account that owns the domain, twelve digits.
  public let owner: String
  /// The AWS region, taken from the host and never from AWS_REGION.
  public let region: String
  /// The endpoint of CodeArtifact's API for the region, without a path.
  public let apiEndpoint: String
  /// The repository's own name, if the service has one. A token is valid for all repositories of a domain.
  public internal(set) var name: String?

  /// Its domain, for messages, such as `acme (111122223333, us-east-1)`.
  public var domainTitle: String { "\(domain) (\(owner), \(region))" }

  /// Whether one token is valid for both.
  public func isInDomain(of other: Repository) -> Bool {
    domain == other.domain && owner == other.owner && region == other.region
  }
}

/// What a service string names.
public enum ServiceKind: Sendable, Equatable {
  /// A repository of CodeArtifact.
  case repository(Repository)
  /// A repository over plain http, where no token is ever sent.
  case unencrypted(host: String)
  /// A repository with another user than `aws`.
  case otherUser
  /// Another service.
  case other
}

extension Repository {
  /// Recognises a service string: a URL with or without user information, port, path and fragment, or a bare host.
  /// `mapped` holds the configured hosts in front of domains.
  public static func recognise(_ service: String, mapped: [MappedHost] = []) -> ServiceKind {
    guard let address = URLParts(service: service) else { return .other }
    let repository: Repository
    if let host = mapped.first(where: { $0.name == address.host }) {
      repository = Repository(host, path: address.path)
    } else if let found = CodeArtifactHost(address.host)?.repository(path: address.path) {
      repository = found
    } else {
      return .other
    }
    guard address.isEncrypted || address.isLoopback else { return .unencrypted(host: address.host) }
    guard [nil, "", AuthorizationToken.username].contains(address.user) else { return .otherUser }
    return .repository(repository)
  }

  /// Whether a text can be the name of a repository, or of a source in a project: it becomes part of URLs, of variables and
  /// of commands. The first character is restricted more: a leading dash is an option to many programs.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_CreateRepository.html
  public static func isName(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, !"-.".utf8.contains(first), text.utf8.count <= 100 else { return false }
    return text.isASCIILettersDigits(or: "._-")
  }

  init(_ host: MappedHost, path: Substring) {
    self.init(
      domain: host.domain, owner: host.owner, region: host.region,
      apiEndpoint: "https://codeartifact.\(host.region).\(Partition.of(region: host.region).suffix)",
      // The path of a proxy may have any form.
      name: Self.name(in: path, at: 1).flatMap { Self.isName($0) ? $0 : nil })
  }

  /// A part of a path such as `/pypi/internal/simple/`.
  static func name(in path: Substring, at position: Int) -> String? {
    let parts = path.split(separator: "/", maxSplits: position + 1)
    return parts.count > position ? String(parts[position]) : nil
  }
}

extension URLParts {
  /// The parts of a service string: an `https` or `http` URL, or a bare host with a port at most, as pip and uv ask for
  /// when the URL is unknown. Nil for anything else.
  init?(service: String) {
    // A backslash ends the host for some clients and is part of it for others.
    guard service.utf8.count <= 4096,
      service.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") })
    else { return nil }
    self.init(service)
    guard scheme.map({ ["https", "http"].contains($0) }) ?? (path.isEmpty && suffix.isEmpty),
      port.map({ $0.isEmpty || ($0.utf8.allSatisfy(\.isASCIIDigit) && UInt16($0) != nil) }) ?? true,
      !host.isEmpty, host.count <= 253, !host.hasPrefix("[")
    else { return nil }
  }

  var isEncrypted: Bool { scheme != "http" }
}
