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
  /// Its description; empty where it has none.
  public let description: String
}

/// CodeArtifact's list of repositories, for people's commands; no lookup uses it.
public struct RepositoryCatalog {
  /// Seconds for one command.
  private static let timeout = 30.0
  /// Repositories in one response. Even with the longest descriptions they fit into the size limit of a response.
  private static let pageSize = 200
  private static let pageLimit = 1000

  private let context: Context
  private let configuration: Configuration
  /// The region of the calls.
  public let region: String
  /// The name of the region that asks for FIPS endpoints; nil for a plain name.
  private let regionName: String?

  /// The catalog of a region; with nil, of the region in AWS's variables or the profile.
  public init(
    _ context: Context, configuration: Configuration, region: String?
  ) throws(TokenFailure) {
    self.context = context
    self.configuration = configuration
    let environment = context.environment
    var chosen = region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"]
    if chosen == nil {
      do { chosen = try SharedConfiguration(context).chosenProfile(configuration.profile)?["region"] } catch {
        throw .credentials(error)
      }
    }
    // A file of variables with Windows line ends leaves one at the end of a value.
    guard let chosen = chosen.map({ trimmed($0) }), !chosen.isEmpty else {
      throw .other("no region is configured", .advice("Name one with --region, or set AWS_REGION"))
    }
    let name = RegionName(chosen)
    // It becomes part of a host name.
    guard RegionName.isRegion(name.region) else {
      throw .other("\(quoted(chosen)) is not an AWS region", .advice("Use a name such as us-east-1"))
    }
    self.region = name.region
    regionName = name.meansFIPS ? chosen : nil
  }

  /// A repository's endpoint, `https://HOST/pypi/REPOSITORY/`. The owner is the caller's account by default.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetRepositoryEndpoint.html
  public func endpoint(of repository: String, domain: String, owner: String?) throws(TokenFailure) -> RepositoryURL {
    struct Response: Decodable { let repositoryEndpoint: String }
    let query: [(String, String?)] = [
      ("domain", domain), ("domain-owner", owner), ("repository", repository), ("format", "pypi"),
    ]
    let answer: Response = try ask(
      "GetRepositoryEndpoint", "GET", "/v1/repository/endpoint", query, domain: domain, owner: owner)
    guard case .repository(let found) = Repository.recognise(answer.repositoryEndpoint, mapped: configuration.hosts),
      found.domain == domain, found.name == repository, let url = RepositoryURL(answer.repositoryEndpoint)
    else { throw .malformed(from: "CodeArtifact") }
    return url
  }

  /// The repositories of a domain or, with nil, of the caller's account in this region.
  /// Source: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_ListRepositoriesInDomain.html
  public func repositories(of domain: String?, owner: String?) throws(TokenFailure) -> [ListedRepository] {
    struct Response: Decodable {
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
      let answer: Response = try ask(operation, "POST", path, query, domain: domain, owner: owner)
      found += (answer.repositories ?? []).map {
        ListedRepository(
          domain: $0.domainName, owner: $0.domainOwner, region: region, repository: $0.name,
          description: $0.description ?? "")
      }
      next = answer.nextToken
      if next == nil || next == "" { return found }
    }
    throw .malformed(from: "CodeArtifact")
  }

  private func ask<Response: Decodable>(
    _ operation: String, _ method: String, _ path: String, _ query: [(String, String?)], domain: String?, owner: String?
  ) throws(TokenFailure) -> Response {
    let repository = Repository(
      domain: domain ?? "", owner: owner ?? "", region: region,
      apiEndpoint: "https://codeartifact.\(region).\(Partition.of(region: region).suffix)")
    let deadline = Deadline(Self.timeout, on: context.clock)
    let request = try TokenRequest(repository, configuration, context, regionName: regionName)
    let client = AWSClient(context, certificates: request.certificates)
    let credentials = try request.credentials(client, deadline: deadline)
    let body = try request.call(operation, method, path, query, client, credentials, deadline: deadline)
    guard let answer = try? JSONDecoder().decode(Response.self, from: Data(body)) else {
      throw .malformed(from: hostName(of: request.endpoint))
    }
    return answer
  }
}
