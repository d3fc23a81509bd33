import Glibc
import Synchronization

extension FileSystem {
  /// The whole content of a file that a user names: an ordinary one, or any other that has an end, such as `/dev/null`
  /// or a shell's `<(…)`. A pipe is read only once, and its content is cached. Throws `EFBIG` for more than `limit`
  /// bytes, `ETIMEDOUT` for a pipe that does not end within seconds, and `EINVAL` for a terminal or another device.
  public func readToEnd(of path: String, limit: Int = 16 << 20) throws(FileFailure) -> [UInt8] {
    // Opening a pipe for reading never waits with this flag, whether or not a program writes to it.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { throw Self.unopened(path, code: errno) }
    defer { close(file) }
    let status = try Self.status(of: file, "read", path)
    guard !status.isRegularFile || status.size == 0 else {
      return try Self.content(of: file, status, path, limit: limit)
    }
    let kind = status.mode & S_IFMT
    guard status.isRegularFile || status.isPipe || (kind == S_IFCHR && isatty(file) == 0) else {
      throw FileFailure("read", path, code: status.isDirectory ? EISDIR : EINVAL)
    }
    let read = { () throws(FileFailure) in
      try Self.stream(file, path, limit: limit, until: Deadline(pipeTimeout, on: .system))
    }
    return try status.isPipe ? pipes.content(of: path, status, read) : read()
  }

  /// Reads an open file up to its end; `path` is for messages.
  static func stream(
    _ file: Int32, _ path: String, limit: Int, until deadline: Deadline
  ) throws(FileFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while !deadline.hasPassed {
      var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(min(deadline.remaining, 3600) * 1000) + 1)
      // A pipe looks as if it had ended until its first writer has opened it.
      guard ready > 0 else {
        if ready < 0, errno != EINTR { throw FileFailure("read", path, code: errno) }
        continue
      }
      let count = Glibc.read(file, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer.prefix(count)
        guard bytes.count <= limit else { throw FileFailure("read", path, code: EFBIG) }
      } else if count == 0 {
        return bytes
      } else if errno != EINTR, errno != EAGAIN {
        throw FileFailure("read", path, code: errno)
      }
    }
    throw FileFailure("read", path, code: ETIMEDOUT)
  }
}

/// The contents of the pipes that a user named, or why they could not be read: each can be read only once.
final class PipeCache: Sendable {
  private let contents = Mutex<[[String]: Result<[UInt8], FileFailure>]>([:])

  /// The content of a pipe, which is read the first time. Two threads never read one pipe at the same time.
  func content(
    of path: String, _ status: FileStatus, _ read: () throws(FileFailure) -> [UInt8]
  ) throws(FileFailure) -> [UInt8] {
    let pipe = [path] + status.identity.map { String($0) }
    let content = contents.withLock { contents in
      let content = contents[pipe] ?? Result(catching: read)
      contents[pipe] = content
      return content
    }
    return try content.get()
  }
}
