/// A request to one host.
public struct HTTPRequest: Sendable {
  /// `GET`, `POST` or `PUT`.
  public var method: String
  /// The URL, already percent-encoded.
  public var url: String
  /// Headers as name and value, in the order in which they are sent.
  public var headers: [(name: String, value: String)]
  /// The body; an empty one is sent as `Content-Length: 0`.
  public var body: [UInt8]
  /// Seconds for the connection, TLS included.
  public var connectTimeout: Double
  /// Seconds for the whole exchange.
  public var timeout: Double
  /// False for addresses that a proxy must never see (a machine's own metadata service).
  public var mayUseProxy: Bool
  /// Whether the beginning of a long body is enough; otherwise more than 1 MiB is a failure.
  public var acceptsPartialBody = false

  /// A request with the usual timeouts for AWS: 5 s to connect, 10 s in all.
  public init(
    method: String, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    connectTimeout: Double = 5, timeout: Double = 10, mayUseProxy: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.connectTimeout = connectTimeout
    self.timeout = timeout
    self.mayUseProxy = mayUseProxy
  }
}

/// A response, whatever its status.
public struct HTTPResponse: Sendable {
  /// The status code.
  public let status: Int
  /// The headers, names in lower case.
  public let headers: [String: String]
  /// The body, at most 1 MiB of it.
  public let body: [UInt8]

  /// A response with these parts.
  public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Certificates that are trusted instead of the system's own: a file or a directory, and the setting that names it.
public typealias Certificates = (path: String, setBy: Location)

/// Why there was no response.
public struct HTTPFailure: Failure, Equatable {
  /// The kinds that call for different remedies.
  public enum Kind: Sendable, Equatable {
    /// This machine has no libcurl.
    case noLibrary
    /// The name could not be resolved, or nothing listens there.
    case unreachable
    /// There was no response in time.
    case timeout
    /// The certificate or the TLS handshake was not acceptable.
    case tls
    /// The configured certificates cannot be read.
    case unreadableCertificates
    /// This machine has no CA certificates.
    case noCertificates
    /// The proxy could not be reached or refused.
    case proxy
    /// The response is not HTTP, or too long.
    case malformed
    /// The library itself did not return.
    case stuck
  }

  /// What kind of failure it was.
  public let kind: Kind
  /// The host that was called.
  public let host: String
  /// The reason in the library's words, without secrets.
  public let reason: String
  /// The proxy in use, without its password; nil for none.
  public let proxy: String?
  /// Whether there was a connection.
  public let wasConnected: Bool
  /// The setting that it is about; nil where there is none.
  public let location: Location?
  /// What to do, where that does not follow from the kind.
  private let known: Remedy?

  /// A failure to reach a host.
  public init(
    _ kind: Kind, host: String, reason: String, proxy: String? = nil, wasConnected: Bool = false,
    at location: Location? = nil, _ remedy: Remedy? = nil
  ) {
    known = remedy
    self.location = location
    self.kind = kind
    self.host = host
    self.reason = reason
    self.proxy = proxy
    self.wasConnected = wasConnected
  }

  /// Whether the same request may succeed a moment later.
  public var isTransient: Bool { kind == .unreachable || kind == .timeout || kind == .malformed }

  /// What happened.
  public var problem: String {
    switch kind {
    case .noLibrary: reason
    case .tls: "TLS to \(host) failed: \(reason)"
    case .unreadableCertificates, .noCertificates: "cannot check the certificate of \(host): \(reason)"
    case .proxy: "could not reach \(host) through the proxy \(proxy ?? ""): \(reason)"
    case .unreachable, .timeout, .malformed, .stuck:
      "cannot reach \(host)\(proxy.map { " through the proxy \($0)" } ?? ""): \(reason)"
    }
  }

  /// Whether a certificate is not valid now, in the words of OpenSSL or of curl with GnuTLS.
  private var isAboutTime: Bool {
    ["has expired", "not yet valid", "expiration date has passed", "not activated"].contains { reason.contains($0) }
  }

  /// What to do.
  public var remedy: Remedy? {
    if let known { return known }
    return switch kind {
    case .tls where isAboutTime:
      .advice("Check this machine's clock; if a proxy inspects TLS here, set AWS_CA_BUNDLE to its certificates")
    case .tls: .advice("If a proxy inspects TLS here, set AWS_CA_BUNDLE to its certificates")
    case .unreadableCertificates:
      switch location {
      case .variable(let name): .advice("Correct its path, or run: unset \(name)")
      case .file(let path, let line): .edit(.file(path, line: line), "Correct ca_bundle")
      case nil: nil
      }
    case .proxy: .advice("Check HTTPS_PROXY and NO_PROXY")
    case .unreachable, .timeout, .malformed: .advice("Check the network")
    case .noLibrary, .noCertificates, .stuck: nil
    }
  }
}

/// Sends requests.
public protocol HTTPClient: Sendable {
  /// Sends a request and waits for the response, at most as long as the request says.
  func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse
}
