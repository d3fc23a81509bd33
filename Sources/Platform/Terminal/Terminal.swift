import Glibc

/// The controlling terminal of this process, and terminals behind file descriptors.
enum Terminal {
  /// The width of the terminal behind a file descriptor; nil if it is not a terminal, or the width is unknown.
  static func columns(of file: Int32) -> Int? {
    var size = winsize()
    guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Asks as Python's getpass does: on the terminal itself, without echo. Nil if there is no terminal, or no input.
  static func askForSecret(_ prompt: String) -> [UInt8]? {
    let file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    // A background process would be stopped when it reads from the terminal.
    guard tcgetpgrp(file) == getpgrp() else { return nil }
    var before = termios()
    guard tcgetattr(file, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    // An interrupt must not end the process here, or the terminal would stay without echo.
    return deferringSignals(SignalGuard.terminating, exceptIgnored: false) {
      guard tcsetattr(file, TCSAFLUSH, &silent) == 0 else { return nil }
      _ = FileSystem.write(Array(prompt.utf8), to: file)
      let line = readLine(from: file)
      tcsetattr(file, TCSAFLUSH, &before)
      _ = FileSystem.write([UInt8(ascii: "\n")], to: file)
      return line
    }
  }

  /// A line without its line end; nil at the end of the input and after a signal.
  private static func readLine(from file: Int32) -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    // A signal that arrives just before the wait, or in another thread, does not end it, so the waits are short.
    let step: Int32 = 100
    while interruption == 0 {
      var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, step)
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      let count = read(file, &byte, 1)
      if count == 1 {
        if byte == UInt8(ascii: "\n") { return line }
        line.append(byte)
      } else if count == 0 {
        return line.isEmpty ? nil : line
      } else if errno != EINTR {
        return nil
      }
    }
    return nil
  }
}
