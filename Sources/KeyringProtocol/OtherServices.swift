import Platform
import TokenStores

/// Responds to requests for other services, and about keyring itself, if no other keyring is installed.
struct OtherServices {
  let context: Context
  let request: KeyringRequest
  let input: StandardInput

  func run() -> Int32 {
    // In the order of Python's keyring.
    if request.wantsCompletion { return writeError("Install keyring[completion] for completion support.") }
    let settings = PythonSettings(context)
    if request.listsBackends { return list(settings) }
    if request.disables { return disable(settings) }
    if request.operation == .diagnose { return diagnose(settings) }
    if request.backend != nil {
      context.streams.writeError(
        UsageError(
          problem: "Unable to load specified keyring: no Python keyring is installed", remedy: .installKeyring
        ).text)
      return 2
    }
    guard let service = request.service else { return 1 }
    guard !NextKeyring.isBelowBackend(context) else {
      guard request.operation == .get else { return fail("no other keyring was called") }
      // The backend has chosen the keyring.
      return NextKeyring.isAskedForSecretService(context) ? get(service) : 1
    }
    switch request.operation {
    case .get: return settings.obstacle == nil ? get(service) : 1
    case .set: return set(service, request.username ?? "", settings)
    case .del: return delete(service, request.username ?? "", settings)
    case .diagnose, nil: return 1
    }
  }

  private func get(_ service: String) -> Int32 {
    guard isText(service, request.username) else { return 1 }
    let stored: (username: String, password: [UInt8])?
    do { stored = try OtherServiceSecrets(context).find(service: service, username: request.username) } catch {
      // A locked password is an error. Other failures are not: the store may have no password for the service.
      return error == OtherServiceSecrets.locked ? fail("the password of \(named(service)) was not read", error) : 1
    }
    guard let found = stored else { return 1 }
    guard let password = String(validating: found.password, as: UTF8.self) else {
      return fail("the password of \(named(service)) is not text")
    }
    return context.streams.writeOutput(request.response(found.username, password)) ? 0 : 1
  }

  private func set(_ service: String, _ username: String, _ settings: PythonSettings) -> Int32 {
    guard isText(service, username) else { return fail("a service or user name that is not UTF-8 cannot be stored") }
    guard let password = password(for: username, service) else {
      return fail("there is no password to store for \(named(service)): nothing was piped in or typed")
    }
    guard String(validating: password, as: UTF8.self) != nil else {
      return fail("a password that is not UTF-8 cannot be stored")
    }
    if let obstacle = settings.obstacle { return fail("the password of \(named(service)) was not stored", obstacle) }
    do {
      try OtherServiceSecrets(context).store(password, service: service, username: username)
      return 0
    } catch {
      return fail("the password of \(named(service)) was not stored", error)
    }
  }

  private func delete(_ service: String, _ username: String, _ settings: PythonSettings) -> Int32 {
    if let obstacle = settings.obstacle { return fail("no password of \(named(service)) was deleted", obstacle) }
    do {
      if isText(service, username), try OtherServiceSecrets(context).remove(service: service, username: username) {
        return 0
      }
      return fail("there is no password of \(named(service)) to delete")
    } catch {
      return fail("no password of \(named(service)) was deleted", error)
    }
  }

  /// The password from a pipe, without its last line break, else from the terminal. As in Python's text mode, each kind
  /// of line break becomes a line feed.
  private func password(for username: String, _ service: String) -> [UInt8]? {
    guard let piped = input.piped() else { return nil }
    var text = Self.withPlainLineEnds(piped)
    if text.last == UInt8(ascii: "\n") { text.removeLast() }
    if !text.isEmpty { return text }
    return input.typed("Password for '\(username)' in '\(service)': ").map(Self.withPlainLineEnds)
  }

  private static func withPlainLineEnds(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "\r")) else { return bytes }
    return bytes.replacing(Array("\r\n".utf8), with: Array("\n".utf8)).map {
      $0 == UInt8(ascii: "\r") ? UInt8(ascii: "\n") : $0
    }
  }

  private func list(_ settings: PythonSettings) -> Int32 {
    let others = settings.obstacle == nil ? "keyring.backends.SecretService.Keyring (priority: 5)\n" : ""
    return print("codeartifact_keyring.backend.Keyring (priority: 9.95)\n" + others)
  }

  /// Writes what `keyring --disable` writes.
  private func disable(_ settings: PythonSettings) -> Int32 {
    guard let path = settings.path, let directory = FileSystem.parent(of: path) else {
      return fail("there is no home directory")
    }
    // Not while another process edits it.
    let lock = try? InterProcessLock.ofSettings(context, deadline: Deadline(10, on: context.clock))
    defer { withExtendedLifetime(lock) {} }
    guard context.files.status(path) == nil else { return fail("Refusing to overwrite \(path)") }
    do {
      try context.files.makeDirectory(directory)
      let content = "[backend]\ndefault-keyring=\(PythonSettings.null)"
      try context.files.replace(path, with: Array(content.utf8), mode: 0o644)
      return 0
    } catch {
      return fail("\(error)")
    }
  }

  private func diagnose(_ settings: PythonSettings) -> Int32 {
    guard let path = settings.path, let data = settings.dataRoot else { return fail("there is no home directory") }
    let absence = context.files.status(path) == nil ? " (absent)" : ""
    return print("config path: \(path)\(absence)\ndata root: \(data)\n")
  }

  /// Bytes that were not UTF-8 have been replaced, so no store can have such a name.
  private func isText(_ service: String, _ username: String?) -> Bool {
    !service.unicodeScalars.contains("\u{FFFD}") && !(username ?? "").unicodeScalars.contains("\u{FFFD}")
  }

  private func named(_ service: String) -> String { oneLine(withoutUserInformation(service), limit: 100) }

  private func fail(_ line: String) -> Int32 { writeError("codeartifact-keyring: \(oneLine(line, limit: 1000))") }

  private func fail(_ what: String, _ failure: any Failure) -> Int32 {
    fail("\(FailureRecord(failure, subject: what))")
  }

  private func writeError(_ line: String) -> Int32 {
    context.streams.writeError(line)
    return 1
  }

  private func print(_ text: String) -> Int32 { context.streams.writeOutput(Array(text.utf8)) ? 0 : 1 }
}
