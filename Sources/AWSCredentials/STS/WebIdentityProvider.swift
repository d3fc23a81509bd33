import Platform

/// A role's credentials for a token that an identity provider writes to a file (EKS, GitLab, Bitbucket).
struct WebIdentityProvider {
  let inputs: ProviderInputs

  func credentials(
    roleARN: String, tokenFile: String, sessionName: String?, source: String
  ) throws(CredentialFailure) -> Credentials {
    let path = inputs.context.directories.expand(tokenFile)
    let token: String
    do {
      // Read each time: the token is replaced every hour.
      token = trimmed(
        String(decoding: try inputs.context.files.readToEnd(of: path, limit: 64 << 10), as: UTF8.self))
    } catch { throw .webIdentityUnreadable(error, role: roleARN) }
    guard !token.isEmpty else {
      throw .webIdentityRejected(file: tokenFile, role: roleARN, message: "the file is empty")
    }
    return try STS(inputs: inputs)
      .assume(roleARN: roleARN, webIdentityToken: token, file: tokenFile, sessionName: sessionName, source: source)
  }
}
