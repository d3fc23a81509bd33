import ArgumentParser
import CodeArtifact
import Platform

struct EnvCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "env",
    abstract: "Print the variables by which Poetry, uv, twine and pip are given tokens without asking a keyring.",
    discussion: """
      Without a URL: for all CodeArtifact repositories of the project in this folder.

      Example: eval "$(codeartifact-keyring env --duration 15m)"
      Example: codeartifact-keyring env --format github
      """)

  @Argument(help: "The repositories' URLs, or their hosts.")
  var urls: [String] = []

  @Option(help: "How to write them; github hides the tokens in the job's log and sets the variables for later steps.")
  var format = VariableFormat.sh

  @Flag(help: "PIP_INDEX_URL too, with the token in it.")
  var pip = false

  @OptionGroup var options: TokenOptions

  func run(in context: Context) throws {
    let selection = try RepositorySelection(urls, options.configuration(context), context)
    let grants = try selection.grants(context)
    let variables = try ClientVariables(selection, grants, includingPip: pip)
    if let text = try format.text(variables.list) {
      try context.answer(text)
    } else {
      try GitHubEnvironment(context: context).set(variables.list, tokens: grants.map(\.token))
    }
    for line in variables.skipped { context.streams.writeError("codeartifact-keyring: \(line)") }
  }
}
