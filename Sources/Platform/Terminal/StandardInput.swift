import Glibc

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
