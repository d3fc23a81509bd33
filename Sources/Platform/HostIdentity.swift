import Glibc

extension Context {
  /// What tells this container, or this run of a machine, from all others: the kernel keyring may be one for all of them.
  /// A name of a namespace alone would not do: the kernel gives it again to the next.
  public var hostIdentity: [String] {
    [
      files.target(ofLink: "/proc/self/ns/mnt") ?? "", text("/proc/sys/kernel/random/boot_id"),
      text("/proc/sys/kernel/hostname"), startOfFirstProcess,
    ]
  }

  /// When the first process of the container, or of the machine, was started. Source: proc(5), `/proc/PID/stat`.
  private var startOfFirstProcess: String {
    // The second field, in parentheses, may hold blanks and parentheses itself.
    let fields = text("/proc/1/stat").split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 19 ? String(fields[19]) : ""
  }

  private func text(_ path: String) -> String {
    files.readFromKernel(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

extension FileSystem {
  /// The beginning of a file that the kernel makes up as it is read, and whose size is nought; nil where it cannot be read.
  fileprivate func readFromKernel(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      count = max(0, Glibc.read(file, buffer.baseAddress, 4096))
    }
  }
}
