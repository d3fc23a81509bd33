import Glibc

/// A lock between processes of this user: `flock` on a file, which the kernel lets go of when its holder dies.
public final class InterProcessLock: Sendable {
  /// What the last holder left in the file for the next.
  public enum Note: Sendable, Equatable {
    /// Nothing went wrong.
    case none
    /// It failed at a moment (epoch seconds), with a line for a person.
    case failure(at: Double, line: String)
  }

  private let file: Int32

  private init(file: Int32) { self.file = file }

  deinit { close(file) }

  /// Waits for the lock of a name until the deadline. Nil when no directory of ours can hold one: better no lock than no
  /// answer. Throws `LockTimeout` when somebody else held it all the while.
  public static func acquire(
    _ name: String, _ surroundings: Surroundings, deadline: Deadline
  ) throws(LockTimeout) -> InterProcessLock? {
    guard let file = open(name, surroundings) else { return nil }
    return try wait(for: file, surroundings, deadline)
  }

  /// Waits until no other process of this user reads and edits settings files: the home directory itself is locked, which
  /// nobody removes and every such process has in common. Nil where it cannot be. Throws `LockTimeout` when somebody else
  /// held it until the deadline.
  public static func ofSettings(
    _ surroundings: Surroundings, deadline: Deadline
  ) throws(LockTimeout) -> InterProcessLock? {
    guard let home = surroundings.directories.home else { return nil }
    let file = Glibc.open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return file < 0 ? nil : try wait(for: file, surroundings, deadline)
  }

  private static func wait(
    for file: Int32, _ surroundings: Surroundings, _ deadline: Deadline
  ) throws(LockTimeout) -> InterProcessLock? {
    var pause = 0.002
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        close(file)
        return nil
      }
      guard !deadline.hasPassed else {
        close(file)
        throw LockTimeout()
      }
      surroundings.clock.sleep(min(pause, deadline.remaining))
      pause = min(pause * 1.5, 0.05)
    }
    return InterProcessLock(file: file)
  }

  /// The note of the last holder.
  public var note: Note {
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = pread(file, &buffer, buffer.count, 0)
    guard count > 0 else { return .none }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    guard let end = text.firstIndex(of: "\n"), let moment = Double(text[..<end]) else { return .none }
    return .failure(at: moment, line: oneLine(text[text.index(after: end)...], limit: 1000))
  }

  /// Leaves a note for the next holder.
  public func leave(_ note: Note) {
    switch note {
    case .none:
      ftruncate(file, 0)
    case .failure(let moment, let line):
      let bytes = Array("\(moment)\n\(line)".utf8.prefix(2048))
      ftruncate(file, 0)
      pwrite(file, bytes, bytes.count, 0)
    }
  }

  private static func open(_ name: String, _ surroundings: Surroundings) -> Int32? {
    for path in surroundings.stateDirectories {
      guard let directory = try? PrivateDirectory(path, files: surroundings.files, create: true) else { continue }
      if let file = directory.openForLocking("\(name).lock") { return file }
    }
    return nil
  }
}

extension Surroundings {
  /// Removes our state directories, with the locks in them and what killed processes left of a file that was about to take
  /// its place. One that is not private, or holds anything else, stays.
  public func removeStateDirectories() {
    for path in stateDirectories {
      guard let directory = try? PrivateDirectory(path, files: files, create: false) else { continue }
      for name in directory.names where name.hasSuffix(".lock") || FileSystem.isRemains(name) {
        try? directory.remove(name)
      }
      files.removeIfEmpty(directory: path)
    }
  }
}

/// Somebody else held a lock until our time was up.
public struct LockTimeout: Error, Equatable {
  /// One that says nothing more.
  public init() {}
}
