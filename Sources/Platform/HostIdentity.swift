extension Context {
  /// Identifies this container, or this boot of the machine, since all containers of a machine may share one kernel
  /// keyring. The name of a namespace alone is not enough: the kernel uses it again.
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
    (try? files.readToEnd(of: path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
