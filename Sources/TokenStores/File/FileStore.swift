import Glibc
import Platform

/// Private files, mode 0600 in a 0700 directory: `$XDG_RUNTIME_DIR` first, which is memory, else the cache directory.
struct FileStore: TokenStore {
  private let context: Context

  init(_ context: Context) { self.context = context }

  var files: FileSystem { context.files }
  // Computed when needed: mostly a faster store has the token.
  var directories: [String] { Array(context.stateDirectories) }

  var kind: StoreKind { .file }

  /// The bytes under a key, in any directory. An entry that other users had access to is removed.
  func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]? {
    for path in directories {
      guard let directory = try directory(path) else { continue }
      do {
        if let bytes = try directory.read(fileName(key), limit: TokenEntry.sizeLimit) { return bytes }
      } catch {
        if error.refusal == nil {
          // An oversized entry counts as damaged, so that it is removed.
          if error.code == EFBIG { return [] }
          throw Self.failure(error)
        }
        var end = ", and was removed"
        do { try directory.discard(fileName(key)) } catch { end = ", and could not be removed (\(error.problem))" }
        throw .dropped(.file, reason: error.problem + end)
      }
    }
    return nil
  }

  /// Stores bytes in the first directory that can hold them.
  func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure) {
    var failure = Self.nowhere
    for path in directories {
      do {
        try PrivateDirectory(path, files: files, create: true).write(fileName(key), bytes)
        removeExpired(besides: key)
        return
      } catch {
        failure = Self.failure(error)
        if case .unsafe = failure { throw failure }
      }
    }
    throw failure
  }

  /// Removes expired entries of other keys: nothing reads them again where a key is no longer in use.
  private func removeExpired(besides key: EntryKey) {
    let (now, own) = (context.clock.now(), fileName(key))
    try? eachFile { (directory, name) throws(FileFailure) in
      guard name != own, let bytes = try? directory.read(name, limit: TokenEntry.sizeLimit),
        let entry = TokenEntry(bytes),
        entry.expiration <= now
      else { return }
      try directory.remove(name)
    }
  }

  func remove(_ key: EntryKey) throws(StoreFailure) {
    try eachDirectory { directory throws(FileFailure) in try directory.discard(fileName(key)) }
  }

  func entries() throws(StoreFailure) -> [[UInt8]] {
    var entries: [[UInt8]] = []
    try eachFile { (directory, name) throws(FileFailure) in
      // An entry that cannot be trusted is left for the lookup that wants it.
      if let bytes = try? directory.read(name, limit: TokenEntry.sizeLimit) { entries.append(bytes) }
    }
    return entries
  }

  func removeAll(matching attributes: [String: String]) throws(StoreFailure) {
    try eachFile { (directory, name) throws(FileFailure) in
      // An entry that cannot be trusted may be the one to remove.
      let bytes = attributes.isEmpty ? [] : try? directory.read(name, limit: TokenEntry.sizeLimit) ?? []
      if bytes.map({ TokenEntry.matches($0, attributes) }) ?? true { try directory.discard(name) }
    }
  }

  /// Calls `work` for the file of each entry, and for no other file.
  private func eachFile(
    _ work: (PrivateDirectory, String) throws(FileFailure) -> Void
  ) throws(StoreFailure) {
    try eachDirectory { directory throws(FileFailure) in
      for name in directory.names where Self.isEntry(name) { try work(directory, name) }
    }
  }

  /// Calls `work` for each directory that exists.
  private func eachDirectory(_ work: (PrivateDirectory) throws(FileFailure) -> Void) throws(StoreFailure) {
    for path in directories {
      guard let directory = try directory(path) else { continue }
      do { try work(directory) } catch { throw Self.failure(error) }
    }
  }

  /// A private directory; nil where there is none.
  func directory(_ path: String) throws(StoreFailure) -> PrivateDirectory? {
    guard files.status(path, followingLinks: false) != nil else { return nil }
    do { return try PrivateDirectory(path, files: files, create: false) } catch { throw Self.failure(error) }
  }

  /// Whether a file has a key's name, 32 hexadecimal digits.
  private static func isEntry(_ name: String) -> Bool {
    name.hasSuffix(".json") && name.utf8.count == 37 && name.dropLast(5).allSatisfy(\.isHexDigit)
  }

  static let nowhere = StoreFailure.absent(
    .file, reason: "neither XDG_RUNTIME_DIR nor HOME is a directory of this user")

  private func fileName(_ key: EntryKey) -> String { "\(key.name).json" }

  static func failure(_ failure: FileFailure) -> StoreFailure {
    failure.refusal == nil
      ? .unusable(.file, reason: failure.problem) : .unsafe(.file, reason: failure.problem, failure.remedy)
  }
}
