import Platform

/// The EC2 instance's own role, from its metadata service (IMDSv2 only).
/// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
struct InstanceMetadataProvider {
  /// How often a request is made at the most to a service that is there.
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
    do throws(Silence) {
      let lifetime = (name: "X-aws-ec2-metadata-token-ttl-seconds", value: "21600")
      let token = try ask("PUT", "\(settings.endpoint)/latest/api/token", lifetime, settings, for: .token, text)
      let proof = (name: "X-aws-ec2-metadata-token", value: token)
      let role = try ask("GET", roles, proof, settings, for: .role, text)
      let answer = try ask("GET", roles + percentEncoded(role), proof, settings, for: .credentials) { JSONValue($0) }
      let code = answer["Code"]?.text ?? "Success"
      guard code == "Success" else {
        let words = answer["Message"]?.text.map { ": \($0)" } ?? ""
        throw Silence(
          "answered \(oneLine(code, limit: 80))\(oneLine(words, limit: 200)) for role \(oneLine(role))",
          remedy: "Correct the role of the instance")
      }
      // Those that have ended are tried all the same: while EC2 cannot renew them, AWS lets them live longer.
      guard let credentials = Credentials(processAnswer: answer, token: "Token") else {
        throw Silence("answered something without credentials in it for role \(oneLine(role))", remedy: Silence.another)
      }
      return credentials
    } catch {
      inputs.context.trace("instance metadata: \(error.problem)")
      guard error.isOfAService else { return nil }
      throw .machineFailed(
        source, problem: "its metadata service (\(hostName(of: settings.endpoint))) \(error.problem)")
    }
  }

  /// What is asked for, one after the other.
  private enum Step: String {
    case token = "a session token"
    case role = "the name of the role"
    case credentials = "the role's credentials"
  }

  /// Why a request has led to nothing.
  private struct Silence: Error {
    /// What to do about an answer that is not EC2's.
    static let another = "If this is not an EC2 instance, set AWS_EC2_METADATA_DISABLED=true"
    static let later = "Try again in a minute"

    /// What the service did, as the end of a sentence.
    let what: String
    /// What to do next.
    let remedy: String
    /// False where nobody listens, or something else than a metadata service.
    let isOfAService: Bool
    /// Whether the same request may well succeed a moment later.
    let isTransient: Bool
    /// How often it was asked.
    var attempts = 1

    init(_ what: String, remedy: String, isOfAService: Bool = true, isTransient: Bool = false) {
      self.what = what
      self.remedy = remedy
      self.isOfAService = isOfAService
      self.isTransient = isTransient
    }

    var problem: String { "\(what)\(attempts > 1 ? " (\(attempts) attempts)" : ""). \(remedy)" }
  }

  private func ask<Value>(
    _ method: String, _ url: String, _ header: (name: String, value: String), _ settings: InstanceMetadataSettings,
    for step: Step, _ read: ([UInt8]) -> Value?
  ) throws(Silence) -> Value {
    var attempt = 0
    while true {
      attempt += 1
      let seconds = min(settings.timeout, inputs.deadline.remaining)
      guard seconds > 0 else { throw Silence("was given no time", remedy: Silence.later) }
      let request = HTTPRequest(
        method: method, url: url, headers: [header], connectTimeout: seconds, timeout: seconds, mayUseProxy: false)
      var silence: Silence
      do {
        let response = try inputs.client.sendOnce(request)
        if response.status == 200, let value = read(response.body) { return value }
        silence = refusal(response.status, step)
      } catch { silence = failure(error, step, seconds) }
      let limit = settings.attempts ?? (silence.isTransient ? Self.attempts : 1)
      let pause = 0.1 * (1 + inputs.context.random()) * Double(1 << min(attempt - 1, 4))
      guard silence.isTransient || settings.attempts != nil, attempt < limit, pause < inputs.deadline.remaining else {
        silence.attempts = attempt
        throw silence
      }
      inputs.context.clock.sleep(pause)
    }
  }

  /// What a status means that is not the wanted one, or a 200 with a body that cannot be read.
  private func refusal(_ status: Int, _ step: Step) -> Silence {
    let what = "answered HTTP \(status) when asked for \(step.rawValue)"
    return switch (status, step) {
    case (200, _):
      Silence("answered something else when asked for \(step.rawValue)", remedy: Silence.another, isTransient: true)
    case (429, _), (500..., _): Silence(what, remedy: Silence.later, isTransient: true)
    // Other clouds have a metadata service of their own at this address, and this one may be switched off.
    case (_, .token): Silence(what, remedy: Silence.another, isOfAService: false)
    case (404, .role): Silence("has no role for this instance", remedy: "Attach one, or set AWS_PROFILE")
    default: Silence(what, remedy: "See the metadata options of the instance")
    }
  }

  private func failure(_ failure: HTTPFailure, _ step: Step, _ seconds: Double) -> Silence {
    // Once it has answered, it is there.
    let isThere = step != .token || failure.wasConnected || failure.kind == .malformed
    switch failure.kind {
    case .timeout:
      // A container is one hop farther away, which the answer with the token may not travel.
      let container = step == .token ? "; in a container, raise the instance's hop limit for metadata" : ""
      return Silence(
        "gave no answer within \(seconds == 1 ? "1 s" : "\(seconds) s") when asked for \(step.rawValue)",
        remedy: "Set AWS_METADATA_SERVICE_TIMEOUT to more seconds\(container)", isOfAService: isThere,
        isTransient: step != .token)
    case .unreachable, .malformed:
      return Silence(
        "broke off when asked for \(step.rawValue): \(failure.reason)", remedy: Silence.later, isOfAService: isThere,
        isTransient: isThere)
    case .noLibrary, .tls, .unreadableCertificates, .noCertificates, .proxy, .stuck:
      return Silence(
        "could not be asked: \(failure)", remedy: Silence.later, isOfAService: failure.kind != .noLibrary)
    }
  }

  private func text(_ bytes: [UInt8]) -> String? {
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map { trimmed($0) }
    return line.flatMap { JSONValue.string($0).text }
  }
}

/// Where the metadata service of an EC2 instance is asked, and how patiently: variables first, then the profile.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html, and botocore's `configprovider.py`.
struct InstanceMetadataSettings {
  /// The address, without a slash at its end.
  let endpoint: String
  /// Seconds for each request.
  let timeout: Double
  /// How often each request is made at the most, whatever went wrong; nil where the user does not say.
  let attempts: Int?

  /// Throws for a setting that cannot be followed.
  init(_ environment: Environment, _ profile: Profile?) throws(CredentialFailure) {
    func setting<Value>(
      _ variable: String, _ key: String, _ problem: String, _ read: (String) -> Value?
    ) throws(CredentialFailure) -> Value? {
      guard let text = environment[variable] ?? profile?[key] else { return nil }
      if let value = read(text) { return value }
      let place = environment[variable] == nil ? "\(key) of profile \(profile?.name ?? "")" : variable
      throw .badEndpoint(setBy: place, problem: "is \"\(oneLine(text, limit: 60))\". \(problem)")
    }
    let standard = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode", "It can be IPv4 or IPv6"
    ) { ["ipv4": "http://169.254.169.254", "ipv6": "http://[fd00:ec2::254]"][$0.lowercased()] }
    let chosen = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint", "It must be an http or https URL"
    ) { EndpointResolver.isURL($0) ? $0 : nil }
    let url = chosen ?? standard ?? "http://169.254.169.254"
    endpoint = url.hasSuffix("/") ? String(url.dropLast()) : url
    timeout =
      try setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "It must be a number of seconds") {
        Double(trimmed($0)).flatMap { $0 > 0 && $0 <= 3600 ? $0 : nil }
      } ?? 1
    attempts = try setting(
      "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", "It must be a number from 1"
    ) { Int(trimmed($0)).flatMap { $0 > 0 ? $0 : nil } }
  }
}
