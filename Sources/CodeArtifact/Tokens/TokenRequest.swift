import AWSCredentials
import Platform
import TokenStores

/// Everything that a token depends on, found without any network: domain, identity, endpoint, duration.
public struct TokenRequest: Sendable {
  let repository: Repository
  /// The source of the AWS credentials.
  public let credentialSource: CredentialSource
  let endpoint: String
  let duration: TokenDuration
  let provider: Provider
  /// The profile in this program's configuration, rather than in AWS's variables.
  let explicitProfile: String?
  /// The role in this program's configuration.
  let roleARN: String?
  /// Whether the profile has settings that this program does not know, but a newer AWS CLI may.
  let hasUnknownSettings: Bool
  /// The configured certificates.
  public let certificates: Certificates?
  let key: EntryKey

  /// The request under the user's configuration and AWS's. `regionName` is a name of its region that asks for FIPS.
  public init(
    _ repository: Repository, _ configuration: Configuration, _ context: Context, regionName: String? = nil
  ) throws(TokenFailure) {
    self.repository = repository
    provider = configuration.provider
    let settings = configuration.settings(for: repository)
    roleARN = settings?.roleARN
    let project = configuration.projectSettings(for: repository)
    duration = configuration.duration ?? settings?.duration ?? project?.duration ?? .standard
    do {
      let shared = try SharedConfiguration(context)
      let chosen =
        configuration.profile ?? (settings?.choosesIdentity == true ? settings : project)?.chosenProfile
      explicitProfile = chosen?.name
      if let keys = settings?.keys, configuration.profile == nil {
        credentialSource = keys
      } else {
        credentialSource = try shared.credentialSource(profile: chosen, roleARN: settings?.roleARN)
      }
      let profile = try shared.profile(chosen?.name ?? context.activeProfile)
      let endpoints = EndpointResolver(shared, profile: profile)
      if let custom = try endpoints.custom(for: .codeArtifact) {
        endpoint = custom
      } else if endpoints.usesStandardEndpoints, regionName == nil {
        endpoint = repository.apiEndpoint
      } else {
        endpoint = try endpoints.endpoint(of: .codeArtifact, region: regionName ?? repository.region)
      }
      hasUnknownSettings = profile?.hasUnknownSettings ?? false
      certificates = Self.certificates(profile, context)
    } catch { throw .credentials(error) }
    key = EntryKey([
      "domain": repository.domain, "owner": repository.owner, "region": repository.region, "endpoint": endpoint,
      "duration": String(duration.parameter), "identity": Self.digest(credentialSource, context),
    ])
  }

  /// The AWS credentials for it. A person is asked for an MFA code only with `askMFA`.
  func credentials(
    _ client: AWSClient, askMFA: MFAPrompt? = nil, deadline: Deadline
  ) throws(TokenFailure) -> Credentials {
    do {
      return try client.credentials(
        for: credentialSource, profile: explicitProfile, askMFA: askMFA, deadline: deadline)
    } catch { throw .credentials(error) }
  }

  /// The body of the response to a call of CodeArtifact's API. A query's value that is nil is left out.
  func call(
    _ operation: String, _ method: String, _ path: String, _ query: [(String, String?)], _ client: AWSClient,
    _ credentials: Credentials, deadline: Deadline
  ) throws(TokenFailure) -> [UInt8] {
    let pairs = query.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
    do {
      return try client.send(
        operation, HTTPRequest(method: method, url: "\(endpoint)\(path)?\(pairs.joined(separator: "&"))"),
        signedBy: SigV4(credentials: credentials, service: "codeartifact", region: repository.region),
        deadline: deadline
      ).body
    } catch {
      throw TokenFailure(error, repository: repository, source: credentialSource)
    }
  }

  private static func digest(_ source: CredentialSource, _ context: Context) -> String {
    let host = source.dependsOnHost ? context.hostIdentity : []
    return EntryKey.digest((source.identity + host).reduce(into: "") { $0 += $1 + "\u{0}" })
  }

  /// The configured certificates: AWS's variable, then the profile, then the variables of Python and OpenSSL.
  public static func certificates(_ profile: Profile?, _ context: Context) -> Certificates? {
    func variable(_ name: String) -> Certificates? {
      context.environment[name].map { ($0, .variable(name)) }
    }
    let chosen =
      variable("AWS_CA_BUNDLE")
      ?? profile.flatMap { profile in profile["ca_bundle"].map { ($0, profile.location(of: "ca_bundle")) } }
      ?? variable("REQUESTS_CA_BUNDLE") ?? variable("SSL_CERT_FILE")
    return chosen.map { (context.directories.expand($0.path), $0.setBy) }
  }
}
