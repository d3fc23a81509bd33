import ArgumentParser
import CodeArtifact
import Platform

/// The option of every command that signs in.
struct ProfileOption: ParsableArguments {
  @Option(help: "The AWS profile to sign in with.")
  var profile: String?

  /// The user's configuration, with another profile for one run where one is given.
  func configuration(_ context: Context) throws -> Configuration {
    var configuration = try Configuration.load(context)
    if let profile {
      configuration.profile = (profile, "--profile")
      configuration.ignoresEnvironmentTokens = true
    }
    return configuration
  }
}

/// Options of every command that hands tokens out.
struct TokenOptions: ParsableArguments {
  @Option(help: "How long a new token shall live: 15m to 12h, or session.")
  var duration: TokenDuration?

  @OptionGroup var signIn: ProfileOption

  /// The user's configuration, as these options change it for one run.
  func configuration(_ context: Context) throws -> Configuration {
    var configuration = try signIn.configuration(context)
    if let duration {
      configuration.duration = duration
      configuration.ignoresEnvironmentTokens = true
    }
    return configuration
  }
}

/// Options of every command that asks AWS about repositories.
struct CatalogOptions: ParsableArguments {
  @Option(help: "The account that owns the domain; yours by default.")
  var owner: String?

  @Option(help: "The region; AWS_REGION's or your profile's by default.")
  var region: String?

  @OptionGroup var signIn: ProfileOption
}

extension TokenDuration: ExpressibleByArgument {
  /// As `12h`, `90m`, `900s` or `session`.
  public init?(argument: String) { self.init(argument) }
}
