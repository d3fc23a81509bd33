import AWSCredentials
import ClientConfig
import Platform
import TokenStores

/// Why there is no token. Each description is one line: what happened, the source of the credentials, what to do next.
public enum TokenFailure: Error, Equatable, CustomStringConvertible {
  /// The user's configuration has a mistake.
  case configuration(ConfigurationFailure)
  /// There are no AWS credentials to ask with.
  case credentials(CredentialFailure)
  /// CodeArtifact was not reached.
  case network(HTTPFailure)
  /// There is no such domain.
  case domainMissing(Repository)
  /// The credentials may not get a token; AWS's words.
  case accessDenied(message: String, source: String)
  /// Any other error of CodeArtifact.
  case rejected(AWSServiceFailure, source: String)
  /// An answer holds no token.
  case answerMalformed(host: String)
  /// A token was over when it came.
  case endedAlready(host: String)
  /// The store that the user insists on failed.
  case store(StoreFailure)
  /// Another process has held the domain's lock for too long.
  case busy(domain: String)
  /// What another process was told when it asked on behalf of all that waited.
  case told(line: String)
  /// A failure, after tokens given by the environment were passed over.
  indirect case afterSkipping([String], TokenFailure)
  /// The AWS CLI, asked in our place, gave no token.
  case commandLineFailed(String)

  /// One line for a person.
  public var description: String {
    switch self {
    case .configuration(let failure): "\(failure)"
    case .credentials(let failure): "\(failure)"
    case .network(let failure): "\(failure)"
    case .domainMissing(let repository):
      "Domain \(repository.domain) (owner \(repository.owner), region \(repository.region)) does not exist: "
        + "check the repository URL"
    case .accessDenied(let message, let source):
      "\(message) (credentials from \(source)): \(Self.remedy(forDenial: message))"
    case .rejected(let failure, let source): "\(failure) (credentials from \(source))"
    case .answerMalformed(let host):
      "\(host) answered with something that is no token. If a proxy stands in between, see HTTPS_PROXY"
    case .endedAlready(let host):
      "\(host) gave a token that has ended already. This machine's clock may be wrong: set it"
    case .store(let failure): "\(failure). Set store = \"auto\" or mend it"
    case .busy(let domain):
      "another process has been getting a token for \(domain) for too long. Try again, or end that process"
    case .told(let line): line
    case .afterSkipping(let names, let failure): "\(failure) (passed over: \(names.joined(separator: ", ")))"
    case .commandLineFailed(let problem): "the AWS CLI (aws codeartifact get-authorization-token) \(problem)"
    }
  }

  /// Whether it failed only because this machine has no libcurl.
  var isForLackOfLibrary: Bool {
    switch self {
    case .network(let failure), .credentials(.network(let failure)): failure.kind == .noLibrary
    default: false
    }
  }

  /// Whether no credentials were found anywhere, the machine's own included.
  var isForLackOfCredentials: Bool {
    switch self {
    case .credentials(.noCredentials), .credentials(.machineFailed): true
    default: false
    }
  }

  /// Whether who signs in, or how, may be the reason: another process's reason is not known.
  public var isAboutSignIn: Bool {
    switch self {
    case .credentials(.network): false
    case .credentials, .accessDenied, .told: true
    case .rejected(let failure, _): failure.status == 401 || failure.status == 403
    case .afterSkipping(_, let failure): failure.isAboutSignIn
    default: false
    }
  }

  /// Runs something that may find a mistake in the configuration.
  public static func orConfiguration<Value>(
    _ work: () throws(ConfigurationFailure) -> Value
  ) throws(TokenFailure) -> Value {
    do { return try work() } catch { throw .configuration(error) }
  }

  private static func remedy(forDenial message: String) -> String {
    if message.contains("sts:GetServiceBearerToken") { return "add sts:GetServiceBearerToken to the role's policy" }
    if message.contains(":root") { return "root cannot create CodeArtifact tokens, sign in as a user or role" }
    return "the role needs codeartifact:GetAuthorizationToken on the domain"
  }

  /// What a failed call means for a person.
  init(_ failure: AWSCallFailure, repository: Repository, source: String) {
    switch failure {
    case .network(let failure): self = .network(failure)
    case .service(let failure):
      if let rejection = CredentialFailure(rejected: failure, source: source) {
        self = .credentials(rejection)
      } else if failure.code == "ResourceNotFoundException" {
        self = .domainMissing(repository)
      } else if failure.code.hasPrefix("AccessDenied") {
        self = .accessDenied(message: failure.message, source: source)
      } else {
        self = .rejected(failure, source: source)
      }
    }
  }
}
