import AWSCredentials
import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct TokenCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "token", "Print the authorization token for a repository.",
    notes: [
      """
      The token is a password for the user name aws. It is valid for all repositories of the domain and for all \
      package formats: URLs for npm, Maven, NuGet, Cargo, Ruby, Swift and generic packages are accepted too.
      """,
      """
      JSON: username, password, expiration (seconds since 1970), expires_at (ISO 8601, UTC), domain, owner, region, \
      source.
      """,
    ],
    examples: ["codeartifact-keyring token --json acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"],
    exitCodes: "0 printed; 1 no token, with the reason on standard error; 2 wrong usage.")

  @Argument(help: "The repository, as URL, host name or ARN.")
  var url: String

  @Flag(help: .json)
  var json = false

  @Flag(help: "Get a new token from AWS, even if one is cached.")
  var refresh = false

  @OptionGroup var options: TokenOptions

  func run(in context: Context) throws {
    let configuration = try options.configuration(context)
    let repository = try RepositoryArgument(url, configuration).repository
    let broker = TokenBroker(context, configuration: configuration)
    let token = try Progress(context).during("getting a token for \(repository.domain)") { () throws(TokenFailure) in
      try broker.token(for: repository, refreshing: refresh)
    }
    try context.writeOutput(json ? Self.description(token, of: repository) : "\(token.value)\n")
  }

  private static func description(_ token: AuthorizationToken, of repository: Repository) throws -> String {
    struct Description: Encodable {
      let username: String
      let password: String
      let expiration: Double?
      let expires_at: String?
      let domain: String
      let owner: String
      let region: String
      let source: String
    }
    return try prettyJSON(
      Description(
        username: AuthorizationToken.username, password: token.value, expiration: token.expiration,
        expires_at: token.expiration.map { iso8601(epochSeconds: $0) },
        domain: repository.domain, owner: repository.owner, region: repository.region, source: "\(token.source)"))
  }
}
