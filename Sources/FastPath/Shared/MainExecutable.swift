import CFastPath

/// The program `codeartifact-keyring`, which is in the same directory as the fast path.
enum MainExecutable {
  /// Its path, ending in NUL; nil if `/proc` does not name the running executable.
  static var path: [CChar]? {
    guard var path = target(ofLink: "/proc/self/exe"), let slash = path.lastIndex(of: 0x2F) else { return nil }
    path.removeLast(path.count - slash - 1)
    let name: StaticString = "codeartifact-keyring"
    for index in 0...name.utf8CodeUnitCount { path.append(CChar(bitPattern: name.utf8Start[index])) }
    return path
  }
}

/// The target of a symbolic link, without a NUL at its end; nil for anything else.
func target(ofLink link: StaticString) -> [CChar]? {
  let capacity = 4096
  var length = 0
  let path = [CChar](unsafeUninitializedCapacity: capacity) { buffer, count in
    link.utf8Start.withMemoryRebound(to: CChar.self, capacity: link.utf8CodeUnitCount + 1) {
      length = cfastpath_readlink($0, buffer.baseAddress, capacity)
    }
    count = max(0, length)
  }
  return length > 0 && length < capacity - 64 ? path : nil
}
