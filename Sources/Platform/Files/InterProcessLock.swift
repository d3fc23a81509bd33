import Glibc

/// A lock between processes of this user: `flock` on a file, which the kernel lets go of when its holder dies. A holder that
/// is stopped keeps it; where that must not stop the others, it is a lease, which the holder renews as long as it runs.
public final class InterProcessLock: Sendable {
  /// What the last holder left in the file for the next.
  public enum Note: Sendable, Equatable {
    /// Nothing went wrong.
    case none
    /// It failed at a moment (epoch seconds), with a line for a person.
    case failure(at: Double, line: String)
  }

  private let file: Int32
  private let renewal: LeaseRenewal?

  private init(file: Int32, renewal: LeaseRenewal?) {
    self.file = file
    self.renewal = renewal
  }

  deinit {
    renewal?.end()
    // Whoever renews the lease still has the file open for a moment.
    flock(file, LOCK_UN)
    close(file)
  }

  /// Waits for the lock of a name until the deadline. Nil when no directory of ours can hold one: better no lock than no
  /// answer. Throws `LockTimeout` when somebody else held it all the while.
  /// With a lease, a holder that does not renew it is passed over: then two may be at work at once.
  public static func acquire(
    _ name: String, _ context: Context, deadline: Deadline, lease: Lease? = nil
  ) throws(LockTimeout) -> InterProcessLock? {
    // Who passes a holder over takes the next of a row of files, in which everybody who waits goes the same way.
    var heir = 0
    while let file = open(name, heir, context) {
      let watch = lease.map { LeaseWatch($0, file, on: context.clock) }
      if try wait(for: file, context, deadline, watch) {
        return InterProcessLock(file: file, renewal: lease.flatMap { LeaseRenewal($0, of: file, context.clock) })
      }
      guard watch?.wasSkipped == true else { return nil }
      context.trace("the holder of \(name) has been stopped: going on without it")
      heir += 1
    }
    return nil
  }

  /// Waits until no other process of this user reads and edits settings files: the home directory itself is locked, which
  /// nobody removes and every such process has in common. Nil where it cannot be. Throws `LockTimeout` when somebody else
  /// held it until the deadline.
  public static func ofSettings(
    _ context: Context, deadline: Deadline
  ) throws(LockTimeout) -> InterProcessLock? {
    guard let home = context.directories.home else { return nil }
    let file = Glibc.open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0, try wait(for: file, context, deadline) else { return nil }
    return InterProcessLock(file: file, renewal: nil)
  }

  /// Waits until an open file is locked. False, with the file closed, where it cannot be, or its holder is passed over.
  private static func wait(
    for file: Int32, _ context: Context, _ deadline: Deadline, _ watch: LeaseWatch? = nil
  ) throws(LockTimeout) -> Bool {
    var pause = 0.002
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, watch?.hasRunOut() != true else {
        close(file)
        return false
      }
      guard !deadline.hasPassed else {
        close(file)
        throw LockTimeout()
      }
      context.clock.sleep(min(pause, deadline.remaining))
      pause = min(pause * 1.5, 0.05)
    }
    return true
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

  private static func open(_ name: String, _ heir: Int, _ context: Context) -> Int32? {
    let name = heir == 0 ? name : "\(name).\(heir)"
    for path in context.stateDirectories {
      guard let directory = try? PrivateDirectory(path, files: context.files, create: true) else { continue }
      if let file = directory.openForLocking("\(name).lock") { return file }
    }
    return nil
  }
}

extension Context {
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
