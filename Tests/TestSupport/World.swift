import Platform
import Synchronization

/// A whole outside world for one test: a home in a temporary directory, a clock and a network that do as they are told,
/// and streams that are read afterwards. There is no kernel keyring in it, which would be the real one of whoever runs the
/// test, and no session bus unless a test says where one is.
package final class World: Sendable {
  package let directory: TemporaryDirectory
  package let time: ManualClock
  package let http: ScriptedHTTP
  package let output = CollectedOutput()
  package let context: Context

  package typealias Programs = @Sendable (ProcessRequest) throws(FailureRecord) -> ProcessResult

  /// A world with these variables (beside HOME and an empty PATH) and these files below HOME. No program is ever run in
  /// it: `programs` says what would come of one.
  package init(
    _ variables: [String: String] = [:], files: [String: String] = [:], time: ManualClock = ManualClock(),
    http: ScriptedHTTP = ScriptedHTTP(), directory: TemporaryDirectory? = nil,
    programs: @escaping Programs = { _ throws(FailureRecord) in
      throw FailureRecord("failed to start: this world has no programs")
    }
  ) throws {
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    self.time = time
    self.http = http
    for (name, content) in files { try directory.file("home/\(name)", content) }
    try directory.directory("home")
    var context = Context(
      environment: Environment(
        ["HOME": "\(directory.path)/home", "PATH": "\(directory.path)/bin"].merging(variables) { $1 }),
      clock: time.clock,
      files: .system, streams: output.streams,
      // The directory lasts as long as anybody has these surroundings.
      http: { _ in withExtendedLifetime(directory) { http } })
    context.random = { 0.5 }
    context.hasKernelKeyring = false
    context.run = programs
    context.runInteractively = { request throws(FailureRecord) in try programs(request).code }
    context.launch = { request in _ = try? programs(request) }
    self.context = context
  }

  /// The home directory.
  package var home: String { "\(directory.path)/home" }
}

/// What was written to standard output and standard error.
package final class CollectedOutput: Sendable {
  private let state = Mutex<(standardOutput: [UInt8], errorLines: [String])>(([], []))

  package init() {}

  /// All bytes of standard output.
  package var standardOutput: String { state.withLock { String(decoding: $0.standardOutput, as: UTF8.self) } }

  /// Standard error as one text.
  package var standardError: String { errorLines.joined(separator: "\n") }

  /// All lines of standard error.
  package var errorLines: [String] { state.withLock { $0.errorLines } }

  package var streams: StandardStreams {
    StandardStreams(
      writeOutput: { bytes in
        self.state.withLock { $0.standardOutput += bytes }
        return true
      },
      writeError: { line in self.state.withLock { $0.errorLines.append(line) } })
  }
}
