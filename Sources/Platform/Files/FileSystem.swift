import Glibc

/// What went wrong with a file: the system's reason or, for what must be private to this user, a refusal.
public struct FileFailure: Failure, Equatable {
  /// Why a directory or a file in it is refused: another user could have read or written it.
  public enum Refusal: String, Sendable {
    case isLink = "is a symbolic link"
    case belongsToAnother = "belongs to another user"
    case isOpenToOthers = "is open to other users"
    case isNotOfItsKind = "is not of the expected type"
  }

  /// What was tried, as a verb: "read", "write".
  public let operation: String
  /// The file it was tried on.
  public let path: String
  /// The system's error number.
  public let code: Int32
  /// Why it is refused; nil for a failure of the system.
  public private(set) var refusal: Refusal?
  /// Whether this user may not search the directory it is in: below `su`, HOME may be another user's.
  var isOutOfReach = false

  /// A failure of an operation on a path.
  public init(_ operation: String, _ path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  init(_ path: String, _ refusal: Refusal) {
    self.init("use", path, code: EPERM)
    self.refusal = refusal
  }

  /// Whether there is no such file for this user: one that cannot be reached counts as absent, as for the AWS CLI.
  public var isAbsence: Bool { code == ENOENT || code == ENOTDIR || isOutOfReach }

  /// Whether the path is a directory.
  public var isDirectory: Bool { code == EISDIR }

  /// What happened.
  public var problem: String { refusal.map { "\(path) \($0.rawValue)" } ?? "cannot \(operation) \(path): \(reason)" }

  /// What to do about a refusal.
  public var remedy: Remedy? {
    refusal.map { $0 == .isOpenToOthers ? .run("chmod go= \(quotedForShell(path))") : .advice("Remove it") }
  }

  /// The same in a message that begins with the file.
  public var problemWithoutPath: String { "cannot \(operation) it: \(reason)" }

  /// The system's words, except where those are unclear.
  private var reason: String {
    switch code {
    case EINVAL where operation == "read": "it is not an ordinary file"
    case ETIMEDOUT where operation == "read": "no program finished writing to it in time"
    default: systemMessage(code)
    }
  }
}

/// The system's words for an error number.
public func systemMessage(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The status of a file: its kind, permissions, owner and identity.
public struct FileStatus: Sendable, Equatable {
  /// The kind and permission bits, as in `stat`.
  public let mode: UInt32
  /// The user it belongs to.
  public let owner: UInt32
  /// The device and inode: what a file is, whatever its name.
  public let identity: [UInt64]
  /// Its bytes; zero for a file in `/proc`.
  let size: Int

  /// Whether this is a directory.
  public var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
  /// Whether this is an ordinary file.
  public var isRegularFile: Bool { mode & S_IFMT == S_IFREG }
  /// Whether reading it never waits for another program.
  var isFileOrDirectory: Bool { isRegularFile || isDirectory }
  /// Whether this is a pipe, with or without a name.
  public var isPipe: Bool { mode & S_IFMT == S_IFIFO }
  /// Whether this is an ordinary file that somebody may run.
  public var isExecutableFile: Bool { isRegularFile && mode & 0o111 != 0 }
  /// Whether anybody but the owner may do anything with it.
  public var isOpenToOthers: Bool { mode & 0o077 != 0 }

  /// Whether every user of the machine can change it; of a directory, what is in it.
  var isWritableByAll: Bool { mode & 0o002 != 0 }
  /// Whether it belongs to this user or to root.
  var isOwnOrRoots: Bool { owner == geteuid() || owner == 0 }

  init(_ data: stat) {
    mode = data.st_mode
    owner = data.st_uid
    identity = [UInt64(data.st_dev), UInt64(data.st_ino)]
    size = data.st_size
  }
}

/// The operations on files that this program needs. All calls are safe on any path and any content.
public struct FileSystem: Sendable {
  /// The file system of this machine.
  public static let system = FileSystem()

  /// Seconds within which a file that is not an ordinary one must end.
  let pipeTimeout: Double
  /// The contents of pipes, since each can be read only once.
  let pipes = PipeCache()

  /// A file system that waits so many seconds for the end of a pipe.
  init(pipeTimeout: Double = 5) { self.pipeTimeout = pipeTimeout }

  /// The status of the file at a path; with `followingLinks: false`, of a link itself. Nil if there is none.
  public func status(_ path: String, followingLinks: Bool = true) -> FileStatus? {
    var data = stat()
    guard (followingLinks ? stat(path, &data) : lstat(path, &data)) == 0 else { return nil }
    return FileStatus(data)
  }

  /// The whole content of a regular file. Throws `EFBIG` for more than `limit` bytes and `EINVAL` for what is not a
  /// regular file, so that nothing is read from another program's pipe. For files that a user names, see `readToEnd`.
  public func read(_ path: String, limit: Int = 16 << 20) throws(FileFailure) -> [UInt8] {
    try read(path, limit: limit) { _ in true }
  }

  private func read(
    _ path: String, limit: Int, _ isAccepted: (FileStatus) -> Bool
  ) throws(FileFailure) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { throw Self.unopened(path, code: errno) }
    defer { close(file) }
    let status = try Self.status(of: file, "read", path)
    guard isAccepted(status) else { throw FileFailure("read", path, code: EACCES) }
    return try Self.content(of: file, status, path, limit: limit)
  }

  /// The content of a file in a directory, as `read` gives it; nil if it is absent, or if another user may have put it
  /// there: everybody can write to the directory, as to /tmp, and the file belongs to neither this user nor root.
  public func readTrusted(_ name: String, in directory: String, limit: Int) throws(FileFailure) -> [UInt8]? {
    let path = Self.path(of: name, in: directory)
    let isOpenToAll = status(directory)?.isWritableByAll == true
    // A link is looked at before it is followed: to open what it leads to may have an effect.
    if isOpenToAll, status(path, followingLinks: false)?.isOwnOrRoots != true { return nil }
    var isTrusted = true
    do {
      return try read(path, limit: limit) { file in
        isTrusted = !isOpenToAll || file.isOwnOrRoots
        return isTrusted
      }
    } catch {
      if !isTrusted || error.isAbsence { return nil }
      throw error
    }
  }

  /// The status of an open file; `operation` and `path` are for messages.
  static func status(of file: Int32, _ operation: String, _ path: String) throws(FileFailure) -> FileStatus {
    var data = stat()
    guard fstat(file, &data) == 0 else { throw FileFailure(operation, path, code: errno) }
    return FileStatus(data)
  }

  /// Why a file could not be opened for reading.
  static func unopened(_ path: String, code: Int32) -> FileFailure {
    var failure = FileFailure("read", path, code: code)
    var data = stat()
    failure.isOutOfReach = code == EACCES && lstat(path, &data) != 0 && errno == EACCES
    return failure
  }

  /// The whole content of an open file of this status; `path` is for messages.
  static func content(
    of file: Int32, _ status: FileStatus, _ path: String, limit: Int
  ) throws(FileFailure) -> [UInt8] {
    guard status.isRegularFile else { throw FileFailure("read", path, code: status.isDirectory ? EISDIR : EINVAL) }
    guard status.size <= limit else { throw FileFailure("read", path, code: EFBIG) }
    var bytes = [UInt8](repeating: 0, count: status.size)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress.map { $0 + count }, $0.count - count) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw FileFailure("read", path, code: errno) }
      // It has become shorter.
      if got == 0 { return Array(bytes.prefix(count)) }
      count += got
    }
    return bytes
  }

  /// The canonical path, without links and dots; nil if the path does not exist.
  public func resolved(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// Why a file at this path could not be written, as far as can be known without trying; nil if nothing prevents it.
  public func obstacle(toReplacing path: String) -> FileFailure? {
    obstacle(toWritingIn: Self.parent(of: path) ?? ".").map { FileFailure("write", path, code: $0.code) }
  }

  /// The same for any file in a directory.
  public func obstacle(toWritingIn directory: String) -> FileFailure? {
    // Missing directories would be made.
    let existing = Self.pathAndParents(directory).first { status($0) != nil } ?? directory
    return access(existing, W_OK | X_OK) == 0 ? nil : FileFailure("write to", existing, code: errno)
  }

  /// Appends to a file, or to a new one that is private to this user. Throws `EINVAL` for what is no regular file.
  public func append(_ content: [UInt8], to path: String) throws(FileFailure) {
    // Opening a pipe that nobody reads must not block.
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0o600)
    guard file >= 0 else { throw FileFailure("write", path, code: errno) }
    defer { close(file) }
    guard try Self.status(of: file, "write", path).isRegularFile else {
      throw FileFailure("write", path, code: EINVAL)
    }
    guard Self.write(content, to: file) else { throw FileFailure("write", path, code: errno) }
  }

  /// Makes a directory and those above it. Existing ones are left as they are.
  public func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(FileFailure) {
    if Self.make(path, mode: mode) { return }
    guard errno == ENOENT, let parent = Self.parent(of: path), parent != path else {
      throw FileFailure("make the directory", path, code: errno)
    }
    try makeDirectory(parent, mode: mode)
    guard Self.make(path, mode: mode) else { throw FileFailure("make the directory", path, code: errno) }
  }

  /// Makes a directory. True if it exists now. An unusual umask must not lock its owner out.
  static func make(_ name: String, in directory: Int32 = AT_FDCWD, mode: UInt32) -> Bool {
    guard mkdirat(directory, name, mode) == 0 else { return errno == EEXIST }
    var data = stat()
    if fstatat(directory, name, &data, AT_SYMLINK_NOFOLLOW) == 0, data.st_mode & 0o700 != mode & 0o700 {
      fchmodat(directory, name, data.st_mode & 0o777 | mode & 0o700, 0)
    }
    return true
  }

  /// Removes a directory if it is empty.
  public func removeIfEmpty(directory path: String) { rmdir(path) }

  /// The names in a directory, sorted; none when it cannot be read.
  public func names(in directory: String) -> [String] {
    opendir(directory).map { Self.names(in: $0) } ?? []
  }

  /// The names in an open directory, sorted; closes it.
  static func names(in stream: OpaquePointer) -> [String] {
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = Glibc.readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The directory a path lies in.
  public static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last name in a path.
  static func name(in path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// The path of a name in a directory.
  public static func path(of name: String, in directory: String) -> String {
    directory == "/" ? "/\(name)" : "\(directory)/\(name)"
  }

  /// A directory, by its canonical path, and all directories above it; none if it does not exist.
  public func directories(upFrom directory: String) -> some Sequence<String> {
    Self.pathAndParents(resolved(directory))
  }

  /// A path, and the paths of all directories above it.
  static func pathAndParents(_ path: String?) -> some Sequence<String> {
    sequence(state: path) { next in
      defer { next = next == "/" ? nil : next.flatMap(parent) }
      return next
    }
  }

  /// The nearest of them that contains this name; nil if none does.
  public func nearestDirectory(upFrom directory: String, having name: String) -> String? {
    directories(upFrom: directory).first { status(Self.path(of: name, in: $0)) != nil }
  }

  static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count, let start = buffer.baseAddress {
        let put = Glibc.write(file, start + done, buffer.count - done)
        if put > 0 { done += put } else if put < 0, errno == EINTR { continue } else { return false }
      }
      return true
    }
  }
}
