/// The programs of this installation: the one that runs, and the front beside it.
/// `<prefix>/libexec/codeartifact-keyring` holds both; `<prefix>/bin` leads to them.
public struct OwnPrograms: Sendable {
  private static let directoryName = "codeartifact-keyring"

  /// The program that runs, by its real path.
  public let program: String
  /// The front, by its path; nil where there is none.
  public let front: String?
  /// What they are, whatever their names: device and inode of each.
  public let identities: [[UInt64]]

  /// Nil where `/proc` does not tell.
  public init?(_ files: FileSystem) {
    guard let program = files.resolved("/proc/self/exe"), let own = files.status("/proc/self/exe") else { return nil }
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
    guard front != nil else { return nil }
    return FileSystem.parent(of: program).flatMap(FileSystem.parent).flatMap(FileSystem.parent)
  }
}
