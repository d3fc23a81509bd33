import Platform

/// The EC2 instance's own role, from its metadata service (IMDSv2 only).
/// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
struct InstanceMetadataProvider {
  /// The largest number of attempts of a request to an existing service.
  private static let attempts = 3

  let inputs: ProviderInputs
  let source: String

  /// The credentials; nil where there is no metadata service. Throws what is wrong with one that is there.
  func credentials() throws(CredentialFailure) -> Credentials? {
    let environment = inputs.context.environment
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let settings = try InstanceMetadataSettings(environment, inputs.profile)
    let roles = "\(settings.endpoint)/latest/meta-data/iam/security-credentials/"
    do throws(MetadataFailure) {
      let lifetime = (name: "X-aws-ec2-metadata-token-ttl-seconds", value: "21600")
      let token = try ask("PUT", "\(settings.endpoint)/latest/api/token", lifetime, settings, for: .token, text)
      let proof = (name: "X-aws-ec2-metadata-token", value: token)
      let role = try ask("GET", roles, proof, settings, for: .role, text)
      let answer = try ask("GET", roles + percentEncoded(role), proof, settings, for: .credentials) { JSONValue($0) }
      let code = answer["Code"]?.text ?? "Success"
      guard code == "Success" else {
        let words = answer["Message"]?.text.map { ": \($0)" } ?? ""
        throw MetadataFailure(
          problem: "answered \(oneLine(code, limit: 80))\(oneLine(words, limit: 200)) for role \(oneLine(role))",
          remedy: .advice("Correct the role of the instance"))
      }
      guard let credentials = Credentials(processFormat: answer, token: "Token") else {
        throw MetadataFailure(problem: "gave a response without credentials for role \(oneLine(role))")
      }
      return credentials
    } catch {
      inputs.context.trace("instance metadata: \(error.problem)")
      guard error.isServicePresent else { return nil }
      throw .machineFailed(
        source, problem: "its metadata service (\(hostName(of: settings.endpoint))) \(error.problem)", error.remedy)
    }
  }

  private enum Step: String {
    case token = "a session token"
    case role = "the name of the role"
    case credentials = "the role's credentials"
  }

  private struct MetadataFailure: Error {
    /// For a response that is not from EC2.
    static let notEC2 = Remedy.advice("If this is not an EC2 instance, set AWS_EC2_METADATA_DISABLED=true")

    /// What happened, as the end of a sentence about the service.
    var problem: String
    var remedy = notEC2
    /// False if nothing listens there, or something other than EC2's metadata service.
    var isServicePresent = true
    /// Whether the same request may succeed a moment later.
    var isTransient = false
  }

  private func ask<Value>(
    _ method: String, _ url: String, _ header: (name: String, value: String), _ settings: InstanceMetadataSettings,
    for step: Step, _ read: ([UInt8]) -> Value?
  ) throws(MetadataFailure) -> Value {
    var attempt = 0
    while true {
      attempt += 1
      let seconds = min(settings.timeout, inputs.deadline.remaining)
      guard seconds > 0 else { throw MetadataFailure(problem: "was not called for lack of time", remedy: .tryLater) }
      let request = HTTPRequest(
        method: method, url: url, headers: [header], connectTimeout: seconds, timeout: seconds, mayUseProxy: false)
      var failure: MetadataFailure
      do {
        let response = try inputs.client.sendOnce(request)
        if response.status == 200, let value = read(response.body) { return value }
        failure = refusal(response.status, step)
      } catch { failure = metadataFailure(error, step, seconds) }
      let limit = settings.attempts ?? (failure.isTransient ? Self.attempts : 1)
      let pause = 0.1 * (1 + inputs.context.random()) * Double(1 << min(attempt - 1, 4))
      guard failure.isTransient || settings.attempts != nil, attempt < limit, pause < inputs.deadline.remaining else {
        if attempt > 1 { failure.problem += " (\(attempt) attempts)" }
        throw failure
      }
      inputs.context.clock.sleep(pause)
    }
  }

  /// The meaning of a status other than 200, or of a 200 with a body that cannot be read.
  private func refusal(_ status: Int, _ step: Step) -> MetadataFailure {
    let problem = "answered HTTP \(status) when asked for \(step.rawValue)"
    return switch (status, step) {
    case (200, _):
      MetadataFailure(problem: "gave an invalid response when asked for \(step.rawValue)", isTransient: true)
    case (429, _), (500..., _): MetadataFailure(problem: problem, remedy: .tryLater, isTransient: true)
    // Other clouds have a metadata service at this address too, and EC2's may be disabled.
    case (_, .token): MetadataFailure(problem: problem, isServicePresent: false)
    case (404, .role):
      MetadataFailure(problem: "has no role for this instance", remedy: .advice("Attach one, or set AWS_PROFILE"))
    default: MetadataFailure(problem: problem, remedy: .advice("Check the metadata options of the instance"))
    }
  }

  private func metadataFailure(_ failure: HTTPFailure, _ step: Step, _ seconds: Double) -> MetadataFailure {
    // A service that has responded once exists.
    let isThere = step != .token || failure.wasConnected || failure.kind == .malformed
    switch failure.kind {
    case .timeout:
      // The hop limit of the response with the token may be too low for a container.
      let container = step == .token ? "; in a container, raise the instance's hop limit for metadata" : ""
      return MetadataFailure(
        problem: "gave no answer within \(seconds == 1 ? "1 s" : "\(seconds) s") when asked for \(step.rawValue)",
        remedy: .set("AWS_METADATA_SERVICE_TIMEOUT", to: "more seconds\(container)"), isServicePresent: isThere,
        isTransient: step != .token)
    case .unreachable, .malformed:
      return MetadataFailure(
        problem: "closed the connection when asked for \(step.rawValue): \(failure.reason)", remedy: .tryLater,
        isServicePresent: isThere, isTransient: isThere)
    case .noLibrary, .tls, .unreadableCertificates, .noCertificates, .proxy, .stuck:
      return MetadataFailure(
        problem: "could not be called: \(failure.problem)", remedy: failure.remedy ?? .tryLater,
        isServicePresent: failure.kind != .noLibrary)
    }
  }

  private func text(_ bytes: [UInt8]) -> String? {
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map { trimmed($0) }
    return line.flatMap { JSONValue.string($0).text }
  }
}

/// The endpoint of an EC2 instance's metadata service and its timeouts: variables first, then the profile.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html, and botocore's `configprovider.py`.
struct InstanceMetadataSettings {
  /// The address, without a slash at its end.
  let endpoint: String
  /// In seconds, of each request.
  let timeout: Double
  /// The largest number of attempts of each request, whatever failed; nil if the user does not set it.
  let attempts: Int?

  init(_ environment: Environment, _ profile: Profile?) throws(CredentialFailure) {
    func setting<Value>(
      _ variable: String, _ key: String, _ use: String, _ read: (String) -> Value?
    ) throws(CredentialFailure) -> Value? {
      guard let text = environment[variable] ?? profile?[key] else { return nil }
      if let value = read(text) { return value }
      let place = environment[variable] == nil ? "\(key) of profile \(profile?.name ?? "")" : variable
      throw .other("\(place) is \"\(oneLine(text, limit: 60))\"", .advice("Use \(use)"))
    }
    let standard = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode", "IPv4 or IPv6"
    ) { ["ipv4": "http://169.254.169.254", "ipv6": "http://[fd00:ec2::254]"][$0.lowercased()] }
    let chosen = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint", "an http or https URL",
      EndpointResolver.url)
    endpoint = chosen ?? standard ?? "http://169.254.169.254"
    timeout =
      try setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "a number of seconds") {
        Double(trimmed($0)).flatMap { $0 > 0 && $0 <= 3600 ? $0 : nil }
      } ?? 1
    attempts = try setting(
      "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", "a number from 1"
    ) { Int(trimmed($0)).flatMap { $0 > 0 ? $0 : nil } }
  }
}
