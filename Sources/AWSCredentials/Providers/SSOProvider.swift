import Platform

/// A role that AWS IAM Identity Center (SSO) grants, with the sign-in that `aws sso login` left behind.
/// Source: botocore's `SSOTokenProvider` and `SSOCredentialFetcher`.
struct SSOProvider {
  let context: ProviderContext
  let session: SSOSession
  let account: String
  let role: String

  func credentials(source: String) throws(CredentialFailure) -> Credentials {
    if let cached = CLICache(context: context)
      .credentials(ofSSO: account, role: role, session: session)
    {
      return cached
    }
    let token = try SSOToken(context: context, session: session).value()
    let endpoint = try context.endpoints.endpoint(of: .sso, region: session.region)
    let query = "role_name=\(percentEncoded(role))&account_id=\(percentEncoded(account))"
    let request = HTTPRequest(
      method: "GET", url: "\(endpoint)/federation/credentials?\(query)",
      headers: [(name: "x-amz-sso_bearer_token", value: token)])
    let response: HTTPResponse
    do { response = try context.call("GetRoleCredentials", request) } catch { throw failure(error, source: source) }
    let credentials = Credentials(
      JSONValue(response.body)?["roleCredentials"], id: "accessKeyId", secret: "secretAccessKey", token: "sessionToken"
    ) { $0["expiration"]?.double.map { $0 / 1000 } }
    guard let credentials, credentials.sessionToken != nil else {
      throw .answerMalformed(from: "AWS SSO", source: source)
    }
    guard credentials.expiration ?? .infinity > context.now else { throw .sessionExpired(source: source) }
    return credentials
  }

  private func failure(_ failure: AWSCallFailure, source: String) -> CredentialFailure {
    switch failure {
    case .network(let failure): .network(failure)
    case .service(let failure):
      switch failure.status {
      case 401:
        .ssoRevoked(session: session.title, profile: session.profile, hasCLI: context.surroundings.hasAWSCLI)
      case 403, 404: .ssoRoleNotAssigned(role: role, account: account, profile: session.profile)
      default: .service(failure, source: source)
      }
    }
  }
}
