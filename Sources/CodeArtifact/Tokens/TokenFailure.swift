import AWSCredentials
import Platform
import TokenStores

/// Why there is no token, or no list of repositories.
public enum TokenFailure: Failure, Equatable {
  /// There are no AWS credentials.
  case credentials(CredentialFailure)
  /// CodeArtifact was not reached.
  case network(HTTPFailure)
  /// The credentials do not allow the call.
  case denied(FailureRecord)
  /// The configured store failed.
  case store(StoreFailure)
  /// The failure of another process, which asked AWS on behalf of all that waited.
  case ofAnotherProcess(FailureRecord)
  /// A failure, with the environment tokens that could not be used.
  indirect case afterSkipping([EnvironmentToken.Skipped], TokenFailure)
  /// Any other failure.
  case other(FailureRecord)

  static func other(_ problem: String, _ remedy: Remedy?) -> TokenFailure {
    .other(FailureRecord(problem, remedy: remedy))
  }

  static func malformed(from host: String) -> TokenFailure { .other("\(host) gave an invalid response", .checkProxy) }

  /// The setting that it is about.
  public var location: Location? { inner.location }

  /// What happened.
  public var problem: String {
    guard case .afterSkipping(let skipped, let failure) = self else { return inner.problem }
    return "\(failure.problem) (ignored: \(skipped.map(\.description).joined(separator: ", ")))"
  }

  /// What to do.
  public var remedy: Remedy? {
    guard case .store(let failure) = self else { return inner.remedy }
    return failure.remedy ?? .advice("Fix it, or set store = \"auto\"")
  }

  private var inner: any Failure {
    switch self {
    case .credentials(let failure): failure
    case .network(let failure): failure
    case .denied(let record), .ofAnotherProcess(let record), .other(let record): record
    case .store(let failure): failure
    case .afterSkipping(_, let failure): failure
    }
  }

  /// The failure itself, without the environment tokens that could not be used.
  public var withoutSkipped: TokenFailure {
    guard case .afterSkipping(_, let failure) = self else { return self }
    return failure
  }

  /// Whether the identity may be the reason, as for a failure of another process, where that is not known.
  public var isAboutIdentity: Bool {
    switch withoutSkipped {
    case .credentials(.network): false
    case .credentials, .denied, .ofAnotherProcess: true
    default: false
    }
  }

  static let tokenOperation = "GetAuthorizationToken"

  private static func remedy(forDenialOf operation: String, _ message: String) -> Remedy {
    guard operation == tokenOperation else { return .advice("The role needs codeartifact:\(operation)") }
    if message.contains("sts:GetServiceBearerToken") {
      return .advice("Add sts:GetServiceBearerToken to the role's policy")
    }
    if message.contains(":root") {
      return .advice("The root user cannot create CodeArtifact tokens: sign in as a user or role")
    }
    return .advice("The role needs codeartifact:GetAuthorizationToken on the domain")
  }

  init(_ failure: AWSCallFailure, repository: Repository, source: CredentialSource) {
    switch failure {
    case .network(let failure): self = .network(failure)
    case .service(let failure):
      let (message, region) = (failure.message, repository.region)
      if let rejection = CredentialFailure(rejected: failure, source: source) {
        self = .credentials(rejection)
      } else if failure.code == "ResourceNotFoundException" {
        self =
          failure.operation == Self.tokenOperation
          ? .other(
            "Domain \(repository.domain) (owner \(repository.owner), region \(region)) does not exist",
            .advice("Check the repository URL"))
          : .other("\(message) (region \(region))", .inspect("codeartifact-keyring list --region \(region)"))
      } else if failure.code.hasPrefix("AccessDenied") {
        self = .denied(
          FailureRecord(
            "\(message) (credentials from \(source.title))",
            remedy: Self.remedy(forDenialOf: failure.operation, message)))
      } else {
        let record = FailureRecord("\(failure.problem) (credentials from \(source.title))", remedy: failure.remedy)
        self = failure.status == 401 || failure.status == 403 ? .denied(record) : .other(record)
      }
    }
  }
}
