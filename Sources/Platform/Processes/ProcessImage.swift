import CFastPath
import CProcess
import Glibc

/// Replaces this process with another program. It gets the same descriptors and directory, the last `count` arguments
/// byte for byte, and the environment with one more variable. Returns only if it cannot be started.
public func replaceProcess(_ path: String, keepingLast count: Int, setting name: String, to value: String) {
  let first = strdup(path)
  defer { free(first) }
  replaceProcess(setting: [(name, value)]) { execve(path, [first] + lastArguments(count) + [nil], $0) }
}

/// Replaces this process with the command in the last `count` arguments, looked up on PATH, with some variables set and
/// others removed. Throws if that fails.
public func replaceProcess(
  withLast count: Int, setting variables: [(name: String, value: String)], removing removed: [String]
) throws(FileFailure) -> Never {
  let command = lastArguments(count)
  var code = ENOENT
  if let name = command.first ?? nil {
    code = replaceProcess(setting: variables, removing: removed) { cprocess_execvpe(name, command + [nil], $0) }
  }
  throw FileFailure("run", command.first.flatMap { $0 }.map { String(cString: $0) } ?? "nothing", code: code)
}

/// The arguments of this process; the first is its name. `CommandLine` has none where `/proc` is not mounted.
public var processArguments: [String] {
  strings(in: cfastpath_arguments()).compactMap { $0.map { String(cString: $0) } }
}

/// The path of the program that runs; empty if it is not known.
public var executedProgram: String {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = cfastpath_executable(&buffer)
  return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The last arguments, byte for byte.
private func lastArguments(_ count: Int) -> [UnsafeMutablePointer<CChar>?] {
  Array(strings(in: cfastpath_arguments()).dropFirst().suffix(count))
}

/// Replaces this process, with this environment and these changes. Returns only if that fails, with an error number.
@discardableResult
private func replaceProcess(
  setting variables: [(name: String, value: String)], removing removed: [String] = [],
  _ start: ([UnsafeMutablePointer<CChar>?]) -> Int32
) -> Int32 {
  let added = variables.map { strdup("\($0.name)=\($0.value)") }
  defer { for line in added { free(line) } }
  let changed = variables.map(\.name) + removed
  let kept = strings(in: environ).filter { line in
    guard let line else { return false }
    return !changed.contains { strncmp(line, "\($0)=", $0.utf8.count + 1) == 0 }
  }
  // The program must not inherit what this process does with these signals.
  signal(SIGPIPE, inheritedPipeHandling)
  signal(SIGXFSZ, inheritedLimitHandling)
  signal(SIGCHLD, inheritedChildHandling)
  _ = start(kept + added + [nil])
  let code = errno
  handleSignals()
  return code
}

/// Where SIGCHLD is ignored, which a program inherits, the system discards how a child process has ended.
private func handleSignals() {
  inheritedPipeHandling = signal(SIGPIPE, SIG_IGN)
  inheritedLimitHandling = signal(SIGXFSZ, SIG_IGN)
  inheritedChildHandling = signal(SIGCHLD, SIG_DFL)
}

// Written when the process starts. Not in an array: in an optional element, SIG_IGN is taken for nil.
nonisolated(unsafe) private var inheritedPipeHandling: sighandler_t? = SIG_DFL
nonisolated(unsafe) private var inheritedLimitHandling: sighandler_t? = SIG_DFL
nonisolated(unsafe) private var inheritedChildHandling: sighandler_t? = SIG_DFL

/// Sets up this process: a closed pipe and a file size limit are errors of `write` rather than signals; the exit code of a
/// child process can be read; there is no core dump, and memory of a token is overwritten when it is freed; a file that is
/// opened later never becomes a standard stream that was closed.
public func prepareProcess() {
  cprocess_keep_memory_private()
  cprocess_overwrite_freed_memory()
  handleSignals()
  for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
    // Opened for the wrong direction, so that using it fails as for a closed stream.
    _ = open("/dev/null", (stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
  }
}

/// Ends this process at once, without any library's clean-up, which could block.
public func endProcess(_ code: Int32) -> Never {
  _exit(code)
}
