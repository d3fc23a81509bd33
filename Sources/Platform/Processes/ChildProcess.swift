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

/// How a program ended.
public struct ProcessOutcome: Sendable, Equatable {
  /// Its exit code; 128 and the signal's number when a signal ended it.
  public let code: Int
  /// What it wrote to standard output.
  public let output: [UInt8]
  /// The first line that it wrote to standard error, without control characters.
  public let complaint: String

  /// An end.
  public init(code: Int, output: [UInt8], complaint: String) {
    self.code = code
    self.output = output
    self.complaint = complaint
  }
}

/// Why a program gave no outcome.
public enum ProcessFailure: Failure, Equatable {
  /// It could not be started; the system's reason.
  case notStarted(String)
  /// It did not end in time, and was ended.
  case timeout(seconds: Int)
  /// It wrote more than an answer can have, and was ended.
  case tooMuchOutput

  /// What happened, as the end of a sentence that begins with the program.
  public var problem: String {
    switch self {
    case .notStarted(let reason): "failed to start: \(reason)"
    case .timeout(let seconds): "failed to answer within \(seconds) s"
    case .tooMuchOutput: "failed with too much output"
    }
  }
}

/// Runs other programs.
public enum ChildProcess {
  private static let outputLimit = 1 << 20
  private static let complaintLimit = 64 << 10

  /// Runs a program without standard input to its end; or ends it and all that it has started at its timeout.
  public static func run(_ request: ProcessRequest) throws(ProcessFailure) -> ProcessOutcome {
    let errand = OneShot<Result<ProcessOutcome, ProcessFailure>>()
    let task = OneShot<Task<Void, Never>>()
    // Without a free thread libdispatch waits for ever: another thread does that waiting.
    let isBegun = inBackground {
      task.put(
        Task.detached {
          let outcome = await collect(request)
          errand.put(outcome)
        })
    }
    guard isBegun else { throw .notStarted("\(NoThread())") }
    if let outcome = errand.wait(seconds: request.timeout) { return try outcome.get() }
    // Nil where libdispatch still waits for a thread: then there is nothing to end.
    if let task = task.wait(seconds: 0) {
      task.cancel()
      // The teardown signals the whole group, in less than a second.
      _ = errand.wait(seconds: 1)
    }
    throw .timeout(seconds: Int(request.timeout.rounded(.up)))
  }

  private static func collect(_ request: ProcessRequest) async -> Result<ProcessOutcome, ProcessFailure> {
    var options = PlatformOptions()
    // A session of its own: no terminal to prompt on, and one group to end.
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(200))]
    do {
      let result = try await Subprocess.run(
        request.executable, arguments: Arguments(request.arguments), environment: request.variables,
        platformOptions: options, input: .none, output: .bytes(limit: outputLimit), error: .sequence
      ) { execution in
        // Only its first line is shown; all of it is read, so that the program is not blocked.
        var complaint: [UInt8] = []
        for try await part in execution.standardError where complaint.count < complaintLimit {
          part.withUnsafeBytes { complaint += $0.prefix(complaintLimit - complaint.count) }
        }
        return complaint
      }
      let complaint = String(decoding: result.closureResult, as: UTF8.self)
        .split(whereSeparator: \.isNewline).first { !trimmed($0).isEmpty }
      return .success(
        ProcessOutcome(
          code: Self.code(result.terminationStatus), output: result.standardOutput,
          complaint: oneLine(complaint ?? "")))
    } catch let error as SubprocessError {
      return .failure(
        error.code == .outputLimitExceeded ? .tooMuchOutput : .notStarted(oneLine("\(error)", limit: 120)))
    } catch {
      return .failure(.notStarted(oneLine("\(error)", limit: 120)))
    }
  }

  static func code(_ status: TerminationStatus) -> Int {
    switch status {
    case .exited(let code): Int(code)
    case .signaled(let signal): 128 + Int(signal)
    }
  }
}

extension ProcessRequest {
  /// The program as Subprocess wants it.
  var executable: Executable { program.contains("/") ? .path(FilePath(program)) : .name(program) }

  /// The variables as Subprocess wants them.
  var variables: Subprocess.Environment {
    var variables: [Subprocess.Environment.Key: String] = [:]
    // Not for other programs: a credential_process may call a keyring of its own.
    for (name, value) in environment.all where !name.hasPrefix("_CODEARTIFACT_KEYRING_") {
      if let key = Subprocess.Environment.Key(rawValue: name) { variables[key] = value }
    }
    return .custom(variables)
  }
}
