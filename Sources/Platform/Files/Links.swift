import Glibc

extension FileSystem {
  /// Makes a symbolic link at a path that does not exist yet.
  public func makeLink(_ path: String, to target: String) throws(FileFailure) {
    guard symlink(target, path) == 0 else { throw FileFailure("make the link", path, code: errno) }
  }

  /// The target of a symbolic link, whether or not it exists; nil for anything else.
  public func target(ofLink path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The missing directories above a path, the outermost first.
  public func missingDirectories(above path: String) -> [String] {
    Self.pathAndParents(Self.parent(of: path)).prefix { status($0) == nil }.reversed()
  }
}
