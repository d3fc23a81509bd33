import CFastPath

/// The program `codeartifact-keyring`, which is in the same directory as the fast path.
enum MainExecutable {
  /// Its path, ending in NUL; nil if the path of the fast path is not known.
  static var path: [CChar]? {
    guard var path = read({ buffer, _ in cfastpath_executable(buffer) }), let slash = path.lastIndex(of: 0x2F) else {
      return nil
    }
    path.removeLast(path.count - slash - 1)
    let name: StaticString = "codeartifact-keyring"
    for index in 0...name.utf8CodeUnitCount { path.append(CChar(bitPattern: name.utf8Start[index])) }
    return path
  }
}

/// The target of a symbolic link, without a NUL at its end; nil for anything else.
func target(ofLink link: StaticString) -> [CChar]? {
  read { buffer, capacity in
    link.utf8Start.withMemoryRebound(to: CChar.self, capacity: link.utf8CodeUnitCount + 1) {
      cfastpath_readlink($0, buffer, capacity)
    }
  }
}

/// A path that a function writes into a buffer, and whose length it returns.
private func read(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Int) -> [CChar]? {
  let capacity = 4096
  var length = 0
  let path = [CChar](unsafeUninitializedCapacity: capacity) { buffer, count in
    length = write(buffer.baseAddress, capacity)
    count = max(0, length)
  }
  return length > 0 && length < capacity - 64 ? path : nil
}
