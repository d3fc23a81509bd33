import ArgumentParser
import CodeArtifact
import Platform

struct ExecCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "exec", "Run a command with the variables that env prints.",
    notes: ["The token is in the command's environment alone: in no file, and in no argument list."],
    examples: ["codeartifact-keyring exec --duration 15m -- docker build --secret id=CODEARTIFACT_TOKEN ."],
    exitCodes: "those of the command; 1 it was not started, with the reason on standard error; 2 wrong usage.")

  @OptionGroup var repositories: RepositoryOptions

  @Flag(help: .pipVariable)
  var pip = false

  @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
  var command: [String] = []

  func validate() throws {
    guard !command.isEmpty else {
      throw ValidationError("No command was given. Put it after --: codeartifact-keyring exec -- poetry install")
    }
  }

  func run(in context: Context) throws {
    // `uv run SCRIPT` reads indexes from the script.
    let selection = try repositories.selection(context, scripts: Self.files(in: command))
    let variables = try ClientVariables(selection, selection.tokens(context), includingPip: pip)
    for line in variables.skipped { context.streams.writeError("codeartifact-keyring: \(line)") }
    try replaceProcess(
      withLast: command.count, setting: variables.list.map { ($0.name, $0.value) }, removing: variables.removed)
  }

  /// The arguments of a command that may be files.
  private static func files(in command: [String]) -> [String] {
    command.dropFirst().filter { !$0.isEmpty && !$0.hasPrefix("-") && !$0.contains("://") }
  }
}
