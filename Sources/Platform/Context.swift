/// Everything outside of the program, as a value that is handed in: variables, the clock, files, the network.
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
  /// Runs another program for its answer. The problem of a failure is the end of a sentence that begins with the program.
  public var run: @Sendable (ProcessRequest) throws(FailureRecord) -> ProcessResult = ChildProcess.run
  /// Runs another program that talks to the person at the terminal, to its end, and returns its exit code.
  public var runInteractively: @Sendable (ProcessRequest) throws(FailureRecord) -> Int = ChildProcess.runInteractively
  /// Starts another program without waiting for it, such as a browser.
  public var launch: @Sendable (ProcessRequest) -> Void = ChildProcess.launch
  /// Asks the person at the terminal for a line, without echo; nil where nobody can be asked.
  public var ask: @Sendable (_ prompt: String) -> String? = { _ in nil }
  /// A number from 0 to 1, for spreading retries.
  public var random: @Sendable () -> Double = { .random(in: 0...1) }
  /// Whether this program may use the kernel's keyring of this user.
  public var hasKernelKeyring = true
  /// Standard output and standard error.
  public let streams: StandardStreams
  /// Writes a trace for a developer of this program, only with `CODEARTIFACT_KEYRING_DEBUG=1`.
  public let trace: @Sendable (@autoclosure () -> String) -> Void

  /// A context with these parts, and this machine's own for the others.
  public init(
    environment: Environment, clock: Clock, files: FileSystem, streams: StandardStreams,
    http: @escaping @Sendable (_ certificates: Certificates?) -> any HTTPClient
  ) {
    self.environment = environment
    self.clock = clock
    self.files = files
    self.directories = UserDirectories(environment: environment)
    self.http = http
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
    var context = Context(
      environment: environment, clock: .system, files: .system, streams: .ofThisProcess,
      http: { CurlClient(environment: environment, certificates: $0) })
    context.ask = { Terminal.askForSecret($0).map { trimmed(String(decoding: $0, as: UTF8.self)) } }
    return context
  }
}

extension Context {
  /// This program's directories for state, best first; each is looked for when it is needed. The session creates the
  /// runtime directory. Below `su` and `sudo -E`, and in some containers, HOME and the XDG variables name another user's
  /// directories: the home in the password file is used instead, for which the system may ask a server.
  public var stateDirectories: some Sequence<String> {
    func own(_ path: String?, orMissing: Bool) -> String? {
      guard let path, let parent = FileSystem.parent(of: path) else { return nil }
      return files.isOwnDirectory(parent, orMissing: orMissing) ? path : nil
    }
    let choices = [
      { own(directories.runtime, orMissing: false) },
      { own(directories.cache, orMissing: true) ?? own(UserDirectories.cacheInPasswordFile, orMissing: true) },
    ]
    return choices.lazy.compactMap { $0() }
  }

  /// Those of them that are private to this user; with `create`, missing ones are made.
  public func privateDirectories(create: Bool) -> some Sequence<PrivateDirectory> {
    stateDirectories.lazy.compactMap { try? PrivateDirectory($0, files: files, create: create) }
  }

  /// Writes a small file into the first of them that can store it; if none can, nothing happens.
  public func writeState(_ name: String, _ content: [UInt8]) {
    _ = privateDirectories(create: true).first { (try? $0.write(name, content)) != nil }
  }

  /// Removes such a file from all of them.
  public func removeState(_ name: String) {
    for directory in privateDirectories(create: false) { try? directory.remove(name) }
  }
}
