import Glibc
import Synchronization

extension FileSystem {
  /// The whole content of a file that a user names: an ordinary one, or any other that has an end, such as `/dev/null`
  /// or a shell's `<(…)`. A pipe is read only once, and its content is cached. Throws `EFBIG` for more than `limit`
  /// bytes, `ETIMEDOUT` for a pipe that does not end within a few seconds, and `EINVAL` for a terminal, a disk or any
  /// other device.
  public func readToEnd(of path: String, limit: Int = 16 << 20) throws(FileFailure) -> [UInt8] {
    // Opening a pipe for reading never waits with this flag, whether or not a program writes to it.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { throw Self.unopened(path, code: errno) }
    defer { close(file) }
    var data = stat()
    guard fstat(file, &data) == 0 else { throw FileFailure("read", path, code: errno) }
    let status = FileStatus(data)
    guard !status.isRegularFile || data.st_size == 0 else { return try Self.content(of: file, data, path, limit) }
    let kind = status.mode & S_IFMT
    guard status.isRegularFile || status.isPipe || (kind == S_IFCHR && isatty(file) == 0) else {
      throw FileFailure("read", path, code: status.isDirectory ? EISDIR : EINVAL)
    }
    let content = status.isPipe ? pipes.content(of: path, status) { stream(file, limit) } : stream(file, limit)
    do { return try content.get() } catch { throw FileFailure("read", path, code: error.code) }
  }

  /// Reads an open file up to its end.
  private func stream(_ file: Int32, _ limit: Int) -> Result<[UInt8], PipeCache.Failure> {
    let deadline = Deadline(pipeTimeout, on: .system)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while !deadline.hasPassed {
      var waiting = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(deadline.remaining * 1000) + 1)
      // A pipe looks as if it had ended until its first writer has opened it.
      guard ready > 0 else {
        if ready < 0, errno != EINTR { return .failure(.init(code: errno)) }
        continue
      }
      let count = Glibc.read(file, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer.prefix(count)
        guard bytes.count <= limit else { return .failure(.init(code: EFBIG)) }
      } else if count == 0 {
        return .success(bytes)
      } else if errno != EINTR, errno != EAGAIN {
        return .failure(.init(code: errno))
      }
    }
    return .failure(.init(code: ETIMEDOUT))
  }
}

/// The contents of the pipes that a user named, or why they could not be read: each can be read only once.
final class PipeCache: Sendable {
  /// The system's error number.
  struct Failure: Error {
    let code: Int32
  }

  private struct Pipe: Hashable {
    let path: String
    let identity: [UInt64]
  }

  private let contents = Mutex<[Pipe: Result<[UInt8], Failure>]>([:])

  /// The content of a pipe, which is read if that was not done before. Two threads never read one pipe at the same
  /// time.
  func content(
    of path: String, _ status: FileStatus, _ read: () -> Result<[UInt8], Failure>
  ) -> Result<[UInt8], Failure> {
    let pipe = Pipe(path: path, identity: status.identity)
    return contents.withLock { contents in
      if let content = contents[pipe] { return content }
      let content = read()
      contents[pipe] = content
      return content
    }
  }
}
