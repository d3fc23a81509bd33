import Glibc
import TestSupport
import Testing

@testable import Platform

@Suite struct BoundedReadTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func pipe(_ name: String = "pipe") throws -> String {
    let path = "\(directory.path)/\(name)"
    try #require(mkfifo(path, 0o600) == 0)
    return path
  }

  /// What a read leads to. A machine may take its time: only a read that waits for nothing is given up on soon.
  private func outcome(_ path: String, pipeTimeout: Double = 3600, limit: Int = 1 << 20) -> Result<[UInt8], FileFailure>
  {
    Result { () throws(FileFailure) in try FileSystem(pipeTimeout: pipeTimeout).readToEnd(of: path, limit: limit) }
  }

  @Test func anOrdinaryFile() throws {
    #expect(try FileSystem.system.readToEnd(of: try directory.file("f", "content")) == Array("content".utf8))
    #expect(try FileSystem.system.readToEnd(of: try directory.file("e", "")) == [])
    #expect(throws: FileFailure("read", "\(directory.path)/f", code: EFBIG)) {
      try FileSystem.system.readToEnd(of: "\(directory.path)/f", limit: 6)
    }
  }

  @Test func theDeviceThatIsEmpty() throws { #expect(try FileSystem.system.readToEnd(of: "/dev/null") == []) }

  /// Its size is said to be nothing.
  @Test func aFileOfTheKernel() throws {
    #expect(try FileSystem.system.readToEnd(of: "/proc/self/status").starts(with: Array("Name:".utf8)))
  }

  /// A shell's `<(…)` is a pipe that has no name but its number.
  @Test(arguments: ["", "[default]\n", String(repeating: "x", count: 20_000)])
  func aPipeIsReadOnceAndRemembered(_ content: String) throws {
    var ends: [Int32] = [0, 0]
    try #require(Glibc.pipe(&ends) == 0)
    #expect(FileSystem.write(Array(content.utf8), to: ends[1]))
    close(ends[1])
    defer { close(ends[0]) }
    let files = FileSystem(pipeTimeout: 3600)
    for _ in 0..<3 { #expect(try files.readToEnd(of: "/dev/fd/\(ends[0])") == Array(content.utf8)) }
  }

  @Test func aPipeWhoseWriterTakesItsTime() throws {
    let path = try pipe()
    let content = [UInt8](repeating: 7, count: 300_000)
    let isUnderWay = inBackground {
      let file = open(path, O_WRONLY | O_CLOEXEC)
      _ = FileSystem.write(content, to: file)
      close(file)
    }
    try #require(isUnderWay)
    #expect(outcome(path) == .success(content))
  }

  @Test func aPipeThatNobodyWritesTo() throws {
    let path = try pipe()
    let files = FileSystem(pipeTimeout: 0.05)
    for _ in 0..<2 {
      #expect(throws: FileFailure("read", path, code: ETIMEDOUT)) { try files.readToEnd(of: path) }
    }
  }

  @Test func aPipeWhoseWriterDoesNotEnd() throws {
    let path = try pipe()
    let writer = open(path, O_RDWR)
    try #require(writer >= 0)
    defer { close(writer) }
    #expect(FileSystem.write([1, 2, 3], to: writer))
    #expect(outcome(path, pipeTimeout: 0.05) == .failure(FileFailure("read", path, code: ETIMEDOUT)))
  }

  @Test func whatNeverEnds() {
    #expect(outcome("/dev/zero") == .failure(FileFailure("read", "/dev/zero", code: EFBIG)))
  }

  @Test func aPipeWithMoreThanIsTakenIn() throws {
    let path = try pipe()
    let writer = open(path, O_RDWR)
    defer { close(writer) }
    #expect(FileSystem.write([UInt8](repeating: 1, count: 100), to: writer))
    #expect(outcome(path, limit: 99) == .failure(FileFailure("read", path, code: EFBIG)))
  }

  /// Each time it is opened, this is a new terminal.
  @Test func aTerminal() {
    #expect(outcome("/dev/ptmx") == .failure(FileFailure("read", "/dev/ptmx", code: EINVAL)))
  }

  @Test func aSocket() throws {
    let path = "\(directory.path)/socket"
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    #expect(outcome(path) == .failure(FileFailure("read", path, code: ENXIO)))
  }

  @Test func aDirectoryAndNothing() {
    #expect(outcome("/tmp") == .failure(FileFailure("read", "/tmp", code: EISDIR)))
    let absent = "\(directory.path)/absent"
    #expect(outcome(absent) == .failure(FileFailure("read", absent, code: ENOENT)))
  }

  @Test(arguments: [
    (ETIMEDOUT, "program finished writing to it"), (EINVAL, "not an ordinary file"), (EACCES, "Permission denied"),
  ])
  func messagesSayWhatIsWrong(_ code: Int32, _ words: String) {
    #expect("\(FileFailure("read", "/x", code: code))".hasPrefix("cannot read /x: "))
    #expect("\(FileFailure("read", "/x", code: code))".contains(words))
  }
}

@Suite struct LibraryFilesTests {
  /// libcurl would open it and wait for ever.
  @Test func certificatesInAPipeAreRefusedBeforehand() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    for certificates in [path, "/dev/zero", "/dev/null"] {
      let client = CurlClient(
        environment: Environment([:]), certificates: (certificates, .variable("SSL_CERT_FILE"))
      )
      let failure = #expect(throws: HTTPFailure.self) {
        try client.send(HTTPRequest(method: "GET", url: "https://127.0.0.1:1/"))
      }
      #expect(failure?.kind == .unreadableCertificates && failure?.reason.contains(certificates) == true)
      #expect(failure?.location == .variable("SSL_CERT_FILE"))
    }
  }

  @Test func theVariableAtFaultIsNamed() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    for variable in LibraryFiles.variables {
      var variables = ["SSL_CERT_FILE": try directory.file("f", ""), "OPENSSL_CONF": directory.path]
      variables[variable] = path
      #expect(
        LibraryFiles.remedy(Environment(variables))
          == .set(variable, to: "an ordinary file: \(path) is none"))
    }
    guard case .advice = LibraryFiles.remedy(Environment([:])) else {
      Issue.record("it names a variable")
      return
    }
  }
}
