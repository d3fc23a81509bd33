import Glibc

// Replacing and removing whole files.
extension FileSystem {
  /// Replaces a file's content atomically: a temporary file beside it is written, flushed and renamed. Where the file
  /// system supports that, the temporary file is unnamed until it is complete, and then gets a fixed name that the next
  /// writer can remove. With `keepingOwner`, the file keeps its owner, or is not replaced: for files of other programs.
  public func replace(
    _ path: String, with content: [UInt8], mode: UInt32, keepingOwner: Bool = false
  ) throws(FileFailure) {
    try Self.replace(path, in: AT_FDCWD, as: path, with: content, mode: mode, keepingOwner: keepingOwner)
  }

  /// The same in an open directory; `path` is for messages.
  static func replace(
    _ name: String, in directory: Int32, as path: String, with content: [UInt8], mode: UInt32,
    keepingOwner: Bool = false
  ) throws(FileFailure) {
    // An interrupt must wait until the file is complete, or the temporary file would be left behind.
    try blocking(SignalGuard.terminating) { () throws(FileFailure) in
      if !writeUnnamed(name, in: directory, content, mode, keepingOwner) {
        let temporary = "\(name).\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        let file = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFailure("write", path, code: errno) }
        defer { close(file) }
        let isReplaced =
          (!keepingOwner || keepOwner(of: name, in: directory, for: file)) && fchmod(file, mode) == 0
          && write(content, to: file) && fsync(file) == 0 && renameat(directory, temporary, directory, name) == 0
        guard isReplaced else {
          let code = errno
          unlinkat(directory, temporary, 0)
          throw FileFailure("write", path, code: code)
        }
      }
      flushDirectory(of: name, in: directory)
    }
  }

  /// `O_TMPFILE` without its `O_DIRECTORY`, a macro that Swift does not see. Source: asm-generic/fcntl.h
  private static let unnamed: Int32 = 0o20_000_000

  /// Writes an unnamed file, links it under a temporary name, and renames it: a process that is killed can leave only a
  /// complete file behind. False, with nothing done, where that is not possible.
  private static func writeUnnamed(
    _ path: String, in directory: Int32, _ content: [UInt8], _ mode: UInt32, _ keepingOwner: Bool
  ) -> Bool {
    let place = parent(of: path) ?? "."
    let file = openat(directory, place, O_WRONLY | O_DIRECTORY | unnamed | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    defer { close(file) }
    guard !keepingOwner || keepOwner(of: path, in: directory, for: file), fchmod(file, mode) == 0,
      write(content, to: file), fsync(file) == 0
    else { return false }
    let name = temporaryName(of: path)
    for _ in 0..<100 {
      if linkat(AT_FDCWD, "/proc/self/fd/\(file)", directory, name, AT_SYMLINK_FOLLOW) == 0 {
        if renameat(directory, name, directory, path) == 0 {
          // If another process had renamed this file already, the temporary name still exists.
          unlinkat(directory, name, 0)
          return true
        }
        // Another process that writes the same file has replaced the temporary name.
        guard errno == ENOENT else { break }
      } else {
        guard errno == EEXIST else { return false }
        unlinkat(directory, name, 0)
      }
    }
    unlinkat(directory, name, 0)
    return false
  }

  /// Gives a new file the owner of the one that it replaces: root may work in a user's home. False if that fails.
  private static func keepOwner(of path: String, in directory: Int32, for file: Int32) -> Bool {
    var old = stat()
    var new = stat()
    guard fstatat(directory, path, &old, AT_SYMLINK_NOFOLLOW) == 0 else { return true }
    guard fstat(file, &new) == 0 else { return false }
    return (old.st_uid, old.st_gid) == (new.st_uid, new.st_gid) || fchown(file, old.st_uid, old.st_gid) == 0
  }

  private static func flushDirectory(of path: String, in directory: Int32) {
    let file = openat(directory, parent(of: path) ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return }
    fsync(file)
    close(file)
  }

  /// Removes a file, and a temporary file that may be left beside it. It succeeds if there is no such file.
  public func remove(_ path: String) throws(FileFailure) { try Self.remove(path, in: AT_FDCWD, as: path) }

  /// The same in an open directory; `path` is for messages.
  static func remove(_ name: String, in directory: Int32, as path: String) throws(FileFailure) {
    unlinkat(directory, temporaryName(of: name), 0)
    guard unlinkat(directory, name, 0) == 0 || errno == ENOENT || errno == ENOTDIR else {
      throw FileFailure("remove", path, code: errno)
    }
  }

  private static let temporaryEnding = ".codeartifact-keyring"

  private static func temporaryName(of path: String) -> String { path + temporaryEnding }

  /// Whether a name is that of a temporary file, which a killed process may have left.
  static func isTemporary(_ name: String) -> Bool { name.hasSuffix(temporaryEnding) }

  /// Removes a temporary file that a killed process may have left beside a file.
  public func removeTemporary(of path: String) { unlink(Self.temporaryName(of: path)) }
}
