import Glibc

/// A directory that is kept open, so that it stays the one that was checked, whatever its path leads to later.
final class OpenDirectory: Sendable {
  let descriptor: Int32
  let status: FileStatus

  private init(_ descriptor: Int32, _ path: String) throws(FileFailure) {
    self.descriptor = descriptor
    guard descriptor >= 0 else { throw FileFailure("open", path, code: errno) }
    do { status = try FileSystem.status(of: descriptor, "open", path) } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// `O_PATH`, which needs no permission to read; a macro that Swift does not see. Source: asm-generic/fcntl.h
  private static let pathOnly: Int32 = 0o10_000_000
  private static let flags = pathOnly | O_DIRECTORY | O_CLOEXEC

  /// Opens a directory by its absolute path, one name after the other. A link is followed only in a directory that only
  /// this user or root can write to: anywhere else it may lead to any place.
  static func at(_ path: String) throws(FileFailure) -> OpenDirectory {
    var directory = try OpenDirectory(open("/", flags), "/")
    for name in path.split(separator: "/") {
      directory = try directory.opened(String(name), path, followingLinks: directory.isTrusted)
    }
    return directory
  }

  /// A directory in this one; `path` is for messages.
  func opened(_ name: String, _ path: String, followingLinks: Bool) throws(FileFailure) -> OpenDirectory {
    try OpenDirectory(openat(descriptor, name, Self.flags | (followingLinks ? 0 : O_NOFOLLOW)), path)
  }

  /// Makes a directory in this one that is private to this user, whatever the umask. An existing one stays as it is.
  func make(_ name: String, _ path: String) throws(FileFailure) {
    guard FileSystem.make(name, in: descriptor, mode: 0o700) else {
      throw FileFailure("make the directory", path, code: errno)
    }
  }

  /// The status of a name in this directory, of a link itself; nil if there is none.
  func status(of name: String) -> FileStatus? {
    var data = stat()
    return fstatat(descriptor, name, &data, AT_SYMLINK_NOFOLLOW) == 0 ? FileStatus(data) : nil
  }

  var isOwn: Bool { status.owner == geteuid() }

  /// Whether no other user can replace a directory that this user makes in it: this user owns it, or it is like /tmp.
  var isSafeParent: Bool { isOwn || (status.owner == 0 && status.mode & 0o1000 != 0) }

  private var isTrusted: Bool { (isOwn || status.owner == 0) && !status.isWritableByAll }
}

extension FileSystem {
  /// Opens a directory of this user. With `create`, missing directories are made, but not in another user's directory.
  func ownDirectory(_ path: String, create: Bool) throws(FileFailure) -> OpenDirectory {
    let directory = try openDirectory(path, create: create)
    guard directory.isOwn else { throw FileFailure(path, .belongsToAnother) }
    return directory
  }

  private func openDirectory(_ path: String, create: Bool) throws(FileFailure) -> OpenDirectory {
    do { return try OpenDirectory.at(path) } catch {
      guard create, error.code == ENOENT, let parent = Self.parent(of: path), parent != path else {
        throw error
      }
      let above = try openDirectory(parent, create: true)
      guard above.isSafeParent else { throw FileFailure(parent, .belongsToAnother) }
      let name = Self.name(in: path)
      try above.make(name, path)
      return try above.opened(name, path, followingLinks: false)
    }
  }

  /// Whether this user owns a directory; with `orMissing`, also whether a missing one could be made.
  public func isOwnDirectory(_ path: String, orMissing: Bool) -> Bool {
    if let directory = try? OpenDirectory.at(path) { return directory.isOwn }
    let existing = Self.pathAndParents(Self.parent(of: path)).lazy.compactMap { try? OpenDirectory.at($0) }
    return orMissing && existing.first { _ in true }?.isSafeParent ?? false
  }
}
