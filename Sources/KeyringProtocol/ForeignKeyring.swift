import Platform

/// The next `keyring` on PATH, for services that are not ours: the same arguments, standard input and environment.
struct ForeignKeyring {
  /// Set for whoever we hand over to: a `keyring` that leads back here must not go round for ever. The Python backend
  /// sets it too, since it has asked the other backends itself.
  static let guards = ["_CODEARTIFACT_KEYRING_HANDED_ON", "_CODEARTIFACT_KEYRING_BACKEND"]

  let path: String
  let arguments: [String]
  let environment: [String: String]

  /// The next one that is not this program under another name; nil when there is none, or when one of them sent us here.
  init?(_ surroundings: Surroundings, arguments: [String]) {
    guard Self.guards.allSatisfy({ surroundings.environment[$0] == nil }),
      let own = surroundings.files.status("/proc/self/exe")?.identity
    else { return nil }
    let directories = (surroundings.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    let candidates = directories.filter { $0.hasPrefix("/") }.map { "\($0)/keyring" }
    guard
      let path = candidates.first(where: { path in
        guard let status = surroundings.files.status(path) else { return false }
        return status.isExecutableFile && status.identity != own
      })
    else { return nil }
    self.path = path
    self.arguments = [path] + arguments
    environment = surroundings.environment.all.merging([Self.guards[0]: "1"]) { $1 }
  }

  /// Becomes that program. Returns only when it could not be started.
  func become() -> Int32 {
    replaceProcess(path, arguments: arguments, environment: environment)
    return 1
  }
}
