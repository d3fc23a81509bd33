import Platform

/// This program's installation: its commands, and the files that they lead to.
struct Installation: Sendable {
  static let name = "codeartifact-keyring"

  /// The file that `keyring` has to be: the fast path, or this executable where there is none.
  let keyringExecutable: String
  /// The directory in which a user finds `codeartifact-keyring` and `keyring`.
  let directory: String
  private let identities: [[UInt64]]

  /// `programs` are those of this process; nil where `/proc` does not tell: then the usual place is assumed.
  init(_ programs: ProgramPaths?, _ files: FileSystem) {
    let usual = "/usr/local/bin"
    keyringExecutable = programs.map { $0.fastPath ?? $0.program } ?? "\(usual)/\(Self.name)"
    directory = programs?.commandDirectory ?? usual
    // A wheel has a script instead of a link to the program.
    let script = files.status("\(directory)/\(Self.name)")?.identity
    identities = (programs?.identities ?? []) + [script].compactMap { $0 }
  }

  /// Whether a program belongs to this installation, whatever its name.
  func includes(_ program: SearchPath.Program) -> Bool { identities.contains(program.status.identity) }
}
