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
    let signer = SigV4(
      credentials: credentials, service: "sts", region: RegionName(inputs.region ?? RegionName.global).signingRegion)
    let response = try inputs.call("AssumeRole", try request("AssumeRole", form), signedBy: signer) { failure in
      if let rejection = CredentialFailure(rejected: failure, source: source, hasCLI: inputs.context.hasAWSCLI) {
        return rejection
      }
      if failure.message.contains("MultiFactorAuthentication failed"), let serial = role.mfaSerial {
        return .mfaRejected(serial: serial)
      }
      if failure.code == "AccessDenied" {
        return .assumeRoleDenied(role, source: source.title, message: failure.message)
      }
      let title = (role.profile.map { "profile \"\($0)\", " } ?? "") + "role \(role.roleARN) from \(source.title)"
      return .service(failure, source: title)
    }
    return try read(response, source: "role \(role.roleARN)" + (role.profile.map { " of profile \"\($0)\"" } ?? ""))
  }

  /// The credentials of a role, assumed with a token that an identity provider writes to a file (EKS, GitLab, Bitbucket).
  /// The call is not signed, since the token is the proof.
  func assume(
    roleARN: String, tokenFile: String, sessionName: String?, source: String
  ) throws(CredentialFailure) -> Credentials {
    let path = inputs.context.directories.expand(tokenFile)
    let token: String
    do {
      // Read each time: the token is replaced every hour.
      token = trimmed(String(decoding: try inputs.context.files.readToEnd(of: path, limit: 64 << 10), as: UTF8.self))
    } catch { throw .webIdentityUnreadable(error, role: roleARN) }
    guard !token.isEmpty else {
      throw .webIdentityRejected(file: tokenFile, role: roleARN, message: "the file is empty")
    }
    let request = try request(
      "AssumeRoleWithWebIdentity",
      [
        ("RoleArn", roleARN), ("RoleSessionName", sessionName ?? self.sessionName),
        ("WebIdentityToken", token),
      ])
    let response = try inputs.call("AssumeRoleWithWebIdentity", request) { failure in
      failure.isTransient
        ? .service(failure, source: source)
        : .webIdentityRejected(file: tokenFile, role: roleARN, message: failure.problem)
    }
    return try read(response, source: source)
  }

  private var sessionName: String { "codeartifact-keyring-\(Int(inputs.now))" }

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
    let names = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]
    let elements = names.compactMap { name in xmlElement(name, in: text).map { (name, JSONValue.string($0)) } }
    let found = Credentials(processFormat: .object(Dictionary(elements) { $1 }), token: "SessionToken")
    guard let found, found.sessionToken != nil else { throw .responseMalformed(from: "STS", source: source) }
    guard found.expiration ?? .infinity > inputs.now else { throw .sessionExpired(source: source) }
    return found
  }
}

extension CredentialFailure {
  /// A service's error about the credentials themselves, whichever service it is; nil for any other error.
  public init?(rejected failure: AWSServiceFailure, source: CredentialSource, hasCLI: Bool) {
    switch failure.code {
    case "ExpiredTokenException", "ExpiredToken":
      self = .sessionExpired(source: source.title, newKeys: source.ownNewKeys)
    case "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationTokenException":
      self = .keysInvalid(source: source.title, source.newKeys(hasCLI: hasCLI))
    default:
      guard failure.isSignatureRejection else { return nil }
      self = .signatureRejected(
        source: source.title, clockOffset: failure.clockOffset, newKeys: source.newSecret(hasCLI: hasCLI))
    }
  }
}

/// The text of the first XML element with a name. STS's responses are flat enough for that.
func xmlElement(_ name: String, in document: String) -> String? {
  guard let start = document.firstRange(of: "<\(name)>"),
    let end = document[start.upperBound...].firstRange(of: "</\(name)>")
  else { return nil }
  var text = String(document[start.upperBound..<end.lowerBound])
  for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
    text.replace(entity, with: character)
  }
  return text
}
