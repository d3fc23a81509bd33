import CProcess
import Glibc

/// Lets another program take this process over: same descriptors, other image. Returns only when it cannot be started.
public func replaceProcess(_ path: String, arguments: [String], environment: [String: String]) {
  var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
  argv.append(nil)
  var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") }
  envp.append(nil)
  // What we ignore for ourselves is not to be inherited.
  signal(SIGPIPE, SIG_DFL)
  execve(path, argv, envp)
  signal(SIGPIPE, SIG_IGN)
  for pointer in argv + envp { free(pointer) }
}

/// Sets up this process: a reader that has gone away is an error of `write`, not our end, and what it holds in memory
/// is in no core dump.
public func prepareProcess() {
  cprocess_keep_memory_private()
  signal(SIGPIPE, SIG_IGN)
}

/// Ends this process at once: no library's clean-up may keep it from ending.
public func endProcess(_ code: Int32) -> Never {
  _exit(code)
}
