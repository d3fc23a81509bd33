import CFastPath
import CProcess

/// `keyring`, as clients call it: what was answered a moment ago is answered again, if nothing that matters has changed
/// since; whatever else is asked, the program beside it sees to.
@main struct FastPath {
  static func main() {
    cprocess_keep_memory_private()
    if let answer = cachedResponse() { cfastpath_exit(write(answer) ? 0 : 1) }
    if NotFoundShortcut.isAsked { cfastpath_exit(1) }
    becomeProgram()
  }

  private static func cachedResponse() -> [UInt8]? {
    guard isLookup, let inputs = Fingerprint() else { return nil }
    for place in CachedResponse.places(for: inputs.text) {
      guard let entry = CachedResponse(keptIn: place), entry.inputs == inputs.text else { continue }
      return cfastpath_now() < entry.end ? answer(entry) : nil
    }
    return nil
  }

  private static func answer(_ entry: CachedResponse) -> [UInt8]? {
    let serial = UserKey.find(entry.key)
    guard serial > 0 else { return nil }
    var held = UserKey.read(serial, limit: CachedResponse.largestKey)
    // All else that is given back here is no secret.
    defer { held.bytes.withUnsafeMutableBytes { cfastpath_overwrite($0.baseAddress, $0.count) } }
    return held.count == held.bytes.count ? entry.answer(from: held.bytes) : nil
  }

  /// Whether `get` is among the arguments: nothing else has an answer that is worth keeping.
  private static var isLookup: Bool {
    guard let arguments = cfastpath_arguments(), arguments[0] != nil else { return false }
    var next = 1
    while let argument = arguments[next] {
      if equals(argument, "get") { return true }
      next += 1
    }
    return false
  }

  private static func write(_ answer: [UInt8]) -> Bool {
    cfastpath_ignore_broken_pipes()
    return answer.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count, let start = bytes.baseAddress {
        let put = cfastpath_write(1, start + done, bytes.count - done)
        if put > 0 { done += put } else if put != -Int(EINTR) { return false }
      }
      return true
    }
  }

  /// Replaces this process by the program beside it, under the same name and with the same arguments.
  private static func becomeProgram() -> Never {
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
      "codeartifact-keyring: the program is not beside its front. Install codeartifact-keyring again\n"
    _ = cfastpath_write(2, line.utf8Start, line.utf8CodeUnitCount)
    cfastpath_exit(1)
  }
}
