import AWSCredentials
import Platform
import TokenStores

/// Everything that a token depends on, found without any network: domain, identity, endpoint, duration.
public struct TokenRequest: Sendable {
  let repository: Repository
  /// The source of the AWS credentials.
  public let signIn: CredentialSource
  let endpoint: String
  let duration: TokenDuration
  let provider: Provider
  /// The profile in this program's configuration, rather than in AWS's variables.
  let explicitProfile: String?
  /// The role in this program's configuration.
  let roleARN: String?
  /// Whether this program's configuration holds the keys.
  let hasOwnKeys: Bool
  /// Whether the profile has settings that this program does not know, but a newer AWS CLI may.
  let hasUnknownSettings: Bool
  /// The configured certificates.
  public let certificates: String?
  let key: EntryKey

  /// The request for a repository's token, under the user's configuration and AWS's.
  public init(
    _ repository: Repository, _ configuration: Configuration, _ context: Context
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
        configuration.profile ?? (settings?.nameIdentity == true ? settings : project)?.chosenProfile
      explicitProfile = chosen?.name
      if let settings, let keys = settings.keys, configuration.profile == nil {
        signIn = .keys(profile: settings.place, keys)
        hasOwnKeys = true
      } else {
        hasOwnKeys = false
        signIn = try CredentialChain(context, shared).plan(profile: chosen, roleARN: settings?.roleARN)
      }
      let profile = try shared.profile(chosen?.name ?? context.profileInPlay)
      let endpoints = EndpointResolver(context, shared, profile: profile)
      if let custom = try endpoints.custom(for: .codeArtifact) {
        endpoint = custom
      } else if endpoints.isPlain {
        endpoint = repository.apiEndpoint
      } else {
        endpoint = try endpoints.endpoint(of: .codeArtifact, region: repository.region)
      }
      hasUnknownSettings = profile?.hasUnknownSettings ?? false
      certificates = Self.certificates(profile, context)
    } catch { throw .credentials(error) }
    key = EntryKey([
      "domain": repository.domain, "owner": repository.owner, "region": repository.region, "endpoint": endpoint,
      "duration": String(duration.parameter), "identity": Self.digest(signIn, context),
    ])
  }

  private static func digest(_ signIn: CredentialSource, _ context: Context) -> String {
    var text = ""
    for part in signIn.identity { text += part + "\u{0}" }
    if signIn.isOfThisMachine {
      for part in context.hostIdentity + [ContainerAuthorization(context).holder] { text += part + "\u{0}" }
    }
    return EntryKey.digest(text)
  }

  /// The configured certificates: AWS's variable, then the profile, then the variables of Python and OpenSSL.
  public static func certificates(_ profile: Profile?, _ context: Context) -> String? {
    let environment = context.environment
    let path =
      environment["AWS_CA_BUNDLE"] ?? profile?["ca_bundle"] ?? environment["REQUESTS_CA_BUNDLE"]
      ?? environment["SSL_CERT_FILE"]
    return path.map(context.directories.expand)
  }
}
