import ArgumentParser
import CVersion
import Platform

/// The commands for people. Exit codes: 0 success, 1 failure, 2 wrong usage.
public enum CLI {
  /// Runs a command, and returns the exit code; `arguments` are those after the program's name.
  public static func run(_ context: Context, arguments: [String]) -> Int32 {
    let command: any CLICommand
    do {
      var parsed = try RootCommand.parseAsRoot(arguments)
      guard let found = parsed as? any CLICommand else {
        // A request for help, which the parser prints by throwing.
        try parsed.run()
        return 0
      }
      command = found
    } catch {
      let unknown = UnknownCommand.message(arguments).map { ValidationError($0) }
      let isHelp = RootCommand.exitCode(for: unknown ?? error) == .success
      let text = RootCommand.fullMessage(for: unknown ?? error)
      if isHelp { return context.streams.writeOutput(Array("\(text)\n".utf8)) ? 0 : 1 }
      context.streams.writeError(text)
      return 2
    }
    do {
      try command.run(in: context)
      return 0
    } catch let code as ExitCode {
      // The command has printed its messages.
      return code.rawValue
    } catch {
      context.writeError(error)
      return 1
    }
  }
}

/// A command for people.
protocol CLICommand: ParsableCommand {
  /// Runs the command. An error it throws is one line for a person.
  func run(in context: Context) throws
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration.command(
    "codeartifact-keyring", "AWS CodeArtifact tokens for Poetry, pip, uv and other Python tools.",
    notes: [
      """
      Poetry, pip and uv get tokens automatically, through keyring. These commands set that up, sign in and find \
      problems.
      """
    ],
    examples: ["codeartifact-keyring doctor"],
    exitCodes: "0 success; 1 failure, with the reason on standard error; 2 wrong usage.",
    version: versionLine,
    subcommands: [
      ConfigureCommand.self, UnconfigureCommand.self, DoctorCommand.self, StatusCommand.self,
      LoginCommand.self, LogoutCommand.self, ListCommand.self, AddSourceCommand.self,
      TokenCommand.self, EnvCommand.self, ExecCommand.self, NetrcCommand.self, AWSCredentialsCommand.self,
    ])
}

extension Context {
  /// Writes a text to standard output. Throws for a closed pipe or a full disk.
  func writeOutput(_ text: String) throws {
    guard streams.writeOutput(Array(text.utf8)) else { throw FailureRecord("standard output could not be written") }
  }
}

/// What `--version` prints: the version and, if it is known, the commit that it was built from.
private var versionLine: String {
  let version = String(cString: codeartifact_keyring_version())
  let commit = String(cString: codeartifact_keyring_commit())
  return commit.isEmpty ? version : "\(version) (\(commit))"
}
