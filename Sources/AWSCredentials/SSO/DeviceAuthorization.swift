import Platform

/// What a person needs to confirm a sign-in, in a browser on this machine or on any other.
public struct DeviceCode: Sendable, Equatable {
  /// The page to open.
  public let page: String
  /// The code to enter there, or to compare.
  public let code: String
  /// The page with the code filled in, where there is one.
  public let pageWithCode: String?
}

/// Signs a person in to an SSO session with the device flow, and writes the same files as `aws sso login`.
/// Sources: RFC 8628; `SSOTokenFetcher` of AWS CLI v2.
public struct DeviceAuthorization {
  /// Seconds that a registered client must remain valid to be used again.
  private static let registrationMargin = 900.0
  /// The seconds between two requests in RFC 8628, and what `slow_down` adds.
  private static let standardInterval = 5.0
  private static let grant = "urn:ietf:params:oauth:grant-type:device_code"

  private let client: AWSClient
  private let session: SSOSession

  /// A sign-in to a session.
  public init(_ client: AWSClient, session: SSOSession) {
    self.client = client
    self.session = session
  }

  private var context: Context { client.context }

  /// Throws if there is no valid session. A session that can be renewed is renewed.
  public func check() throws(CredentialFailure) {
    _ = try SSOToken(inputs: try inputs(), session: session).value()
  }

  /// Calls `show` once with what the person needs, and waits until they confirm or deny, or the code expires.
  public func signIn(show: (DeviceCode) -> Void) throws(CredentialFailure) {
    let (registration, device) = try begin()
    let end = Deadline(device.lifetime, on: context.clock)
    var interval = device.interval
    var isShown = false
    // Asked once before the person is shown anything: AWS may know this device already.
    while true {
      if let answer = try ask(registration, device, &interval) { return try save(answer, registration) }
      if !isShown { show(device.code) }
      isShown = true
      guard end.remaining > interval else { throw unanswered(device) }
      context.clock.sleep(interval)
    }
  }

  // MARK: The client

  private struct Registration {
    let id: String
    let secret: String
    let expiration: Double
    /// What to save of a new client.
    var entry: [String: JSONValue]?

    func body(_ members: [String: String]) -> JSONValue {
      .texts(members.merging(["clientId": id, "clientSecret": secret]) { $1 })
    }
  }

  /// A client that was registered before, if it can be used again.
  private func knownRegistration() throws(CredentialFailure) -> Registration? {
    let inputs = try inputs()
    guard let path = inputs.path(session.registrationFile), let cache = inputs.cached(path),
      let id = cache["clientId"]?.text, let secret = cache["clientSecret"]?.text,
      let end = cache["expiresAt"]?.moment, end - inputs.now > Self.registrationMargin
    else { return nil }
    // A client that was registered for another flow is refused in this one.
    if case .array(let grants)? = cache["grantTypes"], !grants.contains(.string(Self.grant)) { return nil }
    return Registration(id: id, secret: secret, expiration: end)
  }

  private func newRegistration() throws(CredentialFailure) -> Registration {
    var asked: [String: JSONValue] = [
      "clientName": .string("codeartifact-keyring-\(session.name ?? "\(Int(context.clock.now()))")"),
      "clientType": .string("public"),
    ]
    let scopes = session.scopes.flatMap { $0.isEmpty ? nil : JSONValue.array($0.map { .string($0) }) }
    asked["scopes"] = scopes
    let answer = try call("RegisterClient", "/client/register", .object(asked))
    guard let id = answer["clientId"]?.text, let secret = answer["clientSecret"]?.text,
      let end = answer["clientSecretExpiresAt"]?.double, end > context.clock.now()
    else { throw malformed }
    var entry: [String: JSONValue] = [
      "clientId": .string(id), "clientSecret": .string(secret), "expiresAt": .string(iso8601(epochSeconds: end)),
    ]
    entry["scopes"] = scopes
    return Registration(id: id, secret: secret, expiration: end, entry: entry)
  }

  // MARK: The device

  private struct Device {
    let secret: String
    let code: DeviceCode
    let lifetime: Double
    let interval: Double
  }

  private func begin() throws(CredentialFailure) -> (Registration, Device) {
    if let known = try knownRegistration() {
      do { return (known, try start(known)) } catch {
        // AWS may have removed the client, or may not accept it for this flow.
        guard case .ssoSignInFailed = error else { throw error }
        context.trace("the registered client was refused")
      }
    }
    let new = try newRegistration()
    return (new, try start(new))
  }

  private func start(_ registration: Registration) throws(CredentialFailure) -> Device {
    let body = registration.body(["startUrl": session.startURL])
    let answer = try call("StartDeviceAuthorization", "/device_authorization", body)
    guard let secret = answer["deviceCode"]?.text, let code = answer["userCode"]?.text,
      let page = answer["verificationUri"]?.text, page.hasPrefix("https://")
    else { throw malformed }
    let pageWithCode = answer["verificationUriComplete"]?.text.flatMap { $0.hasPrefix("https://") ? $0 : nil }
    return Device(
      secret: secret, code: DeviceCode(page: page, code: oneLine(code, limit: 40), pageWithCode: pageWithCode),
      lifetime: min(max(answer["expiresIn"]?.double ?? 600, 1), 3600),
      interval: min(max(answer["interval"]?.double ?? Self.standardInterval, 1), 60))
  }

  /// The response with a token; nil until the person has confirmed. `interval` becomes longer if AWS asks for that.
  private func ask(
    _ registration: Registration, _ device: Device, _ interval: inout Double
  ) throws(CredentialFailure) -> JSONValue? {
    let inputs = try inputs()
    let body = registration.body(["grantType": Self.grant, "deviceCode": device.secret])
    let request = try inputs.request("/token", body, to: session)
    let response: HTTPResponse
    do { response = try inputs.client.send("CreateToken", request, deadline: inputs.deadline) } catch {
      switch error {
      case .service(let failure) where failure.isOAuth("authorization_pending"): break
      case .service(let failure) where failure.isOAuth("slow_down") || failure.isTransient:
        interval += Self.standardInterval
      // After a short network failure the person need not start again.
      case .network(let failure) where failure.isTransient: interval += Self.standardInterval
      case .service(let failure) where failure.isOAuth("expired_token"): throw unanswered(device)
      case .service(let failure) where failure.isOAuth("access_denied"):
        throw ended("was denied in the browser")
      default: throw error.failure(refused)
      }
      return nil
    }
    guard let answer = JSONValue(response.body), answer["accessToken"]?.text != nil,
      answer["expiresIn"]?.double ?? 0 > 0
    else { throw malformed }
    return answer
  }

  // MARK: The files

  private func save(_ answer: JSONValue, _ registration: Registration) throws(CredentialFailure) {
    let inputs = try inputs()
    var entry: [String: JSONValue] = [
      "startUrl": .string(session.startURL), "region": .string(session.region), "clientId": .string(registration.id),
      "clientSecret": .string(registration.secret),
      "expiresAt": .string(iso8601(epochSeconds: inputs.now + (answer["expiresIn"]?.double ?? 0))),
      "registrationExpiresAt": .string(iso8601(epochSeconds: registration.expiration)),
    ]
    entry["accessToken"] = answer["accessToken"]
    if answer["refreshToken"]?.text != nil { entry["refreshToken"] = answer["refreshToken"] }
    try write(.object(entry), session.tokenFile, inputs)
    // If it is not saved, the next sign-in registers a client again.
    if let entry = registration.entry { try? write(.object(entry), session.registrationFile, inputs) }
  }

  private func write(_ entry: JSONValue, _ name: String, _ inputs: ProviderInputs) throws(CredentialFailure) {
    guard let path = inputs.path(name), let directory = FileSystem.parent(of: path), let bytes = entry.encoded else {
      throw malformed
    }
    do {
      try context.files.makeDirectory(directory, mode: 0o700)
      let target = context.files.resolved(path) ?? path
      try context.files.replace(target, with: bytes, mode: 0o600, keepingOwner: true)
    } catch {
      throw .other("the sign-in could not be saved: \(error.problem)", .advice("Fix that, and sign in again"))
    }
  }

  // MARK: Calls

  /// The deadline is for a single call; the person's time is not counted in it.
  private func inputs() throws(CredentialFailure) -> ProviderInputs {
    try ProviderInputs(client, profile: session.profile, deadline: Deadline(10, on: context.clock))
  }

  private func call(_ operation: String, _ path: String, _ body: JSONValue) throws(CredentialFailure) -> JSONValue {
    let inputs = try inputs()
    let response = try inputs.call(operation, try inputs.request(path, body, to: session), refused)
    guard let answer = JSONValue(response.body) else { throw malformed }
    return answer
  }

  private func refused(_ failure: AWSServiceFailure) -> CredentialFailure {
    .ssoSignInFailed(
      FailureRecord(
        "The sign-in to \(session) failed: \(failure.problem)",
        remedy: .advice("Check sso_start_url and sso_region in ~/.aws/config")))
  }

  private func unanswered(_ device: Device) -> CredentialFailure {
    ended("was not confirmed within \(Int((device.lifetime / 60).rounded(.up))) min")
  }

  private func ended(_ end: String) -> CredentialFailure {
    .other("The sign-in to \(session) \(end)", .ownLogin(session.profile))
  }

  private var malformed: CredentialFailure {
    .responseMalformed(from: "AWS SSO", source: "SSO session \"\(session.title)\"")
  }
}

extension AWSServiceFailure {
  /// Whether it is one of OAuth's errors, such as `slow_down`; AWS calls it `SlowDownException` as well.
  fileprivate func isOAuth(_ name: String) -> Bool {
    detail == name
      || code == name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Exception"
  }
}
