import Glibc

/// Why a directory or a file in it was refused: somebody else could have read or written it.
public enum PrivacyFailure: Error, Equatable, CustomStringConvertible {
  /// A link is in the path's place: it may lead anywhere.
  case isLink(String)
  /// What is there belongs to another user.
  case belongsToAnother(String)
  /// Others may read or write what is there.
  case isOpenToOthers(String)
  /// There is no directory, or no ordinary file, where one should be.
  case isNotOfItsKind(String)
  /// The system refused.
  case failed(FileFailure)

  /// One line for a person, with the remedy where there is one.
  public var description: String {
    switch self {
    case .isLink(let path): "\(path) is a symbolic link; remove it"
    case .belongsToAnother(let path): "\(path) belongs to another user; remove it"
    case .isOpenToOthers(let path): "\(path) is open to other users. Run: chmod go= '\(path)'"
    case .isNotOfItsKind(let path): "\(path) is not what it should be; remove it"
    case .failed(let failure): failure.description
    }
  }
}

/// A directory of ours alone: mode 0700, owned by us, no link. Nothing is read from or written to one that is not.
public struct PrivateDirectory: Sendable {
  /// Where it is.
  public let path: String
  private let files: FileSystem

  /// Opens a private directory, or makes it when `create` is given.
  /// Throws when it is missing, or not private.
  public init(_ path: String, files: FileSystem, create: Bool) throws(PrivacyFailure) {
    self.path = path
    self.files = files
    if create, files.status(path, followingLinks: false) == nil {
      do {
        if let parent = FileSystem.parent(of: path) { try files.makeDirectory(parent, mode: 0o700) }
        try files.makeDirectory(path, mode: 0o700)
      } catch { throw .failed(error) }
    }
    guard let status = files.status(path, followingLinks: false) else {
      throw .failed(FileFailure("open", path, code: ENOENT))
    }
    guard status.mode & S_IFMT != S_IFLNK else { throw .isLink(path) }
    guard status.isDirectory else { throw .isNotOfItsKind(path) }
    try Self.check(status, at: path)
  }

  /// The content of a file in it; nil when there is none. Throws when the file is not private to us.
  public func read(_ name: String, limit: Int) throws(PrivacyFailure) -> [UInt8]? {
    let file = "\(path)/\(name)"
    guard let status = files.status(file, followingLinks: false) else { return nil }
    guard status.mode & S_IFMT != S_IFLNK else { throw .isLink(file) }
    guard status.isRegularFile else { throw .isNotOfItsKind(file) }
    try Self.check(status, at: file)
    do { return try files.read(file, limit: limit, followingLinks: false) } catch {
      if error.isAbsence { return nil }
      throw .failed(error)
    }
  }

  /// Puts a file with mode 0600 into it, whole or not at all.
  public func write(_ name: String, _ content: [UInt8]) throws(PrivacyFailure) {
    do { try files.replace("\(path)/\(name)", with: content, mode: 0o600) } catch { throw .failed(error) }
  }

  /// Removes a file from it; one that is not there is as good as removed.
  public func remove(_ name: String) throws(PrivacyFailure) {
    do { try files.remove("\(path)/\(name)") } catch { throw .failed(error) }
  }

  /// The names of the files in it.
  public var names: [String] { files.names(in: path) }

  private static func check(_ status: FileStatus, at path: String) throws(PrivacyFailure) {
    guard status.owner == geteuid() else { throw .belongsToAnother(path) }
    guard !status.isOpenToOthers else { throw .isOpenToOthers(path) }
  }
}
