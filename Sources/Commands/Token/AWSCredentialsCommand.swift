import ArgumentParser
import AWSCredentials
import CodeArtifact
import Platform

struct AWSCredentialsCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "aws-credentials", "Print the AWS credentials in use, in the credential_process format.",
    notes: ["Where they come from is printed on standard error."],
    examples: ["credential_process = codeartifact-keyring aws-credentials --profile dev"],
    exitCodes: "0 printed; 1 no credentials, with the reason on standard error; 2 wrong usage.")

  @OptionGroup var options: ProfileOption

  func run(in context: Context) throws {
    let shared = try SharedConfiguration(context)
    // Asked as a credential_process, it is for another profile than the one that the variable names.
    let isAsked = context.environment.isRunningCredentialProcess && options.profile == nil
    let profile = isAsked ? nil : options.chosen(context)
    let source = try shared.credentialSource(profile: profile)
    let settings = try shared.profile(profile?.name ?? context.activeProfile)
    let client = AWSClient(context, certificates: TokenRequest.certificates(settings, context))
    let credentials = try client.credentials(
      for: source, profile: profile?.name, deadline: Deadline(30, on: context.clock))
    try context.writeOutput(Self.json(credentials))
    context.streams.writeError("codeartifact-keyring: credentials from \(source.title)")
  }

  /// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
  private static func json(_ credentials: Credentials) throws -> String {
    struct Form: Encodable {
      let Version = 1
      let AccessKeyId: String
      let SecretAccessKey: String
      let SessionToken: String?
      let Expiration: String?
    }
    return try prettyJSON(
      Form(
        AccessKeyId: credentials.accessKeyID, SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken, Expiration: credentials.expiration.map { iso8601(epochSeconds: $0) }))
  }
}
