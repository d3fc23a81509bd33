import ArgumentParser
import CodeArtifact
import Platform

struct ListCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the repositories of a domain, of the project's domains, or of your account in a region.",
    discussion: """
      Without a domain: those of the domains that the project in this folder takes packages from; where it takes none, all
      of your account in the region.

      Example: codeartifact-keyring list --domain acme --owner 111122223333 --region us-east-1
      """)

  @Option(help: "The domain.")
  var domain: String?

  @OptionGroup var options: CatalogOptions

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if options.owner != nil, domain == nil {
      throw ValidationError("--owner is the owner of a domain: name it with --domain")
    }
  }

  func run(in context: Context) throws {
    let configuration = try options.signIn.configuration(context)
    let found = try repositories(configuration, context)
    if json {
      try context.answer(prettyJSON(found))
    } else if found.isEmpty {
      // No answer is empty without a word: another region may have what is looked for.
      context.streams.writeError("codeartifact-keyring: \(try nothing(configuration, context))")
    } else {
      let rows = found.map { [$0.domain, $0.owner, $0.region, $0.repository, $0.description] }
      try context.answer(
        Table(headings: ["DOMAIN", "OWNER", "REGION", "REPOSITORY", "DESCRIPTION"], rows: rows).text)
    }
  }

  /// The domain, or where it was looked.
  private func nothing(_ configuration: Configuration, _ context: Context) throws -> String {
    if domain == nil, options.region == nil, (try? RepositorySelection([], configuration, context)) != nil {
      return "there are no repositories in the domains of this project"
    }
    let region = try RepositoryCatalog(context, configuration: configuration, region: options.region).region
    return "there are no repositories of \(domain.map { "the domain \(oneLine($0, limit: 60))" } ?? "your account") "
      + "in \(region). Another region is named with --region"
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
