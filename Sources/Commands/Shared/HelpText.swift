import ArgumentParser

extension CommandConfiguration {
  /// The help of a command: its purpose in one line, what else there is to know, examples to copy, and its exit codes.
  static func command(
    _ name: String, _ purpose: String, notes: [String] = [], examples: [String], exitCodes: String,
    version: String = "", subcommands: [any ParsableCommand.Type] = []
  ) -> CommandConfiguration {
    let examples = examples.map { "Example: \($0)" }.joined(separator: "\n")
    return CommandConfiguration(
      commandName: name, abstract: purpose,
      discussion: (notes + [examples, "Exit codes: \(exitCodes)"]).joined(separator: "\n\n"),
      version: version, subcommands: subcommands)
  }
}

/// The words of arguments that several commands have.
extension ArgumentHelp {
  static let json: ArgumentHelp = "Print JSON."
  static let domain: ArgumentHelp = "The CodeArtifact domain."
  static let clients = ArgumentHelp("The clients: poetry, pip or uv. Default: all of them.", valueName: "client")
  static let pipVariable: ArgumentHelp = "Also set PIP_INDEX_URL, with the token in it."

  static let repositories = repositories("Default: those of the project in this folder.")

  /// Repositories on the command line; `note` says which are used if none is named.
  static func repositories(_ note: String) -> ArgumentHelp {
    ArgumentHelp("Repositories, each as URL, host name or ARN. \(note)", valueName: "url")
  }
}
