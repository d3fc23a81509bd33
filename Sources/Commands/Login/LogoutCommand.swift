import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct LogoutCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "Forget cached tokens, in every store.",
    discussion: """
      Whoever they were got for: all tokens of the domains that are named or, without a URL, of the project in this folder.

      Example: codeartifact-keyring logout --all
      """)

  @Argument(help: "The repositories' URLs, or their hosts.")
  var urls: [String] = []

  @Flag(help: "All tokens there are.")
  var all = false

  func validate() throws {
    if all, !urls.isEmpty { throw ValidationError("--all forgets all tokens: name either it or URLs") }
  }

  func run(in context: Context) throws {
    // Whatever stores are in use now, a token may rest in another from before.
    let stores = StoreChain(.automatic, context)
    guard !all else { return try stores.removeAll(matching: [:]) }
    for domain in try RepositorySelection(urls, Configuration.load(context), context).domains {
      try stores.removeAll(matching: ["domain": domain.domain, "owner": domain.owner, "region": domain.region])
    }
  }
}
