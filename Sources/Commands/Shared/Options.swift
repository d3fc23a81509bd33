import ArgumentParser
import CodeArtifact
import Platform

/// The option of every command that uses AWS credentials.
struct ProfileOption: ParsableArguments {
  @Option(help: "The AWS profile to use.")
  var profile: String?

  /// The profile for this run, by the option or by this program's variable, and which of them names it.
  func chosen(_ context: Context) -> (name: String, setBy: String)? {
    profile.map { ($0, "--profile") } ?? Configuration.profile(in: context.environment)
  }

  /// The user's configuration, with another profile for one run where one is given.
  func configuration(_ context: Context) throws -> Configuration {
    var configuration = try Configuration.load(context)
    configuration.profile = chosen(context)
    if profile != nil { configuration.ignoresEnvironmentTokens = true }
    return configuration
  }
}

/// Options of every command that prints tokens.
struct TokenOptions: ParsableArguments {
  @Option(help: "The lifetime of a new token: 15m to 12h, or session (as long as the role's credentials).")
  var duration: TokenDuration?

  @OptionGroup var profileOption: ProfileOption

  /// The user's configuration, as these options change it for one run.
  func configuration(_ context: Context) throws -> Configuration {
    var configuration = try profileOption.configuration(context)
    if let duration {
      configuration.duration = duration
      configuration.ignoresEnvironmentTokens = true
    }
    return configuration
  }
}

/// What every command has that prints tokens for several repositories.
struct RepositoryOptions: ParsableArguments {
  @Argument(help: .repositories)
  var urls: [String] = []

  @OptionGroup var options: TokenOptions

  /// The repositories of the command line, or else of the project; `scripts` may name some, too.
  func selection(_ context: Context, scripts: [String] = []) throws -> RepositorySelection {
    try RepositorySelection(urls, options.configuration(context), context, scripts: scripts)
  }
}

/// Options of every command that reads a domain's repositories from AWS.
struct CatalogOptions: ParsableArguments {
  @Option(help: "The AWS account that owns the domain. Default: your own.")
  var owner: String?

  @Option(help: "The AWS region. Default: AWS_REGION, or the profile's region.")
  var region: String?

  @OptionGroup var profileOption: ProfileOption
}

extension TokenDuration: ExpressibleByArgument {
  /// As `12h`, `90m`, `900s` or `session`.
  public init?(argument: String) { self.init(argument) }
}
