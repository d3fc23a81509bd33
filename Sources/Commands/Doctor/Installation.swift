import Platform

/// This product as a user meets it: the commands that he finds, and which files behind them are ours.
struct Installation: Sendable {
  /// The name of the command.
  static let name = "codeartifact-keyring"

  /// What `keyring` has to lead to: the front, or this executable where there is none.
  let front: String
  /// The directory in which a user finds `codeartifact-keyring` and `keyring`.
  let directory: String
  private let identities: [[UInt64]]

  /// `programs` are those of this process; without them, where `/proc` does not tell, the usual place is taken for it.
  init(_ programs: ProgramPaths?, _ files: FileSystem) {
    let usual = "/usr/local/bin"
    front = programs.map { $0.front ?? $0.program } ?? "\(usual)/\(Self.name)"
    directory = programs?.commandDirectory ?? usual
    // A wheel has a script in the place of the link that leads to the program.
    let script = files.status("\(directory)/\(Self.name)")?.identity
    identities = (programs?.identities ?? []) + [script].compactMap { $0 }
  }

  /// Whether a program is ours, whatever its name.
  func isOurs(_ program: SearchPath.Program) -> Bool { identities.contains(program.status.identity) }
}
