import ArgumentParser
import CodeArtifact
import Platform

struct ListCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "list", "List CodeArtifact repositories.",
    notes: [
      """
      Without --domain: the repositories of the domains that the project in this folder uses or, if it uses none, of \
      your account in the region.
      """,
      "JSON: an array of repositories with domain, owner, region, repository, description.",
    ],
    examples: ["codeartifact-keyring list --domain acme --region us-east-1"],
    exitCodes: "0 listed; 1 no answer, with the reason on standard error; 2 wrong usage.")

  @Option(help: .domain)
  var domain: String?

  @OptionGroup var options: CatalogOptions

  @Flag(help: .json)
  var json = false

  func validate() throws {
    if options.owner != nil, domain == nil {
      throw ValidationError("--owner is the owner of a domain: add --domain DOMAIN")
    }
  }

  func run(in context: Context) throws {
    let configuration = try options.profileOption.configuration(context)
    let project = try project(configuration, context)
    func catalog(_ region: String?) throws -> RepositoryCatalog {
      try RepositoryCatalog(context, configuration: configuration, region: region)
    }
    let found =
      try project?.domains.flatMap { try catalog($0.region).repositories(of: $0.domain, owner: $0.owner) }
      ?? catalog(options.region).repositories(of: domain, owner: options.owner)
    if json {
      try context.writeOutput(prettyJSON(found))
    } else if found.isEmpty {
      // An empty answer needs a reason: the repositories may be in another region.
      let owner = domain.map { "the domain \(oneLine($0, limit: 60))" } ?? "your account"
      let reason =
        project != nil
        ? "there are no repositories in the domains of this project"
        : "there are no repositories of \(owner) in \(try catalog(options.region).region). "
          + "Select another region with --region REGION"
      context.streams.writeError("codeartifact-keyring: \(reason)")
    } else {
      let rows = found.map { [$0.domain, $0.owner, $0.region, $0.repository, $0.description] }
      try context.writeOutput(
        table(
          ["DOMAIN", "OWNER", "REGION", "REPOSITORY", "DESCRIPTION"], rows, columns: context.streams.columns()))
    }
  }

  /// What the project uses, if neither a domain nor a region was named; nil if it uses nothing.
  private func project(_ configuration: Configuration, _ context: Context) throws -> RepositorySelection? {
    guard domain == nil, options.region == nil else { return nil }
    do { return try RepositorySelection([], configuration, context) } catch is NoRepository { return nil }
  }
}
