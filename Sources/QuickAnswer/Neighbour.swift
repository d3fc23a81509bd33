import CFront

/// The program `codeartifact-keyring`, which is in the same directory as the front.
enum Neighbour {
  /// Its path, ending in NUL; nil where `/proc` does not tell what runs.
  static var path: [CChar]? {
    let capacity = 4096
    var length = 0
    var path = [CChar](unsafeUninitializedCapacity: capacity) { buffer, count in
      length = cfront_readlink("/proc/self/exe", buffer.baseAddress, capacity)
      count = max(0, length)
    }
    guard length > 0, length < capacity - 64, let slash = path.lastIndex(of: 0x2F) else { return nil }
    path.removeLast(path.count - slash - 1)
    let name: StaticString = "codeartifact-keyring"
    for index in 0...name.utf8CodeUnitCount { path.append(CChar(bitPattern: name.utf8Start[index])) }
    return path
  }
}
