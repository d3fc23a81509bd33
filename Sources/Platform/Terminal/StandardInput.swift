import Glibc

/// Where a password comes from: standard input of the process, its terminal, or a test's own text.
public struct StandardInput: Sendable {
  /// All that is piped in; empty for a terminal, and nil if nothing can be read.
  public let piped: @Sendable () -> [UInt8]?
  /// A line typed on the terminal after a prompt, without echo; nil where there is no terminal or no line.
  public let typed: @Sendable (_ prompt: String) -> [UInt8]?
  /// Reads what is piped in and discards it, so that the writer is not ended by a closed pipe; never waits long.
  public let drain: @Sendable () -> Void

  /// An input made of these functions.
  public init(
    piped: @escaping @Sendable () -> [UInt8]?, typed: @escaping @Sendable (_ prompt: String) -> [UInt8]?,
    drain: @escaping @Sendable () -> Void
  ) {
    self.piped = piped
    self.typed = typed
    self.drain = drain
  }

  /// Standard input and the controlling terminal of this process.
  public static let ofThisProcess = StandardInput(
    piped: { isatty(STDIN_FILENO) == 1 ? [] : readToEnd(of: STDIN_FILENO) }, typed: Terminal.askForSecret,
    drain: { _ = isatty(STDIN_FILENO) == 1 ? nil : readToEnd(of: STDIN_FILENO, timeout: 1000) })

  /// The largest length of a secret.
  private static let limit = 16 << 20

  /// The bytes up to the end; with `timeout`, up to the first pause of that many milliseconds.
  private static func readToEnd(of file: Int32, timeout: Int32? = nil) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while bytes.count <= limit {
      if let timeout {
        var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, timeout) > 0 else { return bytes }
      }
      let count = read(file, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer.prefix(count)
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        return nil
      }
    }
    return nil
  }
}
