/// The programs of this installation: the one that runs, and the front beside it.
/// `<prefix>/libexec/codeartifact-keyring` holds both; `<prefix>/bin` leads to them.
public struct ProgramPaths: Sendable {
  private static let directoryName = "codeartifact-keyring"

  /// The program that runs, by its real path.
  public let program: String
  /// The front, by its path; nil where there is none.
  public let front: String?
  /// What they are, whatever their names: device and inode of each.
  public let identities: [[UInt64]]

  /// Those of a program, or of the one that runs; nil where `/proc` does not tell of it.
  public init?(_ files: FileSystem, program path: String = "/proc/self/exe") {
    guard let program = files.resolved(path), let own = files.status(path) else { return nil }
    self.program = program
    var identities = [own.identity]
    var front: String?
    // In any other directory, as that of a Python environment, a `keyring` is somebody else's.
    if let directory = FileSystem.parent(of: program), directory.hasSuffix("/\(Self.directoryName)"),
      let status = files.status("\(directory)/keyring"), status.isExecutableFile
    {
      front = "\(directory)/keyring"
      identities.append(status.identity)
    }
    self.front = front
    self.identities = identities
  }

  /// The prefix they are installed in; nil for a program that nobody has installed.
  public var prefix: String? {
    front == nil ? nil : directory.flatMap(FileSystem.parent).flatMap(FileSystem.parent)
  }

  /// The directory in which a user finds the two by name: `<prefix>/bin`, whether or not the front is still there. What is
  /// not in a `libexec` is found where it lies.
  public var commandDirectory: String {
    guard let directory, directory.hasSuffix("/libexec/\(Self.directoryName)") else { return directory ?? "/" }
    let prefix = FileSystem.parent(of: directory).flatMap(FileSystem.parent) ?? "/"
    return prefix == "/" ? "/bin" : "\(prefix)/bin"
  }

  /// Where the program lies.
  private var directory: String? { FileSystem.parent(of: program) }
}
