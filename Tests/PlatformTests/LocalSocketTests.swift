import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite struct LocalSocketTests {
  /// Somebody who listens, and takes connections when told to.
  private final class Listener {
    let file: Int32

    init(path: String? = nil, abstract: [UInt8]? = nil, backlog: Int32 = 8) throws {
      file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let name = abstract.map { [0] + $0 } ?? Array((path ?? "").utf8)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
      let length = socklen_t(2 + name.count + (abstract == nil ? 1 : 0))
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(file, $0, length) }
      }
      try #require(bound == 0 && listen(file, backlog) == 0)
    }

    func take() -> Int32 { accept(file, nil, nil) }

    deinit { close(file) }
  }

  private let directory: TemporaryDirectory
  private var path: String { "\(directory.path)/socket" }

  init() throws { directory = try TemporaryDirectory() }

  private func deadline(_ seconds: Double = 20) -> Deadline { Deadline(seconds, on: .system) }

  private func say(_ bytes: [UInt8], to file: Int32) throws {
    let count = write(file, bytes, bytes.count)
    try #require(count == bytes.count)
  }

  @Test func bytesGoBothWays() throws {
    let listener = try Listener(path: path)
    let socket = try LocalSocket(.path(path), by: deadline())
    let other = listener.take()
    defer { close(other) }
    try socket.send([1, 2, 3], by: deadline())
    var buffer = [UInt8](repeating: 0, count: 8)
    let count = read(other, &buffer, 8)
    #expect(count == 3)
    #expect(buffer.prefix(3) == [1, 2, 3])
    try say([4, 5, 6, 7], to: other)
    #expect(try socket.receive(0, by: deadline()) == [])
    #expect(try socket.receive(1, by: deadline()) == [4])
    #expect(try socket.receive(3, by: deadline()) == [5, 6, 7])
  }

  @Test func namesBesideTheFileSystemAreFoundByAllTheirBytes() throws {
    let name = Array("codeartifact-keyring-\(getpid())-".utf8) + [0, 255]
    let listener = try Listener(abstract: name)
    let socket = try LocalSocket(.abstract(name), by: deadline())
    close(listener.take())
    #expect(throws: StreamFailure.ended) { try socket.receive(1, by: deadline()) }
    #expect(throws: StreamFailure.failed(ECONNREFUSED)) { try LocalSocket(.abstract(name + [0]), by: deadline()) }
  }

  @Test func whereNobodyListensItFails() throws {
    #expect(throws: StreamFailure.failed(ENOENT)) { try LocalSocket(.path(path), by: deadline()) }
    try directory.file("file", "")
    #expect(throws: StreamFailure.failed(ECONNREFUSED)) {
      try LocalSocket(.path("\(directory.path)/file"), by: deadline())
    }
    let long = String(repeating: "x", count: 108)
    #expect(throws: StreamFailure.failed(ENAMETOOLONG)) { try LocalSocket(.path(long), by: deadline()) }
    #expect(throws: StreamFailure.failed(ENOENT)) { try LocalSocket(.path(String(long.dropLast())), by: deadline()) }
  }

  @Test func silenceEndsWithTheDeadline() throws {
    let listener = try Listener(path: path)
    let socket = try LocalSocket(.path(path), by: deadline())
    #expect(throws: StreamFailure.silent) { try socket.receive(1, by: deadline(0.02)) }
    let other = listener.take()
    defer { close(other) }
    try say([1], to: other)
    #expect(throws: StreamFailure.silent) { try socket.receive(2, by: deadline(0.02)) }
    // Nobody reads what is sent: at some point there is no more room for it.
    #expect(throws: StreamFailure.silent) {
      try socket.send(Array(repeating: 0, count: 8 << 20), by: deadline(0.02))
    }
  }

  @Test func aFullQueueEndsWithTheDeadline() throws {
    let listener = try Listener(path: path, backlog: 0)
    let waiting = try LocalSocket(.path(path), by: deadline())
    #expect(throws: StreamFailure.silent) { try LocalSocket(.path(path), by: deadline(0.02)) }
    withExtendedLifetime((listener, waiting)) {}
  }

  @Test func anEndMidwayIsSaid() throws {
    let listener = try Listener(path: path)
    let socket = try LocalSocket(.path(path), by: deadline())
    let other = listener.take()
    try say([1, 2], to: other)
    close(other)
    // However much was promised, no more memory is taken up than came.
    #expect(throws: StreamFailure.ended) { try socket.receive(1 << 30, by: deadline()) }
    #expect(throws: StreamFailure.ended) { try socket.send([1], by: deadline()) }
  }
}
