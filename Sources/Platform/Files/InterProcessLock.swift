import Glibc

/// A lock between processes of this user: `flock` on a file, which the kernel releases when its holder ends. A holder
/// that is stopped (SIGSTOP) keeps it, unless there is a lease, which the holder renews as long as it runs.
public final class InterProcessLock: Sendable {
  /// Another process held a lock until the deadline.
  public static let timeout = FailureRecord(
    "another codeartifact-keyring did not finish in time", remedy: .advice("Try again, or end that process"))
  private static let noteLimit = 8 << 10

  private let file: Int32
  private let renewal: OneShot<Void>?

  private init(file: Int32, renewal: OneShot<Void>?) {
    self.file = file
    self.renewal = renewal
  }

  deinit {
    renewal?.put(())
    // The thread that renews the lease has the file open for a moment longer.
    flock(file, LOCK_UN)
    close(file)
  }

  /// Waits for the lock of a name until the deadline. Nil if no state directory can have a lock file: work without a
  /// lock is better than no work. Throws `timeout` if another process held the lock all the time. With a lease, a
  /// holder that does not renew it is skipped: then two processes may work at the same time.
  public static func acquire(
    _ name: String, _ context: Context, deadline: Deadline, lease: Lease? = nil
  ) throws(FailureRecord) -> InterProcessLock? {
    // After a holder is skipped, all waiting processes use the same next file.
    var generation = 0
    while let file = open(name, generation, context) {
      switch try wait(for: file, context, deadline, lease) {
      case .locked:
        return InterProcessLock(file: file, renewal: lease?.startRenewal(of: file, context.clock))
      case .skipped:
        context.trace("the holder of \(name) has been stopped: going on without it")
        generation += 1
      case .impossible: return nil
      }
    }
    return nil
  }

  /// Waits until no other process of this user edits settings files: it locks the home directory itself. Nil where that is
  /// not possible. Throws `timeout` when another process held it until the deadline.
  public static func ofSettings(
    _ context: Context, deadline: Deadline
  ) throws(FailureRecord) -> InterProcessLock? {
    guard let home = context.directories.home else { return nil }
    let file = Glibc.open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0, try wait(for: file, context, deadline) == .locked else { return nil }
    return InterProcessLock(file: file, renewal: nil)
  }

  private enum Outcome {
    case locked, skipped, impossible
  }

  /// Waits until an open file is locked, and closes it if that does not happen.
  private static func wait(
    for file: Int32, _ context: Context, _ deadline: Deadline, _ lease: Lease? = nil
  ) throws(FailureRecord) -> Outcome {
    var watch = lease.map { LeaseWatch(lease: $0) }
    var pause = 0.002
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      let isHeld = errno == EWOULDBLOCK || errno == EINTR
      guard isHeld, watch?.isExpired(file, at: context.clock.monotonic()) != true else {
        close(file)
        return isHeld ? .skipped : .impossible
      }
      guard !deadline.hasPassed else {
        close(file)
        throw timeout
      }
      context.clock.sleep(min(pause, deadline.remaining))
      pause = min(pause * 1.5, 0.05)
    }
    return .locked
  }

  /// What the last holder wrote for the next one; empty if it wrote nothing.
  public var note: [UInt8] {
    var note = [UInt8](repeating: 0, count: Self.noteLimit)
    let count = pread(file, &note, note.count, 0)
    return Array(note.prefix(max(0, count)))
  }

  /// Writes a note of at most 8 KiB for the next holder.
  public func writeNote(_ note: [UInt8]) {
    ftruncate(file, 0)
    pwrite(file, note, min(note.count, Self.noteLimit), 0)
  }

  private static func open(_ name: String, _ generation: Int, _ context: Context) -> Int32? {
    let name = generation == 0 ? name : "\(name).\(generation)"
    for directory in context.privateDirectories(create: true) {
      if let file = directory.openForLocking("\(name).lock") { return file }
    }
    return nil
  }
}

extension Context {
  /// Removes the state directories with their locks and temporary files. One that is not private, or holds more, stays.
  public func removeStateDirectories() {
    for directory in privateDirectories(create: false) {
      for name in directory.names where name.hasSuffix(".lock") || FileSystem.isTemporary(name) {
        try? directory.remove(name)
      }
      files.removeIfEmpty(directory: directory.path)
    }
  }
}
