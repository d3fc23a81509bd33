/// The programs on `PATH`.
public struct SearchPath: Sendable {
  /// A program, by the name and directory under which it is found.
  public struct Program: Sendable, Equatable {
    /// The path by which it is found.
    public let path: String
    /// What the file is.
    public let status: FileStatus

    /// A program that has been found.
    public init(path: String, status: FileStatus) {
      self.path = path
      self.status = status
    }

    /// The directory in which it is found.
    public var directory: String { FileSystem.parent(of: path) ?? "." }
  }

  /// Its directories in order, each once under whatever names, without those that depend on the working directory.
  public let directories: [String]
  /// The entries that were left out, and their positions among the directories.
  public let relative: [(entry: String, before: Int)]
  private let files: FileSystem

  /// The directories of `PATH`, or those that a shell would take where it is not set.
  public init(_ context: Context) { self.init(context.environment, context.files) }

  init(_ environment: Environment, _ files: FileSystem) {
    self.files = files
    var seen: [[UInt64]] = []
    var directories: [String] = []
    var relative: [(entry: String, before: Int)] = []
    let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    // An empty entry is the working directory.
    for entry in path.split(separator: ":", omittingEmptySubsequences: false) {
      guard let directory = UserDirectories.absolute(String(entry)) else {
        relative.append((String(entry), directories.count))
        continue
      }
      guard let status = files.status(directory), status.isDirectory, !seen.contains(status.identity) else { continue }
      seen.append(status.identity)
      directories.append(directory)
    }
    self.directories = directories
    self.relative = relative
  }

  /// All programs of a name, in the order in which they would be run.
  public func programs(_ name: String) -> [Program] { directories.compactMap { program(name, in: $0) } }

  /// A program in a directory, on `PATH` or not.
  public func program(_ name: String, in directory: String) -> Program? {
    let path = FileSystem.path(of: name, in: directory)
    guard let status = files.status(path), status.isExecutableFile else { return nil }
    return Program(path: path, status: status)
  }

  /// The position of a directory, under whatever name; nil if it is not on `PATH`.
  public func index(of directory: String) -> Int? {
    guard let wanted = files.status(directory)?.identity else { return nil }
    return directories.firstIndex { files.status($0)?.identity == wanted }
  }
}

extension Context {
  /// The path of a program that is found on `PATH`; nil if there is none.
  public func program(_ name: String) -> String? { SearchPath(self).programs(name).first?.path }
}
