import CFastPath

/// The stamps of files (device, inode, size, times), which differ between files and change with every change of a file.
struct FileStamps {
  private(set) var bytes: [UInt8] = []
  /// The last change of any of them, in nanoseconds since 1970.
  private(set) var changed: Int64 = 0

  /// Adds a file, or that it is absent, by its path ending in NUL. `/dev/null` counts as absent. False if a stamp
  /// cannot show changes: for a pipe, any other device, or a path that this user may not look at.
  mutating func add(_ path: UnsafePointer<CChar>) -> Bool {
    var stamp = cfastpath_stamp()
    let result = cfastpath_stat(path, &stamp)
    let kind = stamp.mode & 0o170000
    if Self.isAbsentResult(result) || (result == 0 && kind == 0o020000 && stamp.special == Self.null) {
      bytes.append(0)
      return true
    }
    guard result == 0, kind == 0o100000 || kind == 0o040000 else { return false }
    bytes.append(1)
    for value in [stamp.device, stamp.inode, stamp.mode, stamp.size] { append(value, to: &bytes) }
    append(UInt64(bitPattern: stamp.modified), to: &bytes)
    append(UInt64(bitPattern: stamp.changed), to: &bytes)
    if stamp.changed > changed { changed = stamp.changed }
    return true
  }

  /// Adds the files of a name (with a slash before it) in the working directory and in all above; also whether everybody
  /// can write to their directories, since then their owners matter. False in a directory that was removed.
  mutating func addUpward(_ name: StaticString) -> Bool {
    guard var directory = target(ofLink: "/proc/self/cwd"), !isAbsent(joined(directory, "/.")) else { return false }
    while true {
      let path = joined(directory, name)
      if !isAbsent(path) {
        guard add(path) else { return false }
        if isWritableByAll(joined(directory, "/.")) { bytes.append(2) }
      }
      guard let slash = directory.lastIndex(of: 0x2F) else {
        bytes.append(0)
        return true
      }
      directory.removeLast(directory.count - slash)
    }
  }

  private func isWritableByAll(_ path: UnsafePointer<CChar>) -> Bool {
    var stamp = cfastpath_stamp()
    return cfastpath_stat(path, &stamp) != 0 || stamp.mode & 0o002 != 0
  }

  /// Whether a path does not exist.
  func isAbsent(_ path: UnsafePointer<CChar>) -> Bool {
    var stamp = cfastpath_stamp()
    return Self.isAbsentResult(cfastpath_stat(path, &stamp))
  }

  /// Whether a file is one of those added, under any name.
  func contains(_ path: UnsafePointer<CChar>) -> Bool {
    var one = FileStamps()
    guard one.add(path), one.bytes.count > 1 else { return false }
    var start = 0
    while start < bytes.count {
      if bytes[start...].starts(with: one.bytes) { return true }
      start += bytes[start] == 1 ? one.bytes.count : 1
    }
    return false
  }

  /// The number of `/dev/null` among the devices. Source: Linux's devices.txt
  private static let null: UInt64 = 1 << 8 | 3

  private static func isAbsentResult(_ result: Int) -> Bool { result == -Int(ENOENT) || result == -Int(ENOTDIR) }
}
