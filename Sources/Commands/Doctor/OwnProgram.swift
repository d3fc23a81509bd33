import Platform

/// Which files are this product, and where it lies: the one place that knows how it is installed.
struct OwnProgram: Sendable {
  static let name = "codeartifact-keyring"

  /// This executable, without links.
  let path: String
  /// The directory in which a user finds `codeartifact-keyring` and `keyring`.
  let directory: String
  private let identities: [[UInt64]]

  /// `path` is this executable; nil for the one that runs.
  init(_ surroundings: Surroundings, path: String? = nil) {
    let path = path ?? surroundings.files.resolved("/proc/self/exe") ?? "/usr/local/bin/\(Self.name)"
    let own = FileSystem.parent(of: path) ?? "/"
    // In a directory of its own, `<prefix>/libexec/codeartifact-keyring`, the program has a small `keyring` beside it.
    let hasOwnDirectory = own.hasSuffix("/libexec/\(Self.name)")
    let prefix = hasOwnDirectory ? FileSystem.parent(of: own).flatMap(FileSystem.parent) : nil
    self.path = path
    directory = prefix.map { $0 == "/" ? "/bin" : "\($0)/bin" } ?? own
    // A wheel has a script in the place of the link that leads to the program.
    identities = ([path] + (hasOwnDirectory ? ["\(own)/keyring", "\(directory)/\(Self.name)"] : []))
      .compactMap { surroundings.files.status($0)?.identity }
  }

  /// Whether a program is this one, or its small companion, whatever its name.
  func isSame(_ program: SearchPath.Program) -> Bool { identities.contains(program.status.identity) }
}
