import Glibc

/// Standard output and standard error: file descriptors of the process, or those of a test.
public struct StandardStreams: Sendable {
  /// Writes bytes to standard output. False if that failed (a closed pipe, a full disk).
  public let writeOutput: @Sendable ([UInt8]) -> Bool
  /// Writes a line to standard error.
  public let writeError: @Sendable (String) -> Void
  /// Whether standard output is a terminal.
  public var isForPerson = false
  /// The width of the terminal that standard output is; nil for a file or a pipe, or if it is unknown.
  public var columns: @Sendable () -> Int? = { nil }
  /// Whether standard error is a terminal that can clear a line, with this process in the foreground.
  public var canClearLine: @Sendable () -> Bool = { false }

  /// Streams that are no terminal.
  public init(
    writeOutput: @escaping @Sendable ([UInt8]) -> Bool, writeError: @escaping @Sendable (String) -> Void
  ) {
    self.writeOutput = writeOutput
    self.writeError = writeError
  }

  /// Standard output and standard error.
  public static let ofThisProcess = {
    var streams = StandardStreams(
      writeOutput: { FileSystem.write($0, to: STDOUT_FILENO) },
      writeError: { _ = FileSystem.write(Array(($0 + "\n").utf8), to: STDERR_FILENO) })
    streams.isForPerson = isatty(STDOUT_FILENO) == 1
    streams.columns = { Terminal.columns(of: STDOUT_FILENO) }
    streams.canClearLine = {
      isatty(STDERR_FILENO) == 1 && tcgetpgrp(STDERR_FILENO) == getpgrp()
        && Environment.ofThisProcess["TERM"] ?? "dumb" != "dumb"
    }
    return streams
  }()
}

/// Where a password comes from: standard input of the process, its terminal, or a test's own text.
public struct StandardInput: Sendable {
  /// All that is piped in; empty for a terminal, and nil if nothing can be read.
  public let piped: @Sendable () -> [UInt8]?
  /// A line typed on the terminal after a prompt, without echo; nil where there is no terminal or no line.
  public let typed: @Sendable (_ prompt: String) -> [UInt8]?
  /// Reads what is piped in and discards it, so that the writer is not ended by a closed pipe; never waits long.
  public let drain: @Sendable () -> Void

  /// Standard input and the controlling terminal of this process.
  public static let ofThisProcess = StandardInput(
    piped: { readToEnd(timeout: .infinity) }, typed: Terminal.askForSecret, drain: { _ = readToEnd(timeout: 1) })

  /// What is piped in, up to the largest length of a secret; nil if it does not end within so many seconds.
  private static func readToEnd(timeout: Double) -> [UInt8]? {
    guard isatty(STDIN_FILENO) == 0 else { return [] }
    return try? FileSystem.stream(
      STDIN_FILENO, "standard input", limit: 16 << 20, until: Deadline(timeout, on: .system))
  }
}
