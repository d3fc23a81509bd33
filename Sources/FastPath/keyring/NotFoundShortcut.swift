import CFastPath

/// A request for a secret of another service on a machine where nothing can have it: there is no other `keyring` on
/// PATH and no session bus. The main executable would find nothing, so the fast path says so at once. In case of doubt
/// the main executable is started.
enum NotFoundShortcut {
  static var applies: Bool {
    guard let service = requestedService, isOtherService(service), let variables = FingerprintVariables() else {
      return false
    }
    // A `[[host]]` of config.toml may stand for CodeArtifact.
    return FileStamps().isAbsent(variables.path(ofConfiguration: "/codeartifact-keyring/config.toml"))
      && hasNoSessionBus
      && hasNoOtherKeyring
  }

  /// The service, if the command line has one of the forms that clients use.
  private static var requestedService: UnsafePointer<CChar>? {
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

  /// Whether it is neither a CodeArtifact service nor a name of Poetry's, which may stand for one.
  private static func isOtherService(_ service: UnsafePointer<CChar>) -> Bool {
    guard !starts(service, with: "poetry-repository-") else { return false }
    var small = characters(service)
    for index in small.indices where small[index] >= 0x41 && small[index] <= 0x5A { small[index] += 0x20 }
    return small.withUnsafeBufferPointer { !contains($0, "codeartifact") }
  }

  private static var hasNoSessionBus: Bool {
    guard variable("DBUS_SESSION_BUS_ADDRESS=") == nil else { return false }
    guard let runtime = variable("XDG_RUNTIME_DIR=") else { return true }
    return FileStamps().isAbsent(joined(characters(runtime), "/bus"))
  }

  private static var hasNoOtherKeyring: Bool {
    var own = FileStamps()
    guard let path = variable("PATH="), let program = MainExecutable.path, own.add("/proc/self/exe"), own.add(program)
    else {
      return false
    }
    for directory in characters(path).split(separator: 0x3A, omittingEmptySubsequences: false) {
      // An empty one is the working directory.
      guard !directory.isEmpty else { return false }
      let keyring = joined(Array(directory), "/keyring")
      guard FileStamps().isAbsent(keyring) || own.contains(keyring) else { return false }
    }
    return true
  }
}
