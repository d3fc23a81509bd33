import ArgumentParser
import AWSCredentials
import ClientConfig
import CodeArtifact
import Platform

struct LoginCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "login", "Sign in to AWS if necessary, and get new tokens.",
    notes: [
      """
      An expired SSO session is renewed with the AWS CLI if it is installed, otherwise with a code to enter in any \
      browser. An MFA code is asked for on the terminal.
      """
    ],
    examples: [
      "codeartifact-keyring login",
      "codeartifact-keyring login --profile dev acme-111122223333.d.codeartifact.us-east-1.amazonaws.com",
    ],
    exitCodes: "0 all tokens were received; 1 one was not, with the reason on standard error; 2 wrong usage.")

  @Argument(help: .repositories)
  var urls: [String] = []

  @OptionGroup var options: ProfileOption

  func run(in context: Context) throws {
    let configuration = try options.configuration(context)
    let repositories = try repositories(configuration, context)
    var login = Login(context, configuration)
    guard !repositories.isEmpty else { return try context.writeOutput("\(try login.signIn())\n") }
    var failures: [any Error] = []
    for repository in repositories {
      do { try context.writeOutput("\(try login.token(for: repository))\n") } catch {
        failures.append(repositories.count == 1 ? error : FailureRecord(error, subject: repository.domain))
      }
    }
    for failure in failures.dropLast() { context.writeError(failure) }
    if let last = failures.last { throw last }
  }

  /// One repository for each domain and endpoint, since a token is valid for all repositories of a domain.
  private func repositories(_ configuration: Configuration, _ context: Context) throws -> [Repository] {
    let all =
      urls.isEmpty
      ? try ProjectSources.read(context).repositories(configuration).map(\.repository)
      : try urls.map { url throws(FailureRecord) in try RepositoryArgument(url, configuration).repository }
    return all.distinct { $0.isInDomain(of: $1) && $0.apiEndpoint == $1.apiEndpoint }
  }
}
