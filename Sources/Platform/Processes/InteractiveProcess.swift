import Glibc
import Subprocess

extension ChildProcess {
  /// Runs a program that talks to the person at the terminal, and returns its exit code. An interrupt from the keyboard
  /// ends the program, and then this process. Its output goes to standard error, since standard output is for the
  /// result.
  static func runInteractively(_ request: ProcessRequest) throws(FailureRecord) -> Int {
    let ending = OneShot<Result<Int, FailureRecord>>()
    interruption = 0
    let signals = SignalGuard([SIGINT, SIGQUIT], exceptIgnored: true) { signal in interruption = signal }
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
    var outcome: Result<Int, FailureRecord>?
    while outcome == nil { outcome = ending.wait(seconds: 3600) }
    signals.end()
    if interruption != 0 { raise(interruption) }
    return try outcome?.get() ?? 1
  }

  /// Starts a program that outlives this process, without its terminal. A failure to start is ignored.
  static func launch(_ request: ProcessRequest) {
    var options = PlatformOptions()
    options.createSession = true
    Task.detached { [options] in
      _ = try? await Subprocess.run(
        request.executable, arguments: Arguments(request.arguments), environment: request.variables,
        platformOptions: options, input: .none, output: .discarded, error: .discarded)
    }
  }
}

// Written by a signal handler, which can reach nothing else.
nonisolated(unsafe) private var interruption: Int32 = 0
