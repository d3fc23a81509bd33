import ArgumentParser
import CVersion
import Platform

/// The program as people call it. Exit codes: 0 answered, 1 no answer, 2 wrong usage.
public struct CLI {
  private let context: Context
  private let arguments: [String]

  /// The face for one command line; `arguments` are those behind the program's name.
  public init(_ context: Context, arguments: [String]) {
    self.context = context
    self.arguments = arguments
  }

  /// Does what was asked, and returns the exit code.
  public func run() -> Int32 {
    let command: any CLICommand
    do {
      var parsed = try RootCommand.parseAsRoot(arguments)
      guard let found = parsed as? any CLICommand else {
        // A question for help, which the parser answers by throwing.
        try parsed.run()
        return 0
      }
      command = found
    } catch {
      let isHelp = RootCommand.exitCode(for: error) == .success
      let text = RootCommand.fullMessage(for: error)
      if isHelp { return context.streams.answer(Array("\(text)\n".utf8)) ? 0 : 1 }
      context.streams.writeError(text)
      return 2
    }
    do {
      try command.run(in: context)
      return 0
    } catch let code as ExitCode {
      // All that is to be said has been said.
      return code.rawValue
    } catch {
      context.writeError(error)
      return 1
    }
  }
}

/// A command that gets the outside world handed in.
protocol CLICommand: ParsableCommand {
  /// Does what was asked. What it throws is one line for a person.
  func run(in context: Context) throws
}

struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codeartifact-keyring",
    abstract: "Tokens for AWS CodeArtifact's Python repositories, where Poetry, pip and uv look for them.",
    discussion: """
      Python's tools ask by themselves; these commands are for you.

      Example: codeartifact-keyring token https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/
      """,
    version: versionLine,
    subcommands: [
      TokenCommand.self, StatusCommand.self, LoginCommand.self, ConfigureCommand.self, UnconfigureCommand.self,
      AWSCredentialsCommand.self,
      DoctorCommand.self,
      EnvCommand.self,
      ExecCommand.self,
      NetrcCommand.self,
      ListCommand.self,
      AddSourceCommand.self,
      LogoutCommand.self,
    ])
}

/// An answer that could not be written: a closed pipe, a full disk.
struct OutputNotWritten: Error, CustomStringConvertible {
  let description = "standard output could not be written"
}

extension Context {
  /// Tells a person what went wrong, in one line.
  func writeError(_ failure: any Error) {
    streams.writeError("codeartifact-keyring: \(oneLine("\(failure)", limit: 1000))")
  }

  /// Writes an answer to standard output.
  func answer(_ text: String) throws {
    guard streams.answer(Array(text.utf8)) else { throw OutputNotWritten() }
  }
}

/// What `--version` prints: the version, and the commit it was built from where that is known.
private var versionLine: String {
  let version = String(cString: codeartifact_keyring_version())
  let commit = String(cString: codeartifact_keyring_commit())
  return commit.isEmpty ? version : "\(version) (\(commit))"
}
