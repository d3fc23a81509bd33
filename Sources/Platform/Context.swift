/// Everything outside of the program, as a value that is handed in: all code reads variables, the clock, files and the
/// network through it.
public struct Context: Sendable {
  /// The variables.
  public let environment: Environment
  /// Time.
  public let clock: Clock
  /// Files.
  public let files: FileSystem
  /// The user's directories.
  public let directories: UserDirectories
  /// Makes an HTTP client that trusts these certificates (nil: the system's own).
  public let http: @Sendable (_ certificates: Certificates?) -> any HTTPClient
  /// Runs another program for its answer.
  public let run: @Sendable (ProcessRequest) throws(ProcessFailure) -> ProcessResult
  /// Runs another program that talks to the person at the terminal, to its end, and returns its exit code.
  public let runInteractively: @Sendable (ProcessRequest) throws(ProcessFailure) -> Int
  /// Starts another program without waiting for it, such as a browser.
  public let launch: @Sendable (ProcessRequest) -> Void
  /// Asks the person at the terminal for a line, without echo; nil where nobody can be asked.
  public let ask: @Sendable (_ prompt: String) -> String?
  /// A number from 0 to 1, for spreading retries.
  public let random: @Sendable () -> Double
  /// Whether this program may use the kernel's keyring of this user.
  public let hasKernelKeyring: Bool
  /// Standard output and standard error.
  public let streams: StandardStreams
  /// Writes a trace for a developer of this program, only with `CODEARTIFACT_KEYRING_DEBUG=1`.
  public let trace: @Sendable (@autoclosure () -> String) -> Void

  /// A context with these parts.
  public init(
    environment: Environment, clock: Clock, files: FileSystem, streams: StandardStreams,
    random: @escaping @Sendable () -> Double = { .random(in: 0...1) },
    hasKernelKeyring: Bool = true,
    ask: @escaping @Sendable (_ prompt: String) -> String? = { _ in nil },
    run: @escaping @Sendable (ProcessRequest) throws(ProcessFailure) -> ProcessResult = {
      request throws(ProcessFailure) in
      try ChildProcess.run(request)
    },
    runInteractively: @escaping @Sendable (ProcessRequest) throws(ProcessFailure) -> Int = {
      request throws(ProcessFailure) in
      try ChildProcess.runInteractively(request)
    },
    launch: @escaping @Sendable (ProcessRequest) -> Void = { ChildProcess.launch($0) },
    http: @escaping @Sendable (_ certificates: Certificates?) -> any HTTPClient
  ) {
    self.environment = environment
    self.clock = clock
    self.files = files
    self.directories = UserDirectories(environment: environment)
    self.http = http
    self.random = random
    self.hasKernelKeyring = hasKernelKeyring
    self.run = run
    self.runInteractively = runInteractively
    self.launch = launch
    self.ask = ask
    self.streams = streams
    if environment["CODEARTIFACT_KEYRING_DEBUG"] == "1" {
      let start = clock.monotonic()
      trace = { message in
        let milliseconds = Int((clock.monotonic() - start) * 1000)
        streams.writeError("codeartifact-keyring: debug: \(milliseconds) ms: \(oneLine(message(), limit: 1000))")
      }
    } else {
      trace = { _ in }
    }
  }

  /// The context of this process.
  public static func ofThisProcess() -> Context {
    let environment = Environment.ofThisProcess
    return Context(
      environment: environment, clock: .system, files: .system, streams: .ofThisProcess,
      ask: { Terminal.askForSecret($0).map { trimmed(String(decoding: $0, as: UTF8.self)) } },
      http: { CurlClient(environment: environment, certificates: $0) })
  }
}

extension Context {
  /// This program's directories for state, best first. The session creates the runtime directory. Below `su` and `sudo -E`,
  /// and in some containers, HOME and the XDG variables name another user's directories: the home in the password file is
  /// used instead.
  public var stateDirectories: [String] {
    func isOwn(_ path: String, orMissing: Bool) -> Bool {
      FileSystem.parent(of: path).map { files.isOwnDirectory($0, orMissing: orMissing) } ?? false
    }
    let runtime = directories.runtime.flatMap { isOwn($0, orMissing: false) ? $0 : nil }
    let caches = [{ directories.cache }, { UserDirectories.cacheInPasswordFile }].lazy.compactMap { $0() }
    return [runtime, caches.first { isOwn($0, orMissing: true) }].compactMap { $0 }
  }
}
