import ArgumentParser
import AWSCredentials
import CodeArtifact
import Platform

struct LoginCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Get tokens now: sign in again where that has ended, and type the MFA code where AWS wants one.",
    discussion: """
      Without a URL it gets one for every CodeArtifact source of the project in this folder. An SSO session that has ended \
      is begun again, by the AWS CLI where it is installed, else by a page and a code to open in any browser.

      Example: codeartifact-keyring login
      Example: codeartifact-keyring login --profile dev https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/
      """)

  @Argument(help: "The repositories' URLs, or their hosts; without one, those of the project in this folder.")
  var urls: [String] = []

  @OptionGroup var options: ProfileOption

  func run(in context: Context) throws {
    let configuration = try options.configuration(context)
    let repositories = try repositories(configuration, context)
    var login = Login(context, configuration)
    guard !repositories.isEmpty else { return try context.answer("\(try login.signIn())\n") }
    var failures: [any Error] = []
    for repository in repositories {
      do { try context.answer("\(try login.token(for: repository))\n") } catch {
        failures.append(repositories.count == 1 ? error : FailureOfDomain(domain: repository.domain, failure: error))
      }
    }
    for failure in failures.dropLast() { context.writeError(failure) }
    if let last = failures.last { throw last }
  }

  /// One for each domain, since a token serves all repositories of it, and for each endpoint that is asked for tokens.
  private func repositories(_ configuration: Configuration, _ context: Context) throws -> [Repository] {
    let all =
      urls.isEmpty
      ? try ProjectSources.read(context).repositories(configuration).map(\.repository)
      : try urls.map { url throws(NotARepository) in try RepositoryArgument(url, configuration).repository }
    return all.distinct { $0.isInDomain(of: $1) && $0.apiEndpoint == $1.apiEndpoint }
  }
}

/// One of several domains has got no token.
struct FailureOfDomain: Error, CustomStringConvertible {
  let domain: String
  let failure: any Error

  var description: String { "\(domain): \(failure)" }
}
