import CFastPath

/// The question for somebody else's secret where nobody is there who could have it: no other `keyring` on PATH, no session
/// bus. The program would say no, and here that is said at once. In every doubt the program is asked.
enum NotFoundShortcut {
  static var isAsked: Bool {
    guard let service = plainlyAskedService, isForeign(service), let variables = FingerprintVariables() else {
      return false
    }
    // A host of the user's own may stand for CodeArtifact.
    return FileStamps().isAbsent(variables.path(ofConfiguration: "/codeartifact-keyring/config.toml")) && isWithoutBus
      && isWithoutOtherKeyring
  }

  /// The service in one of the ways in which clients ask.
  private static var plainlyAskedService: UnsafePointer<CChar>? {
    guard let own = cfastpath_arguments() else { return nil }
    var words: [UnsafePointer<CChar>] = []
    while let word = own[words.count], words.count < 6 { words.append(UnsafePointer(word)) }
    let service: UnsafePointer<CChar>
    if words.count == 4, equals(words[1], "get"), !starts(words[3], with: "-") {
      service = words[2]
    } else if words.count == 5, equals(words[1], "get"), equals(words[3], "--mode"), equals(words[4], "creds") {
      service = words[2]
    } else if words.count == 5, equals(words[1], "--mode=creds"), equals(words[2], "--output=json"),
      equals(words[3], "get")
    {
      service = words[4]
    } else {
      return nil
    }
    return starts(service, with: "-") ? nil : service
  }

  /// Neither CodeArtifact's nor a name of Poetry's, which may stand for one of those.
  private static func isForeign(_ service: UnsafePointer<CChar>) -> Bool {
    guard !starts(service, with: "poetry-repository-") else { return false }
    var small = characters(service)
    for index in small.indices where small[index] >= 0x41 && small[index] <= 0x5A { small[index] += 0x20 }
    return small.withUnsafeBufferPointer { !contains($0, "codeartifact") }
  }

  private static var isWithoutBus: Bool {
    guard variable("DBUS_SESSION_BUS_ADDRESS=") == nil else { return false }
    guard let runtime = variable("XDG_RUNTIME_DIR=") else { return true }
    return FileStamps().isAbsent(joined(characters(runtime), "/bus"))
  }

  private static var isWithoutOtherKeyring: Bool {
    var own = FileStamps()
    guard let path = variable("PATH="), let program = MainExecutable.path, own.add("/proc/self/exe"), own.add(program)
    else {
      return false
    }
    for directory in characters(path).split(separator: 0x3A, omittingEmptySubsequences: false) {
      // An empty one is the working directory.
      guard !directory.isEmpty else { return false }
      let keyring = joined(Array(directory), "/keyring")
      guard FileStamps().isAbsent(keyring) || own.hold(keyring) else { return false }
    }
    return true
  }

  private static func joined(_ directory: [CChar], _ name: StaticString) -> [CChar] {
    var path = directory
    append(name, to: &path)
    path.append(0)
    return path
  }
}
