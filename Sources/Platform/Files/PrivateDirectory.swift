import Glibc

/// A directory that is private to this user: mode 0700, not a link, in a directory of this user. Any other is refused.
/// It is kept open, so that nobody can replace it meanwhile.
public struct PrivateDirectory: Sendable {
  /// Where it is.
  public let path: String
  private let directory: OpenDirectory

  /// Opens a private directory; with `create`, makes a missing one. Throws if it is missing, or not private.
  public init(_ path: String, files: FileSystem, create: Bool) throws(FileFailure) {
    guard let parent = FileSystem.parent(of: path) else { throw FileFailure("open", path, code: EINVAL) }
    let base = try files.ownDirectory(parent, create: create)
    let name = FileSystem.name(in: path)
    if create { try base.make(name, path) }
    guard let status = base.status(of: name) else { throw FileFailure("open", path, code: ENOENT) }
    guard status.mode & S_IFMT != S_IFLNK else { throw FileFailure(path, .isLink) }
    guard status.isDirectory else { throw FileFailure(path, .isNotOfItsKind) }
    directory = try base.opened(name, path, followingLinks: false)
    self.path = path
    try Self.check(directory.status, at: path)
    // An unusual umask may have locked its owner out.
    if directory.status.mode & 0o700 != 0o700 { fchmodat(base.descriptor, name, 0o700, 0) }
  }

  /// The content of a file in it; nil when there is none. Throws when other users have access to the file.
  public func read(_ name: String, limit: Int) throws(FileFailure) -> [UInt8]? {
    let shown = "\(path)/\(name)"
    let file = openat(directory.descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
    guard file >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: return nil
      case ELOOP: throw FileFailure(shown, .isLink)
      // A socket, or a file whose mode allows nobody to read it.
      case ENXIO, EACCES, EPERM: throw FileFailure(shown, .isNotOfItsKind)
      default: throw FileFailure("read", shown, code: errno)
      }
    }
    defer { close(file) }
    let status = try FileSystem.status(of: file, "read", shown)
    guard status.isRegularFile else { throw FileFailure(shown, .isNotOfItsKind) }
    try Self.check(status, at: shown)
    return try FileSystem.content(of: file, status, shown, limit: limit)
  }

  /// Writes a file with mode 0600 in it, atomically.
  public func write(_ name: String, _ content: [UInt8]) throws(FileFailure) {
    try FileSystem.replace(name, in: directory.descriptor, as: "\(path)/\(name)", with: content, mode: 0o600)
  }

  /// Removes a file from it; it succeeds if there is none.
  public func remove(_ name: String) throws(FileFailure) {
    try FileSystem.remove(name, in: directory.descriptor, as: "\(path)/\(name)")
  }

  /// Removes whatever has a file's name. A directory that is not empty is renamed.
  public func discard(_ name: String) throws(FileFailure) {
    do { try remove(name) } catch {
      guard directory.status(of: name)?.isDirectory == true else { throw error }
      guard
        unlinkat(directory.descriptor, name, AT_REMOVEDIR) == 0
          || renameat(directory.descriptor, name, directory.descriptor, "\(name).refused") == 0
      else { throw FileFailure("remove", "\(path)/\(name)", code: errno) }
    }
  }

  /// Opens a file in it for locking, and makes a missing one; nil if that is not possible.
  func openForLocking(_ name: String) -> Int32? {
    let file = openat(directory.descriptor, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return nil }
    // Under an unusual umask the next process could not open it.
    if let made = directory.status(of: name), made.mode & 0o777 != 0o600 { fchmod(file, 0o600) }
    return file
  }

  /// The names of the files in it.
  public var names: [String] {
    let file = openat(directory.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    guard let stream = fdopendir(file) else {
      close(file)
      return []
    }
    return FileSystem.names(in: stream)
  }

  private static func check(_ status: FileStatus, at path: String) throws(FileFailure) {
    guard status.owner == geteuid() else { throw FileFailure(path, .belongsToAnother) }
    guard !status.isOpenToOthers else { throw FileFailure(path, .isOpenToOthers) }
  }
}
