import Glibc

/// Terminals of this process: the one that controls it, and those that its files are.
enum Terminal {
  /// The width of the terminal that a file is; nil where it is none, or where the terminal does not know.
  static func columns(of file: Int32) -> Int? {
    var size = winsize()
    guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Asks as Python's getpass does: on the terminal itself, whatever standard input and output are, without echo.
  /// Nil where nobody can be asked, or nobody answers.
  static func askForSecret(_ prompt: String) -> [UInt8]? {
    let file = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    // A process in the background would be stopped by asking.
    guard tcgetpgrp(file) == getpgrp() else { return nil }
    var before = termios()
    guard tcgetattr(file, &before) == 0 else { return nil }
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO)
    // An interrupt must end the wait, not the process: the terminal would be left without echo. One that came while an
    // earlier question was asked, and that whoever started this process wants ignored, does not answer this one.
    interruption = 0
    let signals = SignalGuard(SignalGuard.ending, sparingIgnored: false) { signal in interruption = signal }
    defer {
      signals.end()
      if interruption != 0 { raise(interruption) }
    }
    guard tcsetattr(file, TCSAFLUSH, &silent) == 0 else { return nil }
    _ = FileSystem.write(Array(prompt.utf8), to: file)
    let line = readLine(from: file)
    tcsetattr(file, TCSAFLUSH, &before)
    _ = FileSystem.write([UInt8(ascii: "\n")], to: file)
    return line
  }

  /// A line without its end; nil at the end of the input and when a signal came.
  private static func readLine(from file: Int32) -> [UInt8]? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    // A signal that comes just before the wait, or that another thread receives, does not end it: hence the short waits.
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

// Written by a signal's handler, which can reach nothing else; each question starts without one.
nonisolated(unsafe) private var interruption: Int32 = 0
