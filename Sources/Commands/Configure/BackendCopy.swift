import Platform

/// The user's own copy of the Python backend, which Python's keyring loads. It stays when the program is removed (by a
/// package manager, by root, with a wheel), so that programs that use Python's keyring continue to work. A link in it
/// points to the installed package, whose modules are used while they exist: see `codeartifact_keyring/__init__.py`.
///
/// There is no metadata beside it: Poetry 2.1 and later pins every distribution that it finds on `sys.path`, to which Python's
/// keyring adds `keyring-path`.
struct BackendCopy {
  private static let package = "codeartifact_keyring"
  private static let link = "installed"

  /// The directory that becomes `keyring-path`.
  let path: String
  private let files: FileSystem

  /// The copy of this user, in the data directory of Python's keyring and outside of every installation; nil without a
  /// home directory.
  init?(_ context: Context) {
    guard let data = context.directories.sharedData else { return nil }
    self.init(path: "\(data)/python_keyring/codeartifact-keyring", context.files)
  }

  init(path: String, _ files: FileSystem) {
    self.path = path
    self.files = files
  }

  /// Whether Python finds the backend in it.
  var isThere: Bool { files.status("\(directory)/backend.py") != nil }

  /// Whether the package in a directory is the one whose modules are used.
  func isLinked(to installed: String) -> Bool {
    files.target(ofLink: "\(directory)/\(Self.link)") == "\(installed)/\(Self.package)"
  }

  /// Makes or updates the copy, from the directory that holds the installed package.
  func make(from installed: String) throws {
    let source = "\(installed)/\(Self.package)"
    let modules = Self.modules(in: source, files)
    guard modules.contains("backend.py") else { throw InstallationMethod.backendMissing(installed, nil, files) }
    try files.makeDirectory(directory)
    for name in modules {
      let content = try files.read("\(source)/\(name)", limit: 1 << 20)
      if (try? files.read("\(directory)/\(name)", limit: 1 << 20)) != content {
        try files.replace("\(directory)/\(name)", with: content, mode: 0o644)
      }
    }
    for name in Self.modules(in: directory, files) where !modules.contains(name) {
      try files.remove("\(directory)/\(name)")
    }
    if !isLinked(to: installed) {
      try files.remove("\(directory)/\(Self.link)")
      try files.makeLink("\(directory)/\(Self.link)", to: source)
    }
  }

  /// Removes the copy and what Python has compiled there; any other file stays.
  func remove() throws {
    let compiled = "\(directory)/__pycache__"
    for name in files.names(in: compiled) where name.contains(".pyc") { try files.remove("\(compiled)/\(name)") }
    files.removeIfEmpty(directory: compiled)
    // This includes temporary files of a process that was killed.
    for name in files.names(in: directory) where name.contains(".py") { try files.remove("\(directory)/\(name)") }
    try files.remove("\(directory)/\(Self.link)")
    files.removeIfEmpty(directory: directory)
    files.removeIfEmpty(directory: path)
  }

  private var directory: String { "\(path)/\(Self.package)" }

  private static func modules(in directory: String, _ files: FileSystem) -> [String] {
    files.names(in: directory).filter { $0.hasSuffix(".py") }
  }
}
