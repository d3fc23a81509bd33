import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct ConfigureCommand: PeopleCommand {
  static let configuration = CommandConfiguration(
    commandName: "configure",
    abstract: "Tell Poetry (and all that use Python's keyring), pip and uv to ask this program.",
    discussion: """
      A few lines are merged into keyringrc.cfg, pip.conf and uv.toml; all that is there is kept.

      Example: codeartifact-keyring configure poetry pip
      """)

  @Argument(help: "The clients to set up: poetry, pip, uv. All of them without one.")
  var clients: [Client] = []

  @Option(help: "The directory of the installed Python backend, where it is not beside the program.")
  var pythonPath: String?

  func run(in surroundings: Surroundings) throws {
    let pythonPath =
      try self.pythonPath.map { given in try Self.backend(in: given, surroundings) }
      ?? Self.installedBackend(surroundings)
    let chosen = clients.isEmpty ? Client.allCases : clients
    let outcomes = try surroundings.editingSettings { configure(chosen, pythonPath: pythonPath, surroundings) }
    try outcomes.tell(surroundings)
    if let backend = surroundings.environment["PYTHON_KEYRING_BACKEND"], backend != KeyringSettings.backend {
      surroundings.streams.complain(
        "codeartifact-keyring: PYTHON_KEYRING_BACKEND=\(oneLine(backend, limit: 80)) hides keyringrc.cfg from Poetry. "
          + "Run: unset PYTHON_KEYRING_BACKEND")
    }
    for hint in chosen.contains(.pip) ? PipHints(surroundings: surroundings).lines : [] {
      surroundings.streams.complain("codeartifact-keyring: \(hint)")
    }
    if !outcomes.areGood { throw ExitCode(1) }
  }

  private func configure(_ chosen: [Client], pythonPath: String, _ surroundings: Surroundings) -> Outcomes {
    let configurator = Configurator(surroundings: surroundings)
    var outcomes = Outcomes()
    for client in chosen { outcomes.attempt { try configurator.configure(client, pythonPath: pythonPath) } }
    if chosen.contains(where: \.runsKeyring), let programs = OwnPrograms(surroundings.files) {
      outcomes.attempt { try configurator.putOnPath(programs) }
    }
    return outcomes
  }

  /// The programs in `<prefix>/libexec/codeartifact-keyring` have their backend in
  /// `<prefix>/share/codeartifact-keyring/python`.
  static func installedBackend(_ surroundings: Surroundings) throws -> String {
    guard let prefix = OwnPrograms(surroundings.files)?.prefix else {
      throw BackendMissing(path: "beside the program", remedy: HowInstalled.again(in: nil, surroundings.files))
    }
    return try backend(in: "\(prefix == "/" ? "" : prefix)/share/codeartifact-keyring/python", surroundings)
  }

  /// A directory that has the backend in it: with any other, Python's keyring would end in an error.
  private static func backend(in path: String, _ surroundings: Surroundings) throws -> String {
    guard surroundings.files.status("\(path)/codeartifact_keyring/backend.py") != nil else {
      let prefix = OwnPrograms(surroundings.files)?.prefix
      throw BackendMissing(path: path, remedy: HowInstalled.again(in: prefix, surroundings.files))
    }
    return path
  }
}

struct UnconfigureCommand: PeopleCommand {
  static let configuration = CommandConfiguration(
    commandName: "unconfigure",
    abstract: "Take back what `configure` wrote: the files are as they were.",
    discussion: """
      Without a client, all that was kept is forgotten too: cached tokens in every store, and the last failure.

      Example: codeartifact-keyring unconfigure uv
      """)

  @Argument(help: "The clients: poetry, pip, uv. All of them without one.")
  var clients: [Client] = []

  func run(in surroundings: Surroundings) throws {
    let configurator = Configurator(surroundings: surroundings)
    var outcomes = Outcomes()
    try surroundings.editingSettings {
      for client in clients.isEmpty ? Client.allCases : clients {
        outcomes.attempt { try configurator.unconfigure(client) }
      }
      outcomes.attempt { try configurator.takeFromPath() }
    }
    if clients.isEmpty { outcomes.attempt { forgetAll(surroundings) ? "cached tokens: forgotten" : nil } }
    try outcomes.tell(surroundings)
    if !outcomes.areGood { throw ExitCode(1) }
  }
}

extension UnconfigureCommand {
  /// Leaves nothing behind of what we keep by ourselves; returns whether there were tokens. A store that is locked or
  /// silent is told of, and keeps nobody from uninstalling.
  private func forgetAll(_ surroundings: Surroundings) -> Bool {
    let tokens = StoreChain(.automatic, surroundings).forgetAll()
    for failure in tokens.failures { surroundings.complain(failure) }
    LastFailure(surroundings).forget()
    surroundings.removeStateDirectories()
    return tokens.wereThere
  }
}

/// The Python backend is not where it should be.
struct BackendMissing: Error, CustomStringConvertible {
  let path: String
  /// How the program can be installed again.
  let remedy: String

  var description: String { "the Python backend is not in \(path); --python-path names another place. \(remedy)" }
}
