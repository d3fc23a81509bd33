import ArgumentParser
import CodeArtifact
import Platform

struct ExecCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Run a command with the variables set that env prints; its exit code and signals are the command's own.",
    discussion: """
      The token is in no file and in no argument list. Without a URL: for all repositories of the project in this folder.

      Example: codeartifact-keyring exec --duration 15m -- docker build --secret id=CODEARTIFACT_TOKEN .
      """)

  @Argument(help: "The repositories' URLs, or their hosts.")
  var urls: [String] = []

  @Flag(help: "PIP_INDEX_URL too, with the token in it.")
  var pip = false

  @OptionGroup var options: TokenOptions

  @Argument(parsing: .postTerminator, help: "The command, behind --.")
  var command: [String] = []

  func validate() throws {
    guard !command.isEmpty else {
      throw ValidationError("there is no command. Put it behind --, as in: codeartifact-keyring exec -- poetry install")
    }
  }

  func run(in context: Context) throws {
    // `uv run SCRIPT` takes its indexes from the script.
    let selection = try RepositorySelection(
      urls, options.configuration(context), context, scripts: Self.files(in: command))
    let variables = try ClientVariables(selection, selection.grants(context), includingPip: pip)
    for line in variables.skipped { context.streams.writeError("codeartifact-keyring: \(line)") }
    try replaceProcess(withLast: command.count, setting: variables.list.map { ($0.name, $0.value) })
  }

  /// The words of a command that may be files.
  private static func files(in command: [String]) -> [String] {
    command.dropFirst().filter { !$0.isEmpty && !$0.hasPrefix("-") && !$0.contains("://") }
  }
}
