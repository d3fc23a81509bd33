import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct LogoutCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "logout", "Remove cached tokens from every store.",
    notes: ["Tokens of all identities are removed. AWS keeps them valid until they expire."],
    examples: ["codeartifact-keyring logout --all"],
    exitCodes: "0 removed; 1 failure, with the reason on standard error; 2 wrong usage.")

  @Argument(help: .repositories)
  var urls: [String] = []

  @Flag(help: "Remove the tokens of all domains.")
  var all = false

  func validate() throws {
    if all, !urls.isEmpty { throw ValidationError("--all removes all tokens: give either --all or URLs") }
  }

  func run(in context: Context) throws {
    // A token may still be in a store that is no longer in use.
    let stores = StoreChain(.automatic, context)
    guard !all else { return try stores.removeAll(matching: [:]) }
    for domain in try domains(context) {
      try stores.removeAll(matching: ["domain": domain.domain, "owner": domain.owner, "region": domain.region])
    }
  }

  private func domains(_ context: Context) throws -> [Repository] {
    do { return try RepositorySelection(urls, Configuration.load(context), context).domains } catch let failure
      as NoRepository
    {
      throw FailureRecord(
        failure.problem, location: failure.location,
        remedy: .advice("Name its URL, or run: codeartifact-keyring logout --all"))
    }
  }
}
