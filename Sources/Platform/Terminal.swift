import Glibc

/// The terminal a person sits at, whatever standard input and output are.
public enum Terminal {
  /// Asks for a line that is not shown while it is typed. Nil without a terminal, from the background, or when nothing
  /// was typed.
  public static func ask(_ prompt: String) -> String? {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    // A process in the background would be stopped by asking.
    guard tcgetpgrp(terminal) == getpgrp() else { return nil }
    var settings = termios()
    guard tcgetattr(terminal, &settings) == 0 else { return nil }
    var silent = settings
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(terminal, TCSAFLUSH, &silent)
    defer { tcsetattr(terminal, TCSAFLUSH, &settings) }
    _ = FileSystem.write(Array(prompt.utf8), to: terminal)
    let line = readLine(from: terminal)
    _ = FileSystem.write([UInt8(ascii: "\n")], to: terminal)
    return line.map { trimmed($0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func readLine(from terminal: Int32) -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < 1024 {
      let count = read(terminal, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return nil }
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }
}
