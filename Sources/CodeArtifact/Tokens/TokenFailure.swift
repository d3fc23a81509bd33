import AWSCredentials
import Platform
import TokenStores

/// Why there is no token, or no list of repositories.
public enum TokenFailure: Failure, Equatable {
  /// There are no AWS credentials.
  case credentials(CredentialFailure)
  /// CodeArtifact was not reached.
  case network(HTTPFailure)
  /// The domain does not exist.
  case domainMissing(Repository)
  /// No region is configured.
  case noRegion
  /// The region is not valid.
  case badRegion(String)
  /// What was asked for in a region does not exist; AWS's words.
  case missing(message: String, region: String)
  /// The credentials do not allow this operation; AWS's words.
  case accessDenied(operation: String, message: String, source: String)
  /// Any other error of CodeArtifact.
  case rejected(AWSServiceFailure, source: String)
  /// A response is invalid.
  case responseMalformed(host: String)
  /// A new token has already expired.
  case alreadyExpired(host: String)
  /// The configured store failed.
  case store(StoreFailure)
  /// Another process held the domain's lock until the deadline.
  case busy(domain: String)
  /// The failure of another process, which asked AWS on behalf of all that waited.
  case ofAnotherProcess(FailureRecord)
  /// A failure, with the environment tokens that could not be used.
  indirect case afterSkipping([EnvironmentToken.Skipped], TokenFailure)
  /// The AWS CLI gave no token.
  case commandLineFailed(String, Remedy? = nil)

  /// The setting that it is about.
  public var location: Location? { inner?.location }

  /// What happened.
  public var problem: String {
    switch self {
    case .credentials, .network, .store, .ofAnotherProcess: inner?.problem ?? ""
    case .domainMissing(let repository):
      "Domain \(repository.domain) (owner \(repository.owner), region \(repository.region)) does not exist"
    case .noRegion: "no region is configured"
    case .badRegion(let region): "\(quoted(region)) is not an AWS region"
    case .missing(let message, let region): "\(message) (region \(region))"
    case .accessDenied(_, let message, let source): "\(message) (credentials from \(source))"
    case .rejected(let failure, let source): "\(failure.problem) (credentials from \(source))"
    case .responseMalformed(let host): "\(host) gave an invalid response"
    case .alreadyExpired(let host): "\(host) gave a token that has already expired"
    case .busy(let domain): "another process has been getting a token for \(domain) for too long"
    case .afterSkipping(let skipped, let failure):
      "\(failure.problem) (ignored: \(skipped.map(\.description).joined(separator: ", ")))"
    case .commandLineFailed(let problem, _): "the AWS CLI (aws codeartifact get-authorization-token) \(problem)"
    }
  }

  /// What to do.
  public var remedy: Remedy? {
    switch self {
    case .credentials, .network, .ofAnotherProcess, .rejected, .afterSkipping: inner?.remedy
    case .domainMissing: .advice("Check the repository URL")
    case .noRegion: .advice("Name one with --region, or set AWS_REGION")
    case .badRegion: .advice("Use a name such as us-east-1")
    case .missing(_, let region): .inspect("codeartifact-keyring list --region \(region)")
    case .accessDenied(Self.tokenOperation, let message, _): Self.remedy(forDenial: message)
    case .accessDenied(let operation, _, _): .advice("The role needs codeartifact:\(operation)")
    case .responseMalformed: .checkProxy
    case .alreadyExpired: .checkClock
    case .store(let failure): failure.remedy ?? .advice("Fix it, or set store = \"auto\"")
    case .busy: LockTimeout().remedy
    case .commandLineFailed(_, let remedy): remedy
    }
  }

  /// The failure that this one wraps.
  private var inner: (any Failure)? {
    switch self {
    case .credentials(let failure): failure
    case .network(let failure): failure
    case .store(let failure): failure
    case .ofAnotherProcess(let record): record
    case .rejected(let failure, _): failure
    case .afterSkipping(_, let failure): failure
    default: nil
    }
  }

  /// The failure itself, without the environment tokens that could not be used.
  public var withoutSkipped: TokenFailure {
    guard case .afterSkipping(_, let failure) = self else { return self }
    return failure
  }

  /// Whether the identity may be the reason. It counts as one for a failure of another process, where that is not
  /// known.
  public var isAboutIdentity: Bool {
    switch self {
    case .credentials(.network): false
    case .credentials, .accessDenied, .ofAnotherProcess: true
    case .rejected(let failure, _): failure.status == 401 || failure.status == 403
    case .afterSkipping(_, let failure): failure.isAboutIdentity
    default: false
    }
  }

  /// The operation that gives a token.
  static let tokenOperation = "GetAuthorizationToken"

  private static func remedy(forDenial message: String) -> Remedy {
    if message.contains("sts:GetServiceBearerToken") {
      return .advice("Add sts:GetServiceBearerToken to the role's policy")
    }
    if message.contains(":root") {
      return .advice("The root user cannot create CodeArtifact tokens: sign in as a user or role")
    }
    return .advice("The role needs codeartifact:GetAuthorizationToken on the domain")
  }

  /// Why a call failed.
  init(_ failure: AWSCallFailure, repository: Repository, source: CredentialSource) {
    switch failure {
    case .network(let failure): self = .network(failure)
    case .service(let failure):
      if let rejection = CredentialFailure(rejected: failure, source: source) {
        self = .credentials(rejection)
      } else if failure.code == "ResourceNotFoundException" {
        self =
          failure.operation == Self.tokenOperation
          ? .domainMissing(repository) : .missing(message: failure.message, region: repository.region)
      } else if failure.code.hasPrefix("AccessDenied") {
        self = .accessDenied(operation: failure.operation, message: failure.message, source: source.title)
      } else {
        self = .rejected(failure, source: source.title)
      }
    }
  }
}

extension Remedy {
  /// For a token that has expired before its time.
  static let checkClock = Remedy.advice("Check this machine's clock")
}
