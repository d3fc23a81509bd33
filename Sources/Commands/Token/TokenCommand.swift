import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct TokenCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Print the token for a repository.",
    discussion: "Example: codeartifact-keyring token --json acme-111122223333.d.codeartifact.us-east-1.amazonaws.com")

  @Argument(help: "The repository's URL, or its host.")
  var url: String

  @Flag(help: "Print user, token, expiry and origin as JSON.")
  var json = false

  @Flag(help: "Get a new token from AWS, whatever is cached.")
  var refresh = false

  @OptionGroup var options: TokenOptions

  func run(in context: Context) throws {
    let configuration = try options.configuration(context)
    let repository = try RepositoryArgument(url, configuration).repository
    let broker = TokenBroker(context, configuration: configuration)
    let token = try context.whileWaiting("getting a token for \(repository.domain)") { () throws(TokenFailure) in
      try broker.token(for: repository, refreshing: refresh)
    }
    try context.answer(json ? Self.description(token, of: repository) : "\(token.value)\n")
  }

  private static func description(_ token: AuthorizationToken, of repository: Repository) throws -> String {
    struct Description: Encodable {
      let username: String
      let password: String
      let expiration: Double?
      let domain: String
      let owner: String
      let region: String
      let source: String
    }
    return try prettyJSON(
      Description(
        username: AuthorizationToken.username, password: token.value, expiration: token.expiration,
        domain: repository.domain,
        owner: repository.owner, region: repository.region, source: "\(token.source)"))
  }
}
