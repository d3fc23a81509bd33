/// The programs of this installation: the one that runs, and the fast path in the same directory.
/// `<prefix>/libexec/codeartifact-keyring` holds both; `<prefix>/bin` leads to them.
public struct ProgramPaths: Sendable {
  private static let directoryName = "codeartifact-keyring"

  /// The program that runs, by its real path.
  public let program: String
  /// The path of the fast path, the `keyring` executable; nil if there is none.
  public let fastPath: String?
  /// The device and inode of each, whatever its name.
  public let identities: [[UInt64]]

  /// The paths for a program, or for the one that runs; nil if its path is not known.
  public init?(_ files: FileSystem, program path: String = executedProgram) {
    guard let program = files.resolved(path), let own = files.status(path) else { return nil }
    self.program = program
    var identities = [own.identity]
    var fastPath: String?
    // In any other directory, such as that of a Python environment, `keyring` is another program.
    if let directory = FileSystem.parent(of: program), directory.hasSuffix("/\(Self.directoryName)"),
      let status = files.status("\(directory)/keyring"), status.isExecutableFile
    {
      fastPath = "\(directory)/keyring"
      identities.append(status.identity)
    }
    self.fastPath = fastPath
    self.identities = identities
  }

  /// The prefix they are installed in; nil for a program that is not installed.
  public var prefix: String? {
    fastPath == nil ? nil : directory.flatMap(FileSystem.parent).flatMap(FileSystem.parent)
  }

  /// `<prefix>/bin`, even if the fast path is gone; for a program outside of `libexec`, its own directory.
  public var commandDirectory: String {
    guard let directory, directory.hasSuffix("/libexec/\(Self.directoryName)") else { return directory ?? "/" }
    return FileSystem.path(of: "bin", in: FileSystem.parent(of: directory).flatMap(FileSystem.parent) ?? "/")
  }

  private var directory: String? { FileSystem.parent(of: program) }
}
