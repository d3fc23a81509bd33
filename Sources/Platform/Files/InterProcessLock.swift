import Glibc

/// A lock between processes of this user: `flock` on a file, which the kernel lets go of when its holder dies. A holder that
/// is stopped keeps it; where that must not stop the others, it is a lease, which the holder renews as long as it runs.
public final class InterProcessLock: Sendable {
  /// What the last holder left in the file for the next.
  public enum Note: Sendable, Equatable {
    /// It succeeded.
    case none
    /// It failed at a moment (epoch seconds), with this text of one line.
    case failure(at: Double, String)
  }

  private static let noteLimit = 8 << 10

  private let file: Int32
  private let renewal: LeaseRenewal?

  private init(file: Int32, renewal: LeaseRenewal?) {
    self.file = file
    self.renewal = renewal
  }

  deinit {
    renewal?.end()
    // The thread that renews the lease has the file open for a moment longer.
    flock(file, LOCK_UN)
    close(file)
  }

  /// Waits for the lock of a name until the deadline. Nil when no state directory can hold one: no lock is better than no
  /// answer. Throws `LockTimeout` when another process held it all the time.
  /// With a lease, a holder that does not renew it is ignored: then two may work at once.
  public static func acquire(
    _ name: String, _ context: Context, deadline: Deadline, lease: Lease? = nil
  ) throws(LockTimeout) -> InterProcessLock? {
    // After a holder that is ignored, all waiting processes go on to the same next file.
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

  /// Waits until no other process of this user edits settings files: it locks the home directory itself. Nil where that is
  /// not possible. Throws `LockTimeout` when another process held it until the deadline.
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
    var buffer = [UInt8](repeating: 0, count: Self.noteLimit)
    let count = pread(file, &buffer, buffer.count, 0)
    guard count > 0 else { return .none }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    guard let end = text.firstIndex(of: "\n"), let moment = Double(text[..<end]) else { return .none }
    return .failure(at: moment, oneLine(text[text.index(after: end)...], limit: Self.noteLimit))
  }

  /// Leaves a note for the next holder.
  public func leave(_ note: Note) {
    switch note {
    case .none:
      ftruncate(file, 0)
    case .failure(let moment, let text):
      let bytes = Array("\(moment)\n\(text)".utf8.prefix(Self.noteLimit))
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
  /// Removes the state directories with their locks and the temporary files of killed processes. One that is not private, or
  /// holds anything else, stays.
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

/// Another process held a lock until the deadline.
public struct LockTimeout: Failure, Equatable {
  /// What happened.
  public let problem = "another codeartifact-keyring did not finish in time"
  /// What to do.
  public let remedy: Remedy? = .advice("Try again, or end that process")

  /// A failure.
  public init() {}
}
