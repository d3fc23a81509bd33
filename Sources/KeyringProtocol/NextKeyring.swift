import Platform

/// The next `keyring` on PATH, for other services: it gets the same arguments, standard input and environment.
public struct NextKeyring: Sendable {
  /// The first is set for the next program and names those that had the request already, to prevent an endless loop.
  /// The second is set by the Python backend, which asks the other backends itself.
  static let guards = ["_CODEARTIFACT_KEYRING_HANDED_ON", "_CODEARTIFACT_KEYRING_BACKEND"]

  /// In PATH's order, each with the identity of its file: one that cannot be started is skipped.
  let programs: [(path: String, identity: String)]
  /// The arguments after the program's name.
  let arguments: [String]

  private let visited: String

  /// Those that are not this program under another name, and have not had the request; nil if there are none.
  init?(_ context: Context, arguments: [String]) {
    guard !Self.isBelowBackend(context), let own = ProgramPaths(context.files) else { return nil }
    let earlier = [context.environment[Self.guards[0]]].compactMap { $0 }
    let visited = (earlier + own.identities.map(Self.identity)).joined(separator: ",")
    let known = visited.split(separator: ",")
    programs = SearchPath(context).programs("keyring").map { ($0.path, Self.identity($0.status.identity)) }
      .filter { program in !known.contains { $0 == program.identity } }
    guard !programs.isEmpty else { return nil }
    self.arguments = arguments
    self.visited = visited
  }

  /// Becomes the first of them that can be started. Returns nil only when none can.
  public func become() -> Int32? {
    for (path, identity) in programs {
      replaceProcess(path, keepingLast: arguments.count, setting: Self.guards[0], to: "\(visited),\(identity)")
    }
    return nil
  }

  /// Whether this program's Python backend asks: it handles other services itself.
  static func isBelowBackend(_ context: Context) -> Bool { context.environment[guards[1]] != nil }

  /// Whether it asks for a secret in Secret Service: Python's own backend would prompt.
  static func isAskedForSecretService(_ context: Context) -> Bool {
    context.environment[guards[1]] == "secret-service"
  }

  private static func identity(_ identity: [UInt64]) -> String {
    identity.map { String($0) }.joined(separator: ":")
  }
}
