import CFastPath
import CProcess

/// The `keyring` executable that clients call. It repeats a cached response, if nothing has changed that the response
/// depends on; for any other request it becomes the main executable in the same directory.
@main struct FastPath {
  static func main() {
    cprocess_keep_memory_private()
    if let response = cachedResponse() { cfastpath_exit(write(response) ? 0 : 1) }
    if NotFoundShortcut.applies { cfastpath_exit(1) }
    runMainExecutable()
  }

  private static func cachedResponse() -> [UInt8]? {
    guard isLookup, let fingerprint = Fingerprint() else { return nil }
    for slot in CachedResponse.slots(for: fingerprint.text) {
      guard let entry = CachedResponse(storedIn: slot), entry.fingerprint == fingerprint.text else { continue }
      return cfastpath_now() < entry.end ? response(from: entry) : nil
    }
    return nil
  }

  private static func response(from entry: CachedResponse) -> [UInt8]? {
    let serial = UserKey.find(entry.key)
    guard serial > 0 else { return nil }
    var keyContent = UserKey.read(serial, limit: CachedResponse.largestKey)
    // Only this holds a secret that would stay in memory.
    defer { keyContent.bytes.withUnsafeMutableBytes { cfastpath_overwrite($0.baseAddress, $0.count) } }
    return keyContent.count == keyContent.bytes.count ? entry.response(from: keyContent.bytes) : nil
  }

  /// Whether `get` is among the arguments: no other response is cached.
  private static var isLookup: Bool {
    guard let arguments = cfastpath_arguments(), arguments[0] != nil else { return false }
    var next = 1
    while let argument = arguments[next] {
      if equals(argument, "get") { return true }
      next += 1
    }
    return false
  }

  private static func write(_ response: [UInt8]) -> Bool {
    cfastpath_ignore_broken_pipes()
    return response.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count, let start = bytes.baseAddress {
        let put = cfastpath_write(1, start + done, bytes.count - done)
        if put > 0 { done += put } else if put != -Int(EINTR) { return false }
      }
      return true
    }
  }

  /// Replaces this process with the main executable, under the same name and with the same arguments.
  private static func runMainExecutable() -> Never {
    let name: StaticString = "keyring"
    if let program = MainExecutable.path, let own = cfastpath_arguments() {
      var arguments: [UnsafeMutablePointer<CChar>?] = []
      while let argument = own[arguments.count] { arguments.append(argument) }
      arguments.append(nil)
      name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) { name in
        if arguments.count > 1 { arguments[0] = UnsafeMutablePointer(mutating: name) }
        _ = cfastpath_exec(program, arguments)
      }
    }
    let line: StaticString =
      "codeartifact-keyring: the main program is not in the directory of keyring. Install codeartifact-keyring again\n"
    _ = cfastpath_write(2, line.utf8Start, line.utf8CodeUnitCount)
    cfastpath_exit(1)
  }
}
