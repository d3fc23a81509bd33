import Platform
import TokenStores

extension Context {
  /// Identifies this container, or this boot of the machine, since all containers of a machine may share one kernel
  /// keyring, and whose credentials the container gets. The name of a namespace is not enough: the kernel uses it again.
  var hostIdentity: [String] {
    [
      files.target(ofLink: "/proc/self/ns/mnt") ?? "", text("/proc/sys/kernel/random/boot_id"),
      text("/proc/sys/kernel/hostname"), startOfFirstProcess, containerAuthorizationHolder,
    ]
  }

  /// When the first process of the container, or of the machine, was started. Source: proc(5), `/proc/PID/stat`.
  private var startOfFirstProcess: String {
    // The second field, in parentheses, may hold blanks and parentheses itself.
    let fields = text("/proc/1/stat").split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 19 ? String(fields[19]) : ""
  }

  private func text(_ path: String) -> String {
    (try? files.readToEnd(of: path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// A digest that identifies the holder of a container's authorization at the endpoint of its role's credentials, which
  /// may serve many containers: of a web token's subject, which stays the same when the token is renewed; otherwise of the
  /// whole authorization.
  /// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
  var containerAuthorizationHolder: String {
    let file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].flatMap {
      try? files.readToEnd(of: $0, limit: 64 << 10)
    }
    let text = trimmed(
      file.map { String(decoding: $0, as: UTF8.self) } ?? environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] ?? "")
    return EntryKey.digest(Self.subject(of: text) ?? text)
  }

  /// The subject of a signed token in three parts. Source: RFC 7519, section 4.1.2
  private static func subject(of token: String) -> String? {
    struct Claims: Decodable {
      let iss: String?
      let sub: String
    }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let claims = WebToken.content(of: parts[1], as: Claims.self) else { return nil }
    return "\(claims.iss ?? "")\u{0}\(claims.sub)"
  }
}
