import AWSCredentials
import FoundationEssentials
import Platform

/// A repository as CodeArtifact lists it.
public struct ListedRepository: Sendable, Equatable, Codable {
  /// Its domain.
  public let domain: String
  /// The account that owns the domain.
  public let owner: String
  /// The region it is in.
  public let region: String
  /// Its name.
  public let repository: String
  /// What its makers say about it; empty where they say nothing.
  public let description: String
}

/// What people ask CodeArtifact about its repositories; no lookup ever does.
public struct RepositoryCatalog {
  /// Seconds for one command.
  private static let patience = 30.0
  /// Repositories in one answer: few enough for the largest descriptions to fit into what is read of an answer.
  private static let pageSize = 200
  private static let pageLimit = 1000

  private let context: Context
  private let configuration: Configuration
  /// The region that is asked.
  public let region: String

  /// The catalog of a region; with nil, of the one that AWS's variables or the profile name.
  public init(
    _ context: Context, configuration: Configuration, region: String?
  ) throws(CatalogFailure) {
    self.context = context
    self.configuration = configuration
    let environment = context.environment
    var chosen = region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"]
    if chosen == nil {
      let profile = configuration.profile?.name ?? context.profileInPlay
      do { chosen = try SharedConfiguration(context).profile(profile)?["region"] } catch {
        throw .token(.credentials(error))
      }
    }
    guard let chosen else { throw .noRegion }
    // It becomes part of a host name.
    guard CodeArtifactHost.isRegion(chosen) else { throw .badRegion(chosen) }
    self.region = chosen
  }

  /// Where a repository is, as AWS says: `https://HOST/pypi/REPOSITORY/`. The owner is the caller's account by default.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html
  public func endpoint(of repository: String, domain: String, owner: String?) throws(CatalogFailure) -> RepositoryURL {
    struct KeyringResponse: Decodable { let repositoryEndpoint: String }
    let query: [(String, String?)] = [
      ("domain", domain), ("domain-owner", owner), ("repository", repository), ("format", "pypi"),
    ]
    let answer: KeyringResponse = try ask(
      "GetRepositoryEndpoint", "GET", "/v1/repository/endpoint", query, domain: domain, owner: owner)
    guard case .repository(let found) = Repository.recognise(answer.repositoryEndpoint, mapped: configuration.hosts),
      found.domain == domain, found.name == repository, let url = RepositoryURL(answer.repositoryEndpoint)
    else { throw .answerMalformed(operation: "GetRepositoryEndpoint") }
    return url
  }

  /// The repositories of a domain or, with nil, those that the caller's account has in this region.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListRepositoriesInDomain.html
  public func repositories(of domain: String?, owner: String?) throws(CatalogFailure) -> [ListedRepository] {
    struct KeyringResponse: Decodable {
      struct Summary: Decodable {
        let name: String
        let domainName: String
        let domainOwner: String
        let description: String?
      }
      let repositories: [Summary]?
      let nextToken: String?
    }
    let operation = domain == nil ? "ListRepositories" : "ListRepositoriesInDomain"
    let path = domain == nil ? "/v1/repositories" : "/v1/domain/repositories"
    var found: [ListedRepository] = []
    var next: String?
    for _ in 0..<Self.pageLimit {
      let query: [(String, String?)] = [
        ("domain", domain), ("domain-owner", domain == nil ? nil : owner), ("max-results", String(Self.pageSize)),
        ("next-token", next),
      ]
      let answer: KeyringResponse = try ask(operation, "POST", path, query, domain: domain, owner: owner)
      found += (answer.repositories ?? []).map {
        ListedRepository(
          domain: $0.domainName, owner: $0.domainOwner, region: region, repository: $0.name,
          description: $0.description ?? "")
      }
      next = answer.nextToken
      if next == nil || next == "" { return found }
    }
    throw .answerMalformed(operation: operation)
  }

  private func ask<KeyringResponse: Decodable>(
    _ operation: String, _ method: String, _ path: String, _ query: [(String, String?)], domain: String?, owner: String?
  ) throws(CatalogFailure) -> KeyringResponse {
    let repository = Repository(
      domain: domain ?? "", owner: owner ?? "", region: region,
      apiEndpoint: "https://codeartifact.\(region).\(Partition.suffix(ofRegion: region))")
    let request: TokenRequest
    let credentials: Credentials
    let client: AWSClient
    let deadline = Deadline(Self.patience, on: context.clock)
    do throws(TokenFailure) {
      request = try TokenRequest(repository, configuration, context)
      client = AWSClient(context, certificates: request.certificates)
      do {
        credentials = try CredentialResolver(context, client: client, profile: request.explicitProfile)
          .credentials(for: request.signIn, deadline: deadline)
      } catch { throw .credentials(error) }
    } catch { throw .token(error) }
    let pairs = query.compactMap { name, value in value.map { "\(name)=\(percentEncoded($0))" } }
    let response: HTTPResponse
    do {
      response = try client.send(
        operation, HTTPRequest(method: method, url: "\(request.endpoint)\(path)?\(pairs.joined(separator: "&"))"),
        service: "codeartifact", region: region, credentials: credentials, deadline: deadline)
    } catch { throw CatalogFailure(error, repository: repository, source: request.signIn.source) }
    guard let answer = try? JSONDecoder().decode(KeyringResponse.self, from: Data(response.body)) else {
      throw .answerMalformed(operation: operation)
    }
    return answer
  }
}

/// Why CodeArtifact did not tell about its repositories. Each description is one line.
public enum CatalogFailure: Error, Equatable, CustomStringConvertible {
  /// Nothing says in which region to look.
  case noRegion
  /// What was named is no region.
  case badRegion(String)
  /// There is no such domain or repository; AWS's words.
  case missing(message: String, region: String)
  /// The credentials may not ask; AWS's words.
  case denied(operation: String, message: String, source: String)
  /// An answer is none, or about something else.
  case answerMalformed(operation: String)
  /// One that getting a token could have had as well.
  case token(TokenFailure)

  init(_ failure: AWSCallFailure, repository: Repository, source: String) {
    if case .service(let failure) = failure, failure.code == "ResourceNotFoundException" {
      self = .missing(message: failure.message, region: repository.region)
    } else if case .service(let failure) = failure, failure.code.hasPrefix("AccessDenied") {
      self = .denied(operation: failure.operation, message: failure.message, source: source)
    } else {
      self = .token(TokenFailure(failure, repository: repository, source: source))
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .noRegion: "no region is chosen. Name one with --region, or set AWS_REGION"
    case .badRegion(let region): "\"\(oneLine(region, limit: 60))\" is no AWS region. It looks like us-east-1"
    case .missing(let message, let region):
      "\(message) (region \(region)). Run: codeartifact-keyring list --region \(region)"
    case .denied(let operation, let message, let source):
      "\(message) (credentials from \(source)): the role needs codeartifact:\(operation)"
    case .answerMalformed(let operation):
      "CodeArtifact gave an answer to \(operation) that is none. If a proxy stands in between, see HTTPS_PROXY"
    case .token(let failure): "\(failure)"
    }
  }
}
