import ArgumentParser
import CodeArtifact
import Platform
import TokenStores

struct ConfigureCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "configure", "Configure Poetry, pip and uv to use codeartifact-keyring.",
    notes: [
      """
      Adds a few lines to keyringrc.cfg, pip.conf and uv.toml; everything else in them stays. keyringrc.cfg is for \
      Poetry, twine and all other tools that use Python's keyring package. unconfigure removes the lines.
      """
    ],
    examples: ["codeartifact-keyring configure poetry pip"],
    exitCodes: "0 configured; 1 at least one client was not, with the reason on standard error; 2 wrong usage.")

  @Argument(help: .clients)
  var clients: [Client] = []

  @Option(help: "The directory of the Python backend, if it is not installed beside the program.")
  var pythonPath: String?

  func run(in context: Context) throws {
    if let failure = FailureRecord.homeOfCaller(context) { throw failure }
    let pythonPath =
      try self.pythonPath.map { given in try Self.backend(in: given, context) }
      ?? Self.installedBackend(context)
    let chosen = clients.isEmpty ? Client.allCases : clients
    let configurator = Configurator(context: context)
    var outcomes = SettingsOutcomes()
    try context.editingSettings {
      for client in chosen { outcomes.attempt { try configurator.configure(client, pythonPath: pythonPath) } }
      if chosen.contains(where: \.runsKeyring), let programs = ProgramPaths(context.files) {
        outcomes.attempt { try configurator.linkKeyring(programs) }
      }
    }
    try outcomes.print(context)
    for finding in Self.overrides(of: chosen, context) {
      context.writeError(FailureRecord(finding.what, location: finding.place, remedy: finding.remedy))
    }
    if !outcomes.areAllSuccessful { throw ExitCode(1) }
    try context.writeOutput(NextSteps(context: context, clients: clients).lines.map { "\($0)\n" }.joined())
  }

  /// What takes precedence over the settings of `configure`, or stops a client from reading them.
  private static func overrides(of chosen: [Client], _ context: Context) -> [Finding] {
    let doctor = DoctorContext(context)
    let pythons = PythonInterpreters()
    let pip = PipCheck(doctor: doctor, pythons: pythons).provider(for: nil)
    let keyring = KeyringCheck(doctor: doctor, pythons: pythons).override
    // What `configure` would repair is not done, and the reason was printed.
    return [keyring, chosen.contains(.pip) ? pip : nil].compactMap { $0 }
      .filter { $0.severity == .problem && $0.repair == nil }
  }

  /// The programs in `<prefix>/libexec/codeartifact-keyring` have their backend in
  /// `<prefix>/share/codeartifact-keyring/python`.
  static func installedBackend(_ context: Context) throws -> String {
    guard let prefix = ProgramPaths(context.files)?.prefix else {
      throw InstallationMethod.backendMissing("the program's directory", nil, context.files)
    }
    return try backend(in: "\(prefix == "/" ? "" : prefix)/share/codeartifact-keyring/python", context)
  }

  /// Checks that a directory contains the backend: with any other, Python's keyring would fail.
  private static func backend(in path: String, _ context: Context) throws -> String {
    guard context.files.status("\(path)/codeartifact_keyring/backend.py") != nil else {
      throw InstallationMethod.backendMissing(path, ProgramPaths(context.files)?.prefix, context.files)
    }
    return path
  }
}

struct UnconfigureCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "unconfigure", "Undo configure: restore the files as they were.",
    notes: ["Without a client, cached tokens are removed from every store too, and the last failure."],
    examples: ["codeartifact-keyring unconfigure uv"],
    exitCodes: "0 restored; 1 at least one file was not, with the reason on standard error; 2 wrong usage.")

  @Argument(help: .clients)
  var clients: [Client] = []

  func run(in context: Context) throws {
    let configurator = Configurator(context: context)
    var outcomes = SettingsOutcomes()
    try context.editingSettings {
      for client in clients.isEmpty ? Client.allCases : clients {
        outcomes.attempt { try configurator.unconfigure(client) }
      }
      outcomes.attempt { try configurator.unlinkKeyring() }
    }
    if clients.isEmpty { outcomes.attempt { removeStoredState(context) ? "cached tokens: removed" : nil } }
    try outcomes.print(context)
    if !outcomes.areAllSuccessful { throw ExitCode(1) }
  }

  /// Removes all state: tokens, and the last failure. Returns whether there were tokens. A store that is locked or does not
  /// answer is named, and does not prevent the removal.
  private func removeStoredState(_ context: Context) -> Bool {
    let tokens = StoreChain(.automatic, context).clear()
    for failure in tokens.failures { context.writeError(failure) }
    LastFailure(context).remove()
    context.removeStateDirectories()
    return tokens.wereThere
  }
}
