import Glibc
import Platform

/// Private files, mode 0600 in a 0700 directory: `$XDG_RUNTIME_DIR` first, which is memory, else the cache directory.
public struct FileStore: TokenStore {
  let files: FileSystem
  let directories: [String]

  /// Files in the directories of this user.
  public init(_ surroundings: Surroundings) {
    files = surroundings.files
    directories = surroundings.stateDirectories
  }

  /// Which one it is.
  public var kind: StoreKind { .file }

  /// What is kept under a key, wherever it was put.
  public func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]? {
    for path in directories where files.status(path, followingLinks: false) != nil {
      do {
        let directory = try PrivateDirectory(path, files: files, create: false)
        if let bytes = try directory.read(fileName(key), limit: TokenEntry.sizeLimit) { return bytes }
      } catch {
        // An oversized one is handed on as a damaged one, so that it is dropped.
        if case .failed(let failure) = error, failure.code == EFBIG { return [] }
        throw Self.failure(error)
      }
    }
    return nil
  }

  /// Keeps bytes in the first directory that takes them.
  public func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure) {
    var failure = Self.nowhere
    for path in directories {
      do {
        try PrivateDirectory(path, files: files, create: true).write(fileName(key), bytes)
        return
      } catch {
        failure = Self.failure(error)
        if case .unsafe = failure { throw failure }
      }
    }
    throw failure
  }

  /// Forgets what is kept under a key, in every directory.
  public func remove(_ key: EntryKey) throws(StoreFailure) {
    for path in directories where files.status(path, followingLinks: false) != nil {
      do { try PrivateDirectory(path, files: files, create: false).remove(fileName(key)) } catch {
        throw Self.failure(error)
      }
    }
  }

  static let nowhere = StoreFailure.absent(.file, reason: "there is neither XDG_RUNTIME_DIR nor a home directory")

  private func fileName(_ key: EntryKey) -> String { "\(key.name).json" }

  static func failure(_ failure: PrivacyFailure) -> StoreFailure {
    switch failure {
    case .failed(let failure): .unusable(.file, reason: "\(failure)")
    default: .unsafe(.file, reason: "\(failure)")
    }
  }
}
