import Glibc

/// A directory that is held open: whatever its path leads to later, this is the one that was looked at.
final class OpenDirectory: Sendable {
  /// For the calls that take a directory and a name in it.
  let descriptor: Int32
  /// What it was when it was opened.
  let status: FileStatus

  private init(_ descriptor: Int32, _ path: String) throws(FileFailure) {
    self.descriptor = descriptor
    guard descriptor >= 0 else { throw FileFailure("open", path, code: errno) }
    var data = stat()
    guard fstat(descriptor, &data) == 0 else {
      let code = errno
      close(descriptor)
      throw FileFailure("open", path, code: code)
    }
    status = FileStatus(data)
  }

  deinit { close(descriptor) }

  /// `O_PATH`, which needs no permission to read the directory; a macro that Swift does not see.
  /// Source: asm-generic/fcntl.h
  private static let pathOnly: Int32 = 0o10_000_000
  private static let flags = pathOnly | O_DIRECTORY | O_CLOEXEC

  /// Opens a directory by its absolute path, one name after the other. A link is followed only where this user or root must
  /// have put it: below a directory of somebody else's, or one that everybody may write to, it may lead anywhere.
  static func at(_ path: String) throws(FileFailure) -> OpenDirectory {
    var directory = try OpenDirectory(open("/", flags), "/")
    for name in path.split(separator: "/") {
      directory = try directory.opened(String(name), path, followingLinks: directory.isTrusted)
    }
    return directory
  }

  /// A directory in this one; `path` is what a failure calls it.
  func opened(_ name: String, _ path: String, followingLinks: Bool) throws(FileFailure) -> OpenDirectory {
    try OpenDirectory(openat(descriptor, name, Self.flags | (followingLinks ? 0 : O_NOFOLLOW)), path)
  }

  /// Makes a directory in this one that is open to nobody else, whatever the umask. One that is there stays as it is.
  func make(_ name: String, _ path: String) throws(FileFailure) {
    guard mkdirat(descriptor, name, 0o700) == 0 else {
      guard errno == EEXIST else { throw FileFailure("make the directory", path, code: errno) }
      return
    }
    if let made = status(of: name), made.mode & 0o700 != 0o700 { fchmodat(descriptor, name, 0o700, 0) }
  }

  /// What is in a place in this directory, a link itself; nil when there is nothing.
  func status(of name: String) -> FileStatus? {
    var data = stat()
    return fstatat(descriptor, name, &data, AT_SYMLINK_NOFOLLOW) == 0 ? FileStatus(data) : nil
  }

  /// Whether it is this user's.
  var isOwn: Bool { status.owner == geteuid() }

  /// Whether this user may make directories in it that nobody takes away: it is this user's, or a place such as /tmp.
  var mayHoldOwn: Bool { isOwn || (status.owner == 0 && status.mode & 0o1000 != 0) }

  private var isTrusted: Bool { (isOwn || status.owner == 0) && status.mode & 0o002 == 0 }
}

extension FileSystem {
  /// A directory of this user's, held open. With `create`, what is missing of it is made, but in nobody else's directory.
  func ownDirectory(_ path: String, create: Bool) throws(PrivacyFailure) -> OpenDirectory {
    let directory = try openDirectory(path, create: create)
    guard directory.isOwn else { throw .belongsToAnother(path) }
    return directory
  }

  private func openDirectory(_ path: String, create: Bool) throws(PrivacyFailure) -> OpenDirectory {
    do { return try OpenDirectory.at(path) } catch {
      guard create, error.code == ENOENT, let parent = Self.parent(of: path), parent != path else {
        throw .failed(error)
      }
      let above = try openDirectory(parent, create: true)
      guard above.mayHoldOwn else { throw .belongsToAnother(parent) }
      let name = String(path.dropFirst(parent == "/" ? 1 : parent.utf8.count + 1))
      do {
        try above.make(name, path)
        return try above.opened(name, path, followingLinks: false)
      } catch { throw .failed(error) }
    }
  }

  /// Whether a directory is this user's; with `orMissing`, also whether what keeps it from being there is: what stands in its
  /// place, or in the way to it, is looked for above.
  func isOwnDirectory(_ path: String, orMissing: Bool) -> Bool {
    var path = path
    var isThere = true
    while true {
      do {
        let directory = try OpenDirectory.at(path)
        return isThere ? directory.isOwn : directory.mayHoldOwn
      } catch {
        guard orMissing, let parent = Self.parent(of: path), parent != path else { return false }
        (path, isThere) = (parent, false)
      }
    }
  }
}
