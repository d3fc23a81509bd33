import Platform

/// AWS's Security Token Service, which issues a role's credentials.
/// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
struct STS {
  let inputs: ProviderInputs

  func assume(
    _ role: AssumedRole, code: String?, with credentials: Credentials, of caller: CredentialSource, source: String
  ) throws(CredentialFailure) -> Credentials {
    let form: [(String, String?)] = [
      ("RoleArn", role.roleARN), ("RoleSessionName", role.sessionName ?? sessionName), ("ExternalId", role.externalID),
      ("DurationSeconds", role.duration.map { String($0) }), ("SerialNumber", role.mfaSerial), ("TokenCode", code),
    ]
    let signer = SigV4(
      credentials: credentials, service: "sts", region: RegionName(inputs.region ?? RegionName.global).signingRegion)
    let response = try inputs.call("AssumeRole", try request("AssumeRole", form), signedBy: signer) { failure in
      if let rejection = CredentialFailure(rejected: failure, source: caller) { return rejection }
      if failure.message.contains("MultiFactorAuthentication failed"), let serial = role.mfaSerial {
        return .role("MFA code rejected for \(serial)", .advice("Wait for the next code, and try again"))
      }
      if failure.code == "AccessDenied" {
        let profile = role.profile.map { "profile \"\($0)\": " } ?? ""
        let trust = "sts:AssumeRole on the role, and for the role's trust policy to allow it"
        return .role(
          "\(profile)role \(role.roleARN) cannot be assumed with \(caller.title): \(failure.message)",
          .advice("Ask your administrator for \(trust)"))
      }
      return .service(failure, source: source)
    }
    return try read(response, source: source)
  }

  /// The credentials of a role, assumed with an identity provider's token in a file (EKS, GitLab): it is the only proof.
  func assume(
    roleARN: String, tokenFile: String, sessionName: String?, source: String
  ) throws(CredentialFailure) -> Credentials {
    let path = inputs.context.directories.expand(tokenFile)
    let token: String
    do {
      // Read each time: the token is replaced every hour.
      token = trimmed(String(decoding: try inputs.context.files.readToEnd(of: path, limit: 64 << 10), as: UTF8.self))
    } catch {
      throw .other(
        "\(error.problem) (the web identity token for \(roleARN), see AWS_WEB_IDENTITY_TOKEN_FILE)",
        .advice("Correct the path, or the file"))
    }
    func rejected(_ message: String) -> CredentialFailure {
      .other(
        "the web identity token in \(tokenFile) was not accepted for \(roleARN): \(message)",
        .advice("Renew the token, or correct the role's trust policy"))
    }
    guard !token.isEmpty else { throw rejected("the file is empty") }
    let request = try request(
      "AssumeRoleWithWebIdentity",
      [
        ("RoleArn", roleARN), ("RoleSessionName", sessionName ?? self.sessionName), ("WebIdentityToken", token),
      ])
    let response = try inputs.call("AssumeRoleWithWebIdentity", request) { failure in
      failure.isTransient ? .service(failure, source: source) : rejected(failure.problem)
    }
    return try read(response, source: source)
  }

  private var sessionName: String { "codeartifact-keyring-\(Int(inputs.now))" }

  private func request(_ action: String, _ form: [(String, String?)]) throws(CredentialFailure) -> HTTPRequest {
    let endpoint: String
    if let region = inputs.region {
      endpoint = try inputs.endpoints.endpoint(of: .sts, region: region)
    } else {
      endpoint = try inputs.endpoints.custom(for: .sts) ?? "https://sts.amazonaws.com"
    }
    let body = ([("Action", action), ("Version", "2011-06-15")] + form).compactMap { name, value in
      value.map { "\(name)=\(percentEncoded($0))" }
    }
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
    return found
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
