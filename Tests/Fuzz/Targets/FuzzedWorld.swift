import Glibc
import Platform
import TestSupport

/// An outside world that costs little to make for each input: all of a process share one home.
struct FuzzedWorld {
  /// The secrets in it; none of them may be told to anybody but as an answer.
  static let secret = "hunter2"

  /// The home directory, without a trailing slash. What runs the targets makes it and removes it.
  static let home = makeHome()

  let time = ManualClock()
  let http: ScriptedHTTP
  let output = CollectedOutput()
  let context: Context

  init(
    _ variables: [String: String] = [:],
    http: ScriptedHTTP = ScriptedHTTP(.failing(.tls)),
    programs: @escaping World.Programs = { _ throws(FailureRecord) in
      throw FailureRecord("failed to start: there are none")
    }
  ) {
    self.http = http
    let standard = ["HOME": Self.home, "PATH": "\(Self.home)/bin", "CODEARTIFACT_KEYRING_STORE": "none"]
    var context = Context(
      environment: Environment(standard.merging(variables) { $1 }), clock: time.clock, files: .system,
      streams: output.streams, http: { _ in http })
    context.random = { 0.5 }
    context.hasKernelKeyring = false
    context.run = programs
    self.context = context
  }

  /// Puts a file below the home directory, without the care that a real one deserves.
  static func put(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o600) {
    let path = "\(home)/\(name)"
    var file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    if file < 0, let parent = FileSystem.parent(of: path) {
      try? FileSystem.system.makeDirectory(parent, mode: 0o700)
      file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    }
    guard file >= 0, write(file, bytes, bytes.count) == bytes.count else { fatalError("\(path) cannot be written") }
    close(file)
  }

  /// Takes a file away again.
  static func remove(_ name: String) { unlink("\(home)/\(name)") }

  /// Checks what holds whatever came in: no secret is told, and no request carries another line in its headers.
  func check() {
    mustHold(output.standardError.firstRange(of: Self.secret) == nil, "a secret was told: \(output.standardError)")
    for request in http.requests {
      mustHold(request.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "an address has a blank in it: \(request.url)")
      for header in request.headers {
        let line = header.name + header.value
        mustHold(line.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a header is more than a line: \(header)")
      }
    }
  }
}

/// The parts of an input, which NULs keep apart: so many, the last ones empty where there are fewer.
func parts(_ bytes: [UInt8], _ count: Int) -> [[UInt8]] {
  let found = bytes.split(separator: 0, maxSplits: count - 1, omittingEmptySubsequences: false).map { Array($0) }
  return found + Array(repeating: [], count: count - found.count)
}

/// Bytes as text, what is no UTF-8 repaired.
func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
