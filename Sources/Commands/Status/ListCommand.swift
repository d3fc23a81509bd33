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
    let found = try repositories(configuration, context)
    if json {
      try context.writeOutput(prettyJSON(found))
    } else if found.isEmpty {
      // An empty answer needs a reason: the repositories may be in another region.
      context.streams.writeError("codeartifact-keyring: \(try emptyMessage(configuration, context))")
    } else {
      let rows = found.map { [$0.domain, $0.owner, $0.region, $0.repository, $0.description] }
      try context.writeOutput(
        Table(headings: ["DOMAIN", "OWNER", "REGION", "REPOSITORY", "DESCRIPTION"], rows: rows)
          .text(columns: context.streams.columns()))
    }
  }

  /// A message that nothing was found, and where.
  private func emptyMessage(_ configuration: Configuration, _ context: Context) throws -> String {
    if domain == nil, options.region == nil, (try? RepositorySelection([], configuration, context)) != nil {
      return "there are no repositories in the domains of this project"
    }
    let region = try RepositoryCatalog(context, configuration: configuration, region: options.region).region
    return "there are no repositories of \(domain.map { "the domain \(oneLine($0, limit: 60))" } ?? "your account") "
      + "in \(region). Select another region with --region REGION"
  }

  private func repositories(
    _ configuration: Configuration, _ context: Context
  ) throws -> [ListedRepository] {
    if domain == nil, options.region == nil {
      do {
        return try RepositorySelection([], configuration, context).domains.flatMap { domain in
          try RepositoryCatalog(context, configuration: configuration, region: domain.region)
            .repositories(of: domain.domain, owner: domain.owner)
        }
      } catch is NoRepository {}
    }
    return try RepositoryCatalog(context, configuration: configuration, region: options.region)
      .repositories(of: domain, owner: options.owner)
  }
}
