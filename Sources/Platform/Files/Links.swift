import Glibc

extension FileSystem {
  /// Makes a symbolic link where nothing is yet.
  public func makeLink(_ path: String, to target: String) throws(FileFailure) {
    guard symlink(target, path) == 0 else { throw FileFailure("make the link", path, code: errno) }
  }

  /// What a symbolic link says, whether or not that leads anywhere; nil for what is no link.
  public func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The directories above a path that are not there, the outermost first.
  public func missingDirectories(above path: String) -> [String] {
    var missing: [String] = []
    var directory = Self.parent(of: path)
    while let current = directory, status(current) == nil {
      missing.insert(current, at: 0)
      directory = Self.parent(of: current)
    }
    return missing
  }
}
