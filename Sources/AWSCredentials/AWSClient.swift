import FoundationEssentials
import Platform

/// An error that an AWS service answered with.
public struct AWSServiceFailure: Error, Equatable, CustomStringConvertible {
  /// The operation that was asked for.
  public let operation: String
  /// The host that answered.
  public let host: String
  /// The HTTP status.
  public let status: Int
  /// AWS's name of the error, such as `AccessDeniedException`; empty when the answer had none.
  public let code: String
  /// AWS's words, made fit for one line.
  public let message: String
  /// How often it was asked.
  public let attempts: Int
  /// Seconds by which AWS's clock is ahead of ours, where the answer told.
  public let clockOffset: Int?
  /// Seconds of patience that the answer asked for.
  public let retryAfter: Double?
  /// The finer kind of error that some services add, such as `INSUFFICIENT_PERMISSIONS`; empty where there is none.
  public var detail = ""

  /// Whether the same request may well succeed a moment later.
  public var isTransient: Bool {
    [429, 500, 502, 503, 504].contains(status) || isThrottling || code.hasPrefix("RequestTimeout")
  }

  /// Whether AWS asks for patience.
  public var isThrottling: Bool {
    status == 429 || code.hasPrefix("Throttl") || code.hasPrefix("TooManyRequests") || code == "RequestLimitExceeded"
      || code == "SlowDown"
  }

  /// Whether the signature was refused, be it for the clock's sake.
  public var isSignatureRejection: Bool {
    ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired"].contains(code)
  }

  private var service: String { operation == "GetAuthorizationToken" ? "CodeArtifact" : host }

  /// One line for a person.
  public var description: String {
    let name = code.isEmpty ? "HTTP \(status)" : code
    if isThrottling { return "\(service) is throttling (\(attempts) attempts). Try again in a minute" }
    if status >= 500 { return "\(service) is unavailable (\(name), \(attempts) attempts). Try again in a minute" }
    return "\(operation) failed: \(name)" + (message.isEmpty ? "" : ": \(message)")
  }
}

/// Why a call to AWS gave no result.
public enum AWSCallFailure: Error, Equatable {
  case network(HTTPFailure)
  case service(AWSServiceFailure)
}

/// Sends requests to AWS: signs, retries as the SDKs' standard mode does, and reads errors.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
public struct AWSClient: Sendable {
  /// How often a call is made at the most; throttled, more often: a fleet that starts at once must get through.
  private static let attempts = 3
  private static let attemptsWhenThrottled = 8

  private let http: any HTTPClient
  private let surroundings: Surroundings

  /// A client that trusts these certificates, or the system's own.
  public init(_ surroundings: Surroundings, certificates: String?) {
    self.surroundings = surroundings
    self.http = surroundings.http(certificates)
  }

  /// Sends a request until it is answered with success, a final error, or the deadline. Without a signer it goes unsigned.
  func send(
    _ operation: String, _ request: HTTPRequest, signedBy signer: SigV4? = nil, deadline: Deadline
  ) throws(AWSCallFailure) -> HTTPResponse {
    var clockOffset = 0.0
    var attempt = 0
    while true {
      attempt += 1
      var timed = request
      timed.timeout = min(request.timeout, deadline.remaining)
      timed.connectTimeout = min(request.connectTimeout, deadline.remaining)
      let failure: AWSCallFailure
      do {
        let response = try http.send(signer?.sign(timed, at: surroundings.clock.now() + clockOffset) ?? timed)
        if (200..<300).contains(response.status) { return response }
        failure = .service(serviceFailure(operation, request, response, attempt))
        surroundings.trace("\(operation): HTTP \(response.status)")
      } catch {
        failure = .network(error)
        surroundings.trace("\(operation): \(error)")
      }
      guard let pause = pause(after: failure, attempt: attempt, clockOffset: &clockOffset), pause < deadline.remaining
      else { throw failure }
      surroundings.clock.sleep(pause)
    }
  }

  /// Sends a signed request until it is answered with success, a final error, or the deadline.
  public func send(
    _ operation: String, _ request: HTTPRequest, service: String, region: String, credentials: Credentials,
    deadline: Deadline
  ) throws(AWSCallFailure) -> HTTPResponse {
    try send(
      operation, request, signedBy: SigV4(credentials: credentials, service: service, region: region),
      deadline: deadline)
  }

  /// Sends a request a single time, as it is.
  func sendOnce(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse { try http.send(request) }

  /// Seconds to wait before the next attempt; nil when there is to be none.
  private func pause(after failure: AWSCallFailure, attempt: Int, clockOffset: inout Double) -> Double? {
    let backoff = surroundings.random() * min(Double(1 << (attempt - 1)), 20)
    switch failure {
    case .network(let failure):
      return failure.isTransient && attempt < Self.attempts ? backoff : nil
    case .service(let failure):
      if failure.isSignatureRejection, clockOffset == 0, let offset = failure.clockOffset, abs(offset) > 240 {
        clockOffset = Double(offset)  // one corrected attempt, as the Go, JavaScript and Rust SDKs make
        return 0
      }
      let limit = failure.isThrottling ? Self.attemptsWhenThrottled : Self.attempts
      guard failure.isTransient, attempt < limit else { return nil }
      // On top of what is asked for, not instead of it: all who were told the same second would come back in one.
      return backoff + min(failure.retryAfter ?? 0, 5)
    }
  }

  private func serviceFailure(
    _ operation: String, _ request: HTTPRequest, _ response: HTTPResponse, _ attempts: Int
  ) -> AWSServiceFailure {
    let error = ErrorBody(response)
    let serverTime = response.headers["date"].flatMap { Timestamp(httpDate: $0)?.epoch }
    return AWSServiceFailure(
      operation: operation, host: hostName(of: request.url), status: response.status, code: error.code,
      message: oneLine(error.message), attempts: attempts,
      clockOffset: serverTime.map { Int($0 - surroundings.clock.now()) },
      retryAfter: response.headers["retry-after"].flatMap { Double($0) }.flatMap { $0 >= 0 ? $0 : nil },
      detail: error.detail)
  }
}

/// The name and the words of an error, wherever a service puts them: a header, JSON or XML.
private struct ErrorBody {
  let code: String
  let detail: String
  let message: String

  private struct JSON: Decodable {
    let __type: String?
    let code: String?
    let error: String?
    let error_description: String?
    let message: String?
    let Message: String?
  }

  init(_ response: HTTPResponse) {
    let json = try? JSONDecoder().decode(JSON.self, from: Data(response.body))
    let text = String(decoding: response.body, as: UTF8.self)
    let name =
      response.headers["x-amzn-errortype"] ?? json?.__type ?? json?.code ?? XMLElement("Code", in: text)?.text ?? ""
    // `com.amazonaws…#Name:http://…` is AWS's longest form of a name.
    let plain = name.split(separator: "#").last.map(String.init) ?? name
    code = oneLine(plain.prefix { $0 != ":" }, limit: 80)
    detail = oneLine(json?.error ?? "", limit: 80)
    message =
      json?.message ?? json?.Message ?? json?.error_description ?? XMLElement("Message", in: text)?.text ?? ""
  }
}
