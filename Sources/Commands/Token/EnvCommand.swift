import ArgumentParser
import CodeArtifact
import Platform

struct EnvCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "env", "Print the variables that give Poetry, uv, twine and pip their tokens.",
    notes: [
      """
      Clients read them instead of asking a keyring: CODEARTIFACT_TOKEN_<DOMAIN> and, for one domain, \
      CODEARTIFACT_TOKEN; POETRY_HTTP_BASIC_<NAME>_USERNAME and _PASSWORD, UV_INDEX_<NAME>_USERNAME and _PASSWORD, \
      TWINE_USERNAME and TWINE_PASSWORD.
      """
    ],
    examples: [
      "eval \"$(codeartifact-keyring env --duration 15m)\"", "codeartifact-keyring env --format github",
    ],
    exitCodes: "0 printed; 1 no token, with the reason on standard error; 2 wrong usage.")

  @OptionGroup var repositories: RepositoryOptions

  @Option(help: "The output format; github masks the tokens in the job's log and sets the variables for later steps.")
  var format = VariableFormat.sh

  @Flag(help: .pipVariable)
  var pip = false

  func run(in context: Context) throws {
    let selection = try repositories.selection(context)
    let tokens = try selection.tokens(context)
    let variables = try ClientVariables(selection, tokens, includingPip: pip)
    let removed = variables.removed.filter(context.environment.isSet)
    if let text = try format.text(variables.list, removing: removed) {
      try context.writeOutput(text)
    } else {
      try GitHubEnvironment(context: context).set(variables.list, tokens: tokens.map(\.token))
    }
    for line in variables.skipped { context.streams.writeError("codeartifact-keyring: \(line)") }
  }
}
