import Platform

/// Sends requests to AWS: signs, retries as the SDKs' standard mode does, and reads errors.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
public struct AWSClient: Sendable {
  /// The most attempts of a call: more when AWS throttles, so that many machines can start at the same time.
  private static let attempts = 3
  private static let attemptsWhenThrottled = 8

  private let http: any HTTPClient
  let context: Context

  /// A client that trusts these certificates, or the system's own.
  public init(_ context: Context, certificates: Certificates?) {
    self.context = context
    self.http = context.http(certificates)
  }

  /// Sends a request until it succeeds, fails for good, or the deadline passes. Without a signer it is not signed.
  public func send(
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
        let response = try http.send(signer?.sign(timed, at: context.clock.now() + clockOffset) ?? timed)
        if (200..<300).contains(response.status) { return response }
        failure = .service(AWSServiceFailure(operation, request, response, attempts: attempt, now: context.clock.now()))
        context.trace("\(operation): HTTP \(response.status)")
      } catch {
        failure = .network(error)
        context.trace("\(operation): \(context.choosingRemedy(of: error))")
      }
      guard let pause = pause(after: failure, attempt: attempt, clockOffset: &clockOffset), pause < deadline.remaining
      else { throw failure }
      context.clock.sleep(pause)
    }
  }

  /// Sends a request once, without a signature.
  func sendOnce(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse { try http.send(request) }

  /// Seconds to wait before the next attempt; nil when there is to be none.
  private func pause(after failure: AWSCallFailure, attempt: Int, clockOffset: inout Double) -> Double? {
    let backoff = context.random() * min(Double(1 << (attempt - 1)), 20)
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
      // The random backoff is added to `Retry-After`, or all clients would retry in the same second.
      return backoff + min(failure.retryAfter ?? 0, 5)
    }
  }
}
