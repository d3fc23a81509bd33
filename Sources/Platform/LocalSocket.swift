import Glibc

/// A stream socket to another program of this machine. No call on it lasts longer than its deadline.
public final class LocalSocket: ByteStream {
  private let file: Int32

  /// Connects. Throws when nobody listens there, or nobody has taken the connection when the deadline passes.
  public init(_ address: LocalAddress, by deadline: Deadline) throws(StreamFailure) {
    guard var name = Self.systemAddress(of: address) else { throw .failed(ENAMETOOLONG) }
    file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard file >= 0 else { throw .failed(errno) }
    while true {
      let result = withUnsafePointer(to: &name.address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, name.length) }
      }
      if result == 0 { return }
      // EAGAIN: its queue is full. There is nothing to wait on, so it is tried again.
      guard errno == EAGAIN || errno == EINTR else { throw .failed(errno) }
      guard !deadline.hasPassed else { throw .silent }
      poll(nil, 0, 5)
    }
  }

  deinit { if file >= 0 { close(file) } }

  /// Sends all of these bytes.
  public func send(_ bytes: [UInt8], by deadline: Deadline) throws(StreamFailure) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Glibc.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 { done += count } else { try wait(for: POLLOUT, after: errno, by: deadline) }
    }
  }

  /// Waits for exactly so many bytes. Memory is taken up as they come, whatever their number is said to be.
  public func receive(_ count: Int, by deadline: Deadline) throws(StreamFailure) -> [UInt8] {
    // One that never stops sending is never waited for.
    guard !deadline.hasPassed else { throw .silent }
    var outcome = Result<Void, StreamFailure>.success(())
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let start = buffer.baseAddress, case .success = outcome {
        let got = recv(file, start + filled, count - filled, 0)
        if got > 0 {
          filled += got
        } else {
          let code = got == 0 ? EPIPE : errno
          outcome = Result { () throws(StreamFailure) in try wait(for: POLLIN, after: code, by: deadline) }
        }
      }
    }
    try outcome.get()
    return bytes
  }

  /// Waits until the call that failed with this error number is worth another try; throws when it never will be.
  private func wait(for event: Int32, after code: Int32, by deadline: Deadline) throws(StreamFailure) {
    switch code {
    case EINTR: return
    case EAGAIN: break
    case EPIPE, ECONNRESET: throw .ended
    default: throw .failed(code)
    }
    let remaining = deadline.remaining
    guard remaining > 0 else { throw .silent }
    var waiting = pollfd(fd: file, events: Int16(event), revents: 0)
    // Rounded up: a wait of less than a millisecond must not become a busy one.
    poll(&waiting, 1, Int32(min(remaining, 3600) * 1000) + 1)
  }

  private static func systemAddress(of address: LocalAddress) -> (address: sockaddr_un, length: socklen_t)? {
    let bytes: [UInt8]
    switch address {
    case .path(let path): bytes = Array(path.utf8)
    // Its first byte is NUL, and its length is all that ends it.
    case .abstract(let name): bytes = [0] + name
    }
    var system = sockaddr_un()
    system.sun_family = sa_family_t(AF_UNIX)
    guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: system.sun_path) else { return nil }
    withUnsafeMutableBytes(of: &system.sun_path) { $0.copyBytes(from: bytes) }
    let ending = if case .path = address { 1 } else { 0 }
    let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + bytes.count + ending }
    return length.map { (system, socklen_t($0)) }
  }
}
