import CProcess
import Glibc

/// Lets another program take this process over: same descriptors, same directory, the last `count` arguments of ours and
/// our environment with one more variable, all of them byte for byte. Returns only when it cannot be started.
public func replaceProcess(_ path: String, keepingLast count: Int, setting name: String, to value: String) {
  let own = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
  let first = strdup(path)
  let argv = [first] + own.dropFirst().suffix(count) + [nil]
  let variable = strdup("\(name)=\(value)")
  var envp: [UnsafeMutablePointer<CChar>?] = []
  var entry = environ
  while let line = entry.pointee {
    if strncmp(line, "\(name)=", name.utf8.count + 1) != 0 { envp.append(line) }
    entry += 1
  }
  envp.append(variable)
  envp.append(nil)
  // What we ignore for ourselves is not to be inherited.
  signal(SIGPIPE, inheritedPipeHandling)
  signal(SIGXFSZ, inheritedLimitHandling)
  execve(path, argv, envp)
  signal(SIGPIPE, SIG_IGN)
  signal(SIGXFSZ, SIG_IGN)
  free(first)
  free(variable)
}

// Written once, before anything else happens in the process.
nonisolated(unsafe) private var inheritedPipeHandling: sighandler_t? = SIG_DFL
nonisolated(unsafe) private var inheritedLimitHandling: sighandler_t? = SIG_DFL

/// Sets up this process: a reader that has gone away, and a file that may not grow, are errors of `write`, not our end; what it holds in memory is in no
/// core dump; and what is opened later never takes the place of a standard stream that was closed.
public func prepareProcess() {
  cprocess_keep_memory_private()
  inheritedPipeHandling = signal(SIGPIPE, SIG_IGN)
  inheritedLimitHandling = signal(SIGXFSZ, SIG_IGN)
  for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
    // The wrong way round, so that its use fails as that of a closed one, and closed again for a program that takes over.
    open("/dev/null", (stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
  }
}

/// Ends this process at once: no library's clean-up may keep it from ending.
public func endProcess(_ code: Int32) -> Never {
  _exit(code)
}
