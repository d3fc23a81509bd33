import Platform

/// The next `keyring` on PATH, for services that are not ours: the same arguments, standard input and environment.
struct NextKeyring {
  /// The first is set for whoever we hand over to, and says which programs had the question already: one that leads
  /// back here must not go round for ever. The second is the Python backend's, which has asked the others itself.
  static let guards = ["_CODEARTIFACT_KEYRING_HANDED_ON", "_CODEARTIFACT_KEYRING_BACKEND"]

  /// In PATH's order: one that cannot be started is passed over.
  let paths: [String]
  /// What they are asked: the arguments behind the program's name.
  let arguments: [String]

  private let visited: String
  private let identities: [String]

  /// Those that are not this program or its front under another name and have not sent us here; nil when there is none.
  init?(_ context: Context, arguments: [String]) {
    guard !Self.isBelowBackend(context), let own = ProgramPaths(context.files) else { return nil }
    let earlier = [context.environment[Self.guards[0]]].compactMap { $0 }
    let visited = (earlier + own.identities.map(Self.identity)).joined(separator: ",")
    let known = visited.split(separator: ",")
    var paths: [String] = []
    var identities: [String] = []
    // What glibc's execvp takes for PATH where there is none. Unlike it, we leave out entries that mean the working
    // directory: what a project holds is not run, and gets no password to store.
    let directories = (context.environment["PATH"] ?? "/bin:/usr/bin").split(separator: ":")
    for directory in directories where directory.hasPrefix("/") {
      let path = "\(directory)/keyring"
      guard let status = context.files.status(path), status.isExecutableFile else { continue }
      let identity = Self.identity(status.identity)
      guard !known.contains(where: { $0 == identity }) else { continue }
      paths.append(path)
      identities.append(identity)
    }
    guard !paths.isEmpty else { return nil }
    self.paths = paths
    self.identities = identities
    self.arguments = arguments
    self.visited = visited
  }

  /// Becomes the first of them that can be started. Returns only when none can.
  func become() {
    for (path, identity) in zip(paths, identities) {
      replaceProcess(path, keepingLast: arguments.count, setting: Self.guards[0], to: "\(visited),\(identity)")
    }
  }

  /// Whether our own Python backend asks: what is not ours is none of this program's business then.
  static func isBelowBackend(_ context: Context) -> Bool { context.environment[guards[1]] != nil }

  /// Whether it asks for what lies in Secret Service: Python's own way there would prompt.
  static func isAskedForSecretService(_ context: Context) -> Bool {
    context.environment[guards[1]] == "secret-service"
  }

  /// What a file is, whatever its name.
  private static func identity(_ identity: [UInt64]) -> String {
    identity.map { String($0) }.joined(separator: ":")
  }
}
