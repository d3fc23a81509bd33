import Platform

/// A role that AWS IAM Identity Center (SSO) grants, with the session of `aws sso login`.
/// Source: botocore's `SSOTokenProvider` and `SSOCredentialFetcher`.
struct SSOProvider {
  let inputs: ProviderInputs
  let session: SSOSession
  let account: String
  let role: String

  func credentials(source: String) throws(CredentialFailure) -> Credentials {
    let cache = CLICache(inputs: inputs)
    if let cached = cache.credentials(ofSSO: account, role: role, session: session) { return cached }
    let token = try SSOToken(inputs: inputs, session: session).value()
    let endpoint = try inputs.endpoints.endpoint(of: .sso, region: session.region)
    let query = "role_name=\(percentEncoded(role))&account_id=\(percentEncoded(account))"
    let request = HTTPRequest(
      method: "GET", url: "\(endpoint)/federation/credentials?\(query)",
      headers: [(name: "x-amz-sso_bearer_token", value: token)])
    let response = try inputs.call("GetRoleCredentials", request) { failure in
      switch failure.status {
      case 401: session.signInNeeded("\(session) was revoked", inputs.context)
      case 403, 404:
        .other(
          "Role \(role) in account \(account) is not assigned to you in SSO (profile \(session.profile)): "
            + "ask your administrator for it, or choose another",
          .run("aws configure sso --profile \(shellWord(session.profile))"))
      default: .service(failure, source: source)
      }
    }
    let credentials = Credentials(
      JSONValue(response.body)?["roleCredentials"], id: "accessKeyId", secret: "secretAccessKey", token: "sessionToken"
    ) { $0["expiration"]?.double.map { $0 / 1000 } }
    guard let credentials, credentials.sessionToken != nil else {
      throw .responseMalformed(from: "AWS SSO", source: source)
    }
    return credentials
  }
}
