import Platform

/// An error response of an AWS service.
public struct AWSServiceFailure: Failure, Equatable {
  /// The operation that was called.
  public let operation: String
  /// The host that answered.
  public let host: String
  /// The HTTP status.
  public let status: Int
  /// AWS's name of the error, such as `AccessDeniedException`; empty if the response had none.
  public let code: String
  /// AWS's words, on one line.
  public let message: String
  let attempts: Int
  /// Seconds by which AWS's clock is ahead of this machine's, if the response had a date.
  let clockOffset: Int?
  /// Seconds to wait that the response asked for.
  let retryAfter: Double?
  /// The more specific error code of some services, such as `INSUFFICIENT_PERMISSIONS`; empty if there is none.
  var detail = ""

  /// Whether the same request may well succeed a moment later.
  public var isTransient: Bool {
    // The last one is STS's code for an identity provider that it cannot reach.
    [429, 500, 502, 503, 504].contains(status) || isThrottling || code.hasPrefix("RequestTimeout")
      || code.hasPrefix("IDPCommunicationError")
  }

  var isThrottling: Bool {
    status == 429 || code.hasPrefix("Throttl") || code.hasPrefix("TooManyRequests") || code == "RequestLimitExceeded"
      || code == "SlowDown"
  }

  /// Whether the signature was rejected, perhaps because of the clock.
  var isSignatureRejection: Bool {
    ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired"].contains(code)
  }

  private var service: String { operation == "GetAuthorizationToken" ? "CodeArtifact" : host }

  /// What happened.
  public var problem: String {
    let name = code.isEmpty ? "HTTP \(status)" : code
    if isThrottling { return "\(service) is throttling (\(attempts) attempts)" }
    if status >= 500 { return "\(service) is unavailable (\(name), \(attempts) attempts)" }
    let answer = code.isEmpty ? "\(name) from \(host)" : name
    return "\(operation) failed: \(answer)" + (message.isEmpty ? "" : ": \(message)")
  }

  /// What to do about a temporary error.
  public var remedy: Remedy? { isThrottling || status >= 500 ? .tryLater : nil }
}

/// Why a call to AWS gave no result.
public enum AWSCallFailure: Error, Equatable {
  /// There was no response.
  case network(HTTPFailure)
  /// The response was an error.
  case service(AWSServiceFailure)

  /// Why there are no credentials; `meaning` is what an error response says about them.
  func failure(_ meaning: (AWSServiceFailure) -> CredentialFailure) -> CredentialFailure {
    switch self {
    case .network(let failure): .network(failure)
    case .service(let failure): meaning(failure)
    }
  }
}

extension AWSServiceFailure {
  /// Reads the name and the message of an error from a header, JSON or XML.
  init(_ operation: String, _ request: HTTPRequest, _ response: HTTPResponse, attempts: Int, now: Double) {
    let json = JSONValue(response.body)
    let text = String(decoding: response.body, as: UTF8.self)
    func member(_ names: String...) -> String? { names.lazy.compactMap { json?[$0]?.string }.first }
    let name = response.headers["x-amzn-errortype"] ?? member("__type", "code") ?? xmlElement("Code", in: text) ?? ""
    // `com.amazonaws…#Name:http://…` is AWS's longest form of a name.
    let plain = name.split(separator: "#").last.map(String.init) ?? name
    let words = member("message", "Message", "error_description") ?? xmlElement("Message", in: text) ?? ""
    self.init(
      operation: operation, host: hostName(of: request.url), status: response.status,
      code: oneLine(plain.prefix { $0 != ":" }, limit: 80), message: oneLine(words), attempts: attempts,
      clockOffset: response.headers["date"].flatMap { epochSeconds(httpDate: $0) }.map { Int($0 - now) },
      retryAfter: response.headers["retry-after"].flatMap { Double($0) }.flatMap { $0 >= 0 ? $0 : nil },
      detail: oneLine(member("error") ?? "", limit: 80))
  }
}
