import Platform

/// A request on the `keyring` command line, in the grammar of Python's keyring 25.7, with options anywhere.
/// Source: keyring 25.7 `keyring/cli.py`, and the argument lists of the clients.
struct KeyringRequest: Equatable {
  enum Operation: String, CaseIterable {
    case get, set, del, diagnose
  }

  enum Mode: String, CaseIterable {
    case password, creds
  }

  enum Output: String, CaseIterable {
    case plain, json
  }

  enum Shell: String, CaseIterable {
    case bash, zsh, tcsh
  }

  var operation: Operation?
  var service: String?
  /// Nil without a user; some clients use "" for the same.
  var username: String?
  var mode = Mode.password
  var output = Output.plain
  var wantsHelp = false
  var wantsCompletion = false
  var listsBackends = false
  var disables = false
  /// The requested Python class. Its path (`-p`) has no meaning without it, so that is ignored.
  var backend: String?

  /// Whether it is about keyring itself (a backend, a list, a completion), and so for Python's keyring.
  var isAboutKeyring: Bool {
    wantsCompletion || listsBackends || disables || backend != nil || operation == .diagnose
  }

  /// The bytes for standard output that answer a `get`, in the requested form.
  func response(_ username: String, _ password: String) -> [UInt8] {
    let text =
      switch (mode, output) {
      case (.password, .plain): "\(password)\n"
      case (.creds, .plain): "\(username)\n\(password)\n"
      case (.password, .json): "{\"password\": \(jsonQuoted(password))}\n"
      case (.creds, .json): "{\"username\": \(jsonQuoted(username)), \"password\": \(jsonQuoted(password))}\n"
      }
    return Array(text.utf8)
  }
}
