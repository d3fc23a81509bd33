import Platform

/// The URLs of a repository, found from any URL below it, or from its host alone.
public struct RepositoryURL: Sendable, Equatable {
  /// The host without port, in lower case.
  public let host: String
  /// Where packages are published to: `https://HOST/pypi/REPOSITORY/`; nil where only the host is known, or the path has
  /// no valid name.
  public let publish: String?

  /// Where packages are read from: `https://HOST/pypi/REPOSITORY/simple/`.
  public var index: String? { publish.map { $0 + "simple/" } }

  /// The URLs for a service; nil if it is not a valid one. User information, query and fragment are left out.
  public init?(_ service: String) {
    guard let address = URLParts(service: service) else { return nil }
    host = address.host
    let parts = address.path.split(separator: "/")
    // Behind PrivateLink: `/pypi/d/<domain>-<owner>/<repository>/…`
    let count = parts.count > 1 && parts[1] == "d" ? 4 : 2
    guard parts.count >= count, parts.prefix(count).allSatisfy({ Repository.isName($0) }),
      let scheme = address.scheme
    else {
      publish = nil
      return
    }
    publish = "\(scheme)://\(address.authority)/\(parts.prefix(count).joined(separator: "/"))/"
  }
}

extension RepositoryURL {
  /// The index with a user and a password in it, both already percent-encoded, as pip takes it.
  public func index(user: String, password: String) -> String? {
    index.map { URLParts($0).with(user: "\(user):\(password)") }
  }
}
