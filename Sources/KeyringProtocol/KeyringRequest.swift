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
}

extension KeyringRequest {
  /// Reads the arguments after the program's name.
  init(_ arguments: [String]) throws(UsageError) {
    var parser = KeyringRequestParser(arguments)
    self = try parser.parse()
  }
}
