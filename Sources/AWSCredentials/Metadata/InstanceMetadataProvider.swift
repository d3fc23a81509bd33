import Platform

/// The EC2 instance's own role, from its metadata service (IMDSv2 only).
/// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
struct InstanceMetadataProvider {
  /// The most attempts of a request to a service that is there.
  private static let attempts = 3

  let inputs: ProviderInputs
  /// Where the credentials come from, for messages.
  let source: String

  /// The credentials; nil where there is no metadata service. Throws what is wrong with one that is there.
  func credentials() throws(CredentialFailure) -> Credentials? {
    let environment = inputs.context.environment
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let settings = try InstanceMetadataSettings(environment, inputs.profile)
    let roles = "\(settings.endpoint)/latest/meta-data/iam/security-credentials/"
    do throws(NoAnswer) {
      let lifetime = (name: "X-aws-ec2-metadata-token-ttl-seconds", value: "21600")
      let token = try ask("PUT", "\(settings.endpoint)/latest/api/token", lifetime, settings, for: .token, text)
      let proof = (name: "X-aws-ec2-metadata-token", value: token)
      let role = try ask("GET", roles, proof, settings, for: .role, text)
      let answer = try ask("GET", roles + percentEncoded(role), proof, settings, for: .credentials) { JSONValue($0) }
      let code = answer["Code"]?.text ?? "Success"
      guard code == "Success" else {
        let words = answer["Message"]?.text.map { ": \($0)" } ?? ""
        throw NoAnswer(
          "answered \(oneLine(code, limit: 80))\(oneLine(words, limit: 200)) for role \(oneLine(role))",
          .advice("Correct the role of the instance"))
      }
      // Expired ones are used as well: AWS extends them while EC2 cannot renew them.
      guard let credentials = Credentials(processAnswer: answer, token: "Token") else {
        throw NoAnswer("gave a response without credentials for role \(oneLine(role))", NoAnswer.another)
      }
      return credentials
    } catch {
      inputs.context.trace("instance metadata: \(error.problem)")
      guard error.isOfAService else { return nil }
      throw .machineFailed(
        source, problem: "its metadata service (\(hostName(of: settings.endpoint))) \(error.problem)", error.remedy)
    }
  }

  /// The requests, in their order.
  private enum Step: String {
    case token = "a session token"
    case role = "the name of the role"
    case credentials = "the role's credentials"
  }

  /// Why a request gave no result.
  private struct NoAnswer: Error {
    /// For an answer that is not EC2's.
    static let another = Remedy.advice("If this is not an EC2 instance, set AWS_EC2_METADATA_DISABLED=true")

    /// What the service did, as the end of a sentence.
    let what: String
    let remedy: Remedy
    /// False where nothing listens, or something other than a metadata service.
    let isOfAService: Bool
    /// Whether the same request may well succeed a moment later.
    let isTransient: Bool
    /// How often it was tried.
    var attempts = 1

    init(_ what: String, _ remedy: Remedy, isOfAService: Bool = true, isTransient: Bool = false) {
      self.what = what
      self.remedy = remedy
      self.isOfAService = isOfAService
      self.isTransient = isTransient
    }

    var problem: String { "\(what)\(attempts > 1 ? " (\(attempts) attempts)" : "")" }
  }

  private func ask<Value>(
    _ method: String, _ url: String, _ header: (name: String, value: String), _ settings: InstanceMetadataSettings,
    for step: Step, _ read: ([UInt8]) -> Value?
  ) throws(NoAnswer) -> Value {
    var attempt = 0
    while true {
      attempt += 1
      let seconds = min(settings.timeout, inputs.deadline.remaining)
      guard seconds > 0 else { throw NoAnswer("was not called for lack of time", .tryLater) }
      let request = HTTPRequest(
        method: method, url: url, headers: [header], connectTimeout: seconds, timeout: seconds, mayUseProxy: false)
      var failure: NoAnswer
      do {
        let response = try inputs.client.sendOnce(request)
        if response.status == 200, let value = read(response.body) { return value }
        failure = refusal(response.status, step)
      } catch { failure = noAnswer(error, step, seconds) }
      let limit = settings.attempts ?? (failure.isTransient ? Self.attempts : 1)
      let pause = 0.1 * (1 + inputs.context.random()) * Double(1 << min(attempt - 1, 4))
      guard failure.isTransient || settings.attempts != nil, attempt < limit, pause < inputs.deadline.remaining else {
        failure.attempts = attempt
        throw failure
      }
      inputs.context.clock.sleep(pause)
    }
  }

  /// The meaning of a status other than 200, or of a 200 with a body that cannot be read.
  private func refusal(_ status: Int, _ step: Step) -> NoAnswer {
    let what = "answered HTTP \(status) when asked for \(step.rawValue)"
    return switch (status, step) {
    case (200, _):
      NoAnswer("gave an invalid response when asked for \(step.rawValue)", NoAnswer.another, isTransient: true)
    case (429, _), (500..., _): NoAnswer(what, .tryLater, isTransient: true)
    // Other clouds have a metadata service of their own at this address, and this one may be switched off.
    case (_, .token): NoAnswer(what, NoAnswer.another, isOfAService: false)
    case (404, .role): NoAnswer("has no role for this instance", .advice("Attach one, or set AWS_PROFILE"))
    default: NoAnswer(what, .advice("Check the metadata options of the instance"))
    }
  }

  private func noAnswer(_ failure: HTTPFailure, _ step: Step, _ seconds: Double) -> NoAnswer {
    // Once it has answered, it is there.
    let isThere = step != .token || failure.wasConnected || failure.kind == .malformed
    switch failure.kind {
    case .timeout:
      // A container is one hop farther away than the response with the token may travel.
      let container = step == .token ? "; in a container, raise the instance's hop limit for metadata" : ""
      return NoAnswer(
        "gave no answer within \(seconds == 1 ? "1 s" : "\(seconds) s") when asked for \(step.rawValue)",
        .set("AWS_METADATA_SERVICE_TIMEOUT", to: "more seconds\(container)"), isOfAService: isThere,
        isTransient: step != .token)
    case .unreachable, .malformed:
      return NoAnswer(
        "closed the connection when asked for \(step.rawValue): \(failure.reason)", .tryLater, isOfAService: isThere,
        isTransient: isThere)
    case .noLibrary, .tls, .unreadableCertificates, .noCertificates, .proxy, .stuck:
      return NoAnswer(
        "could not be called: \(failure.problem)", failure.remedy ?? .tryLater,
        isOfAService: failure.kind != .noLibrary)
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
  /// Seconds for each request.
  let timeout: Double
  /// The most attempts of each request, whatever failed; nil where the user does not say.
  let attempts: Int?

  /// Throws for a setting that is not valid.
  init(_ environment: Environment, _ profile: Profile?) throws(CredentialFailure) {
    func setting<Value>(
      _ variable: String, _ key: String, _ use: String, _ read: (String) -> Value?
    ) throws(CredentialFailure) -> Value? {
      guard let text = environment[variable] ?? profile?[key] else { return nil }
      if let value = read(text) { return value }
      let place = environment[variable] == nil ? "\(key) of profile \(profile?.name ?? "")" : variable
      throw .badEndpoint(setBy: place, problem: "is \"\(oneLine(text, limit: 60))\"", use: use)
    }
    let standard = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode", "IPv4 or IPv6"
    ) { ["ipv4": "http://169.254.169.254", "ipv6": "http://[fd00:ec2::254]"][$0.lowercased()] }
    let chosen = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint", "an http or https URL"
    ) { EndpointResolver.isURL($0) ? $0 : nil }
    let url = chosen ?? standard ?? "http://169.254.169.254"
    endpoint = url.hasSuffix("/") ? String(url.dropLast()) : url
    timeout =
      try setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "a number of seconds") {
        Double(trimmed($0)).flatMap { $0 > 0 && $0 <= 3600 ? $0 : nil }
      } ?? 1
    attempts = try setting(
      "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", "a number from 1"
    ) { Int(trimmed($0)).flatMap { $0 > 0 ? $0 : nil } }
  }
}
