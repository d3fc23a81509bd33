import Platform

/// AWS's Security Token Service, which hands out a role's credentials.
/// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
struct STS {
  let client: AWSClient
  let surroundings: Surroundings
  /// The region whose endpoint is asked; nil for the global one.
  let region: String?

  /// Credentials of a role, got with the credentials of a principal that may assume it.
  func assume(
    _ role: AssumedRole, with credentials: Credentials, source: String, deadline: Deadline
  ) throws(CredentialFailure) -> Credentials {
    var form = [
      ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role.roleARN),
      ("RoleSessionName", role.sessionName ?? "codeartifact-keyring-\(Int(surroundings.clock.now()))"),
    ]
    if let externalID = role.externalID { form.append(("ExternalId", externalID)) }
    if let duration = role.duration { form.append(("DurationSeconds", String(duration))) }
    let request = HTTPRequest(
      method: "POST", url: endpoint,
      headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")],
      body: Array(form.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&").utf8))
    let response: HTTPResponse
    do {
      response = try client.send(
        "AssumeRole", request, service: "sts", region: region ?? "us-east-1", credentials: credentials,
        deadline: deadline)
    } catch {
      throw CredentialFailure(error, role: role, source: source)
    }
    return try Self.credentials(in: response, source: source)
  }

  private var endpoint: String {
    if let custom = surroundings.environment["AWS_ENDPOINT_URL_STS"] ?? surroundings.environment["AWS_ENDPOINT_URL"] {
      return custom.hasSuffix("/") ? custom : custom + "/"
    }
    guard let region else { return "https://sts.amazonaws.com/" }
    return "https://sts.\(region).\(Partition.suffix(ofRegion: region))/"
  }

  private static func credentials(in response: HTTPResponse, source: String) throws(CredentialFailure) -> Credentials {
    let text = String(decoding: response.body, as: UTF8.self)
    guard let id = XMLElement("AccessKeyId", in: text)?.text,
      let secret = XMLElement("SecretAccessKey", in: text)?.text,
      let token = XMLElement("SessionToken", in: text)?.text, !id.isEmpty, !secret.isEmpty, !token.isEmpty
    else {
      throw .service(
        AWSServiceFailure(
          operation: "AssumeRole", host: "sts", status: response.status, code: "",
          message: "the answer has no credentials in it", attempts: 1, clockOffset: nil, retryAfter: nil),
        source: source)
    }
    return Credentials(
      accessKeyID: id, secretAccessKey: secret, sessionToken: token,
      expiration: XMLElement("Expiration", in: text).flatMap { Timestamp(iso8601: $0.text)?.epoch })
  }
}

extension CredentialFailure {
  /// What a failed AssumeRole means for a person.
  init(_ failure: AWSCallFailure, role: AssumedRole, source: String) {
    switch failure {
    case .network(let failure): self = .network(failure)
    case .service(let failure):
      self =
        CredentialFailure(rejected: failure, source: source)
        ?? (failure.code == "AccessDenied"
          ? .assumeRoleDenied(role, source: source, message: failure.message)
          : .service(failure, source: source))
    }
  }

  /// What a service says of the credentials themselves, whichever service it is; nil when it speaks of something else.
  public init?(rejected failure: AWSServiceFailure, source: String) {
    switch failure.code {
    case "ExpiredTokenException", "ExpiredToken":
      self = .sessionExpired(source: source)
    case "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationTokenException":
      self = .keysInvalid(source: source)
    default:
      guard failure.isSignatureRejection else { return nil }
      self = .signatureRejected(source: source, clockOffset: failure.clockOffset)
    }
  }
}
