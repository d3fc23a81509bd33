import FoundationEssentials
import Glibc
import Platform

/// A directory of one test's own, gone with the test.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() throws {
    var template = Array("/tmp/codeartifact-keyring-test.XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw FileFailure("make the directory", "/tmp", code: errno) }
    path = String(cString: made)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Makes a directory with a mode in it, and returns its path.
  @discardableResult
  package func directory(_ name: String, mode: UInt32 = 0o700) throws -> String {
    let directory = "\(path)/\(name)"
    try FileSystem.system.makeDirectory(directory)
    guard chmod(directory, mode) == 0 else { throw FileFailure("change", directory, code: errno) }
    return directory
  }

  /// Makes a file with a mode in it, the directories above it too, and returns its path.
  @discardableResult
  package func file(_ name: String, _ content: [UInt8], mode: UInt32 = 0o600) throws -> String {
    let file = "\(path)/\(name)"
    if let parent = FileSystem.parent(of: file) { try FileSystem.system.makeDirectory(parent, mode: 0o700) }
    try FileSystem.system.replace(file, with: content, mode: mode)
    return file
  }

  /// The same, from a text.
  @discardableResult
  package func file(_ name: String, _ content: String, mode: UInt32 = 0o600) throws -> String {
    try file(name, Array(content.utf8), mode: mode)
  }

  /// Makes a link in it, and returns its path.
  @discardableResult
  package func link(_ name: String, to target: String) throws -> String {
    let link = "\(path)/\(name)"
    guard symlink(target, link) == 0 else { throw FileFailure("link", link, code: errno) }
    return link
  }

  /// The permission bits of what a path in it leads to.
  package func mode(of path: String) -> UInt32? { FileSystem.system.status(path).map { $0.mode & 0o7777 } }
}
