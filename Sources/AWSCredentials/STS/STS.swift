import Platform

/// AWS's Security Token Service, which issues a role's credentials.
/// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
struct STS {
  let inputs: ProviderInputs

  /// The credentials of a role, assumed with other credentials.
  func assume(
    _ role: AssumedRole, code: String?, with credentials: Credentials, source: CredentialSource
  ) throws(CredentialFailure) -> Credentials {
    var form = [("RoleArn", role.roleARN), ("RoleSessionName", role.sessionName ?? sessionName)]
    if let externalID = role.externalID { form.append(("ExternalId", externalID)) }
    if let duration = role.duration { form.append(("DurationSeconds", String(duration))) }
    if let serial = role.mfaSerial, let code { form += [("SerialNumber", serial), ("TokenCode", code)] }
    let request = try request("AssumeRole", form)
    let response: HTTPResponse
    do {
      response = try inputs.client.send(
        "AssumeRole", request,
        signedBy: SigV4(credentials: credentials, service: "sts", region: signingRegion), deadline: inputs.deadline)
    } catch { throw CredentialFailure(error, role: role, source: source) }
    return try read(response, source: "role \(role.roleARN)" + (role.profile.map { " of profile \"\($0)\"" } ?? ""))
  }

  /// The credentials of a role, assumed with an identity provider's token. The call is not signed, since the token is
  /// the proof.
  func assume(
    roleARN: String, webIdentityToken: String, file: String, sessionName: String?, source: String
  ) throws(CredentialFailure) -> Credentials {
    let request = try request(
      "AssumeRoleWithWebIdentity",
      [
        ("RoleArn", roleARN), ("RoleSessionName", sessionName ?? self.sessionName),
        ("WebIdentityToken", webIdentityToken),
      ])
    let response: HTTPResponse
    do { response = try inputs.call("AssumeRoleWithWebIdentity", request) } catch {
      switch error {
      case .network(let failure): throw .network(failure)
      case .service(let failure):
        throw failure.isTransient
          ? .service(failure, source: source)
          : .webIdentityRejected(file: file, role: roleARN, message: failure.problem)
      }
    }
    return try read(response, source: source)
  }

  private var sessionName: String { "codeartifact-keyring-\(Int(inputs.now))" }

  private var signingRegion: String { RegionName(inputs.region ?? RegionName.global).signingRegion }

  private func request(_ action: String, _ form: [(String, String)]) throws(CredentialFailure) -> HTTPRequest {
    let custom = try inputs.endpoints.custom(for: .sts)
    let endpoint: String
    if let custom {
      endpoint = custom
    } else if let region = inputs.region {
      endpoint = try inputs.endpoints.endpoint(of: .sts, region: region)
    } else {
      endpoint = "https://sts.amazonaws.com"
    }
    let body = ([("Action", action), ("Version", "2011-06-15")] + form).map { "\($0)=\(percentEncoded($1))" }
    return HTTPRequest(
      method: "POST", url: endpoint + "/",
      headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")],
      body: Array(body.joined(separator: "&").utf8))
  }

  private func read(_ response: HTTPResponse, source: String) throws(CredentialFailure) -> Credentials {
    let text = String(decoding: response.body, as: UTF8.self)
    func element(_ name: String) -> JSONValue { .string(XMLElement(name, in: text)?.text ?? "") }
    guard let id = element("AccessKeyId").text, let secret = element("SecretAccessKey").text,
      let token = element("SessionToken").text
    else { throw .responseMalformed(from: "STS", source: source) }
    let expiration = element("Expiration").text.flatMap { Timestamp(iso8601: $0)?.epoch }
    guard expiration ?? .infinity > inputs.now else { throw .sessionExpired(source: source) }
    return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiration: expiration)
  }
}

extension CredentialFailure {
  /// Why an AssumeRole call failed.
  init(_ failure: AWSCallFailure, role: AssumedRole, source: CredentialSource) {
    switch failure {
    case .network(let failure): self = .network(failure)
    case .service(let failure):
      if let rejection = CredentialFailure(rejected: failure, source: source) {
        self = rejection
      } else if failure.message.contains("MultiFactorAuthentication failed"), let serial = role.mfaSerial {
        self = .mfaRejected(serial: serial)
      } else if failure.code == "AccessDenied" {
        self = .assumeRoleDenied(role, source: source.title, message: failure.message)
      } else {
        let title = (role.profile.map { "profile \"\($0)\", " } ?? "") + "role \(role.roleARN) from \(source.title)"
        self = .service(failure, source: title)
      }
    }
  }

  /// A service's error about the credentials themselves, whichever service it is; nil for any other error.
  public init?(rejected failure: AWSServiceFailure, source: CredentialSource) {
    switch failure.code {
    case "ExpiredTokenException", "ExpiredToken":
      self = .sessionExpired(source: source.title, newKeys: source.ownNewKeys)
    case "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationTokenException":
      self = .keysInvalid(source: source.title, newKeys: source.ownNewKeys)
    default:
      guard failure.isSignatureRejection else { return nil }
      self = .signatureRejected(
        source: source.title, clockOffset: failure.clockOffset, newKeys: source.newKeys)
    }
  }
}

/// The text of the first XML element with a name. STS's responses are flat enough for that.
struct XMLElement {
  let text: String

  init?(_ name: String, in document: String) {
    guard let start = document.firstRange(of: "<\(name)>"),
      let end = document[start.upperBound...].firstRange(of: "</\(name)>")
    else { return nil }
    text = Self.unescaped(document[start.upperBound..<end.lowerBound])
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    var result = String(text)
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
      result.replace(entity, with: character)
    }
    return result
  }
}
