import Glibc
import Subprocess
import SystemPackage

/// A program to run, with these variables and no others.
public struct ProcessRequest: Sendable {
  /// Its path, or its name to be looked for on PATH.
  public let program: String
  /// Its arguments: never a secret, since every user of the machine can read them.
  public let arguments: [String]
  /// Its variables.
  public let environment: Environment
  /// Seconds it may take.
  public let timeout: Double

  /// A program with these arguments.
  public init(program: String, arguments: [String], environment: Environment, timeout: Double) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.timeout = timeout
  }
}

/// The result of a program: its exit code and its output.
public struct ProcessResult: Sendable, Equatable {
  /// Its exit code; 128 and the signal's number when a signal ended it.
  public let code: Int
  /// What it wrote to standard output.
  public let output: [UInt8]
  /// The first line that it wrote to standard error, without control characters.
  public let errorLine: String
}

enum ChildProcess {
  private static let outputLimit = 1 << 20
  private static let errorLimit = 64 << 10

  /// Runs a program without standard input. At its timeout, it and all processes that it started are ended.
  static func run(_ request: ProcessRequest) throws(FailureRecord) -> ProcessResult {
    guard canWait else { throw notStarted("/proc is not mounted") }
    let result = OneShot<Result<ProcessResult, FailureRecord>>()
    let task = OneShot<Task<Void, Never>>()
    // Without a free thread libdispatch would wait for ever, so another thread waits for it.
    let isBegun = inBackground {
      task.put(Task.detached { result.put(await collect(request)) })
    }
    guard isBegun else { throw notStarted(noThread) }
    if let outcome = result.wait(seconds: request.timeout) { return try outcome.get() }
    // Nil if libdispatch still waits for a thread: then there is nothing to end.
    if let task = task.wait(seconds: 0) {
      task.cancel()
      // The teardown signals the whole group, in less than a second.
      _ = result.wait(seconds: 1)
    }
    throw FailureRecord("failed to answer within \(Int(request.timeout.rounded(.up))) s")
  }

  private static func collect(_ request: ProcessRequest) async -> Result<ProcessResult, FailureRecord> {
    var options = PlatformOptions()
    // A session of its own: it has no terminal to prompt on, and its processes are one group.
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(200))]
    do {
      let result = try await Subprocess.run(
        request.executable, arguments: Arguments(request.arguments), environment: request.variables,
        platformOptions: options, input: .none, output: .bytes(limit: outputLimit), error: .sequence
      ) { execution in
        // All of it is read, so that the program does not block, but only the first line is shown.
        var errors: [UInt8] = []
        for try await part in execution.standardError where errors.count < errorLimit {
          part.withUnsafeBytes { errors += $0.prefix(errorLimit - errors.count) }
        }
        return errors
      }
      let line = String(decoding: result.closureResult, as: UTF8.self)
        .split(whereSeparator: \.isNewline).first { !trimmed($0).isEmpty }
      return .success(
        ProcessResult(
          code: Self.code(result.terminationStatus), output: result.standardOutput,
          errorLine: oneLine(line ?? "")))
    } catch {
      let isTooLong = (error as? SubprocessError)?.code == .outputLimitExceeded
      return .failure(isTooLong ? FailureRecord("failed with too much output") : notStarted(error))
    }
  }

  private static func notStarted(_ reason: Any) -> FailureRecord {
    FailureRecord("failed to start: \(oneLine("\(reason)", limit: 120))")
  }

  /// Whether a program can be waited for: libdispatch ends this process where it cannot look at its threads.
  private static var canWait: Bool { access("/proc/self/task", F_OK) == 0 }

  private static func code(_ status: TerminationStatus) -> Int {
    switch status {
    case .exited(let code): Int(code)
    case .signaled(let signal): 128 + Int(signal)
    }
  }

  /// Runs a program that talks to the person at the terminal, and returns its exit code. An interrupt from the keyboard
  /// ends the program, and then this process. Its output goes to standard error: standard output is for the result.
  static func runInteractively(_ request: ProcessRequest) throws(FailureRecord) -> Int {
    guard canWait else { throw notStarted("/proc is not mounted") }
    let ending = OneShot<Result<Int, FailureRecord>>()
    let outcome = deferringSignals([SIGINT, SIGQUIT], exceptIgnored: true) { () -> Result<Int, FailureRecord> in
      Task.detached {
        do {
          let result = try await Subprocess.run(
            request.executable, arguments: Arguments(request.arguments), environment: request.variables,
            input: .currentStandardInput, output: .currentStandardError, error: .currentStandardError)
          ending.put(.success(code(result.terminationStatus)))
        } catch {
          ending.put(.failure(notStarted(error)))
        }
      }
      while true {
        if let outcome = ending.wait(seconds: 3600) { return outcome }
      }
    }
    return try outcome.get()
  }

  /// Starts a program that outlives this process, without its terminal. A failure to start is ignored.
  static func launch(_ request: ProcessRequest) {
    guard canWait else { return }
    var options = PlatformOptions()
    options.createSession = true
    Task.detached { [options] in
      _ = try? await Subprocess.run(
        request.executable, arguments: Arguments(request.arguments), environment: request.variables,
        platformOptions: options, input: .none, output: .discarded, error: .discarded)
    }
  }
}

extension ProcessRequest {
  var executable: Executable { program.contains("/") ? .path(FilePath(program)) : .name(program) }

  var variables: Subprocess.Environment {
    var variables: [Subprocess.Environment.Key: String] = [:]
    // These are not for other programs: a credential_process may call a keyring itself.
    for (name, value) in environment.all where !name.hasPrefix("_CODEARTIFACT_KEYRING_") {
      if let key = Subprocess.Environment.Key(rawValue: name) { variables[key] = value }
    }
    return .custom(variables)
  }
}
