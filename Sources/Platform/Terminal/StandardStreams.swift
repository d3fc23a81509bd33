import Glibc

/// Where answers and complaints go: file descriptors of the process, or a test's own collectors.
public struct StandardStreams: Sendable {
  /// Writes an answer, whole. False when it could not be (a closed pipe, a full disk).
  public let answer: @Sendable ([UInt8]) -> Bool
  /// Writes one line for a person.
  public let writeError: @Sendable (String) -> Void
  /// Whether answers are read by a person at a terminal, rather than by a program.
  public let isForPerson: Bool
  /// The width of the terminal that answers go to; nil where they go elsewhere, or where it is unknown.
  public let columns: @Sendable () -> Int?
  /// Where passing lines are shown; nil where no person is watching.
  public let passing: @Sendable () -> StatusLine?

  /// Streams made of these functions.
  public init(
    answer: @escaping @Sendable ([UInt8]) -> Bool, writeError: @escaping @Sendable (String) -> Void,
    isForPerson: Bool = false, columns: @escaping @Sendable () -> Int? = { nil },
    passing: @escaping @Sendable () -> StatusLine? = { nil }
  ) {
    self.answer = answer
    self.writeError = writeError
    self.isForPerson = isForPerson
    self.columns = columns
    self.passing = passing
  }

  /// Standard output and standard error.
  public static let ofThisProcess = StandardStreams(
    answer: { FileSystem.write($0, to: STDOUT_FILENO) },
    writeError: { _ = FileSystem.write(Array(($0 + "\n").utf8), to: STDERR_FILENO) },
    isForPerson: isatty(STDOUT_FILENO) == 1, columns: { Terminal.columns(of: STDOUT_FILENO) },
    passing: { TerminalLine.isWatched ? StatusLine(show: TerminalLine.show, wipe: TerminalLine.wipe) : nil })
}
