import ArgumentParser
import AWSCredentials
import CodeArtifact
import Platform

struct LoginCommand: PeopleCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Get tokens now, asking for an MFA code on the terminal where AWS wants one.",
    discussion: """
      Example: codeartifact-keyring login https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/
      """)

  @Argument(help: "The repositories' URLs, or their hosts.")
  var urls: [String]

  @Option(help: "The AWS profile to sign in with.")
  var profile: String?

  func run(in surroundings: Surroundings) throws {
    var configuration = try Configuration.load(surroundings)
    if let profile { configuration.profile = (profile, "--profile") }
    let broker = TokenBroker(surroundings, configuration: configuration) { (serial) throws(CredentialFailure) in
      guard let code = surroundings.ask("MFA code for \(oneLine(serial, limit: 100)): "), !code.isEmpty else {
        throw .mfaNeeded(profile: profile ?? surroundings.profileInPlay)
      }
      return code
    }
    for url in urls {
      let repository = try Repository.named(url, configuration)
      _ = try broker.token(for: repository, refreshing: true)
      try surroundings.answer("signed in to \(repository.domain) (\(repository.owner), \(repository.region))\n")
    }
  }
}

extension Repository {
  /// The repository a person names, or an error that shows what one looks like.
  static func named(_ url: String, _ configuration: Configuration) throws(NotARepository) -> Repository {
    guard case .repository(let repository) = Repository.recognise(url, mapped: configuration.hosts) else {
      throw NotARepository(url: url)
    }
    return repository
  }
}
