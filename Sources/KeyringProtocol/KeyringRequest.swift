/// What a client asks on the `keyring` command line: the grammar of Python keyring 25.7's own, options anywhere.
/// Source: keyring 25.7 `keyring/cli.py`, and what each client's argument list was seen to be.
struct KeyringRequest: Equatable {
  enum Operation: String {
    case get, set, del, diagnose
  }

  enum Mode: String {
    case password, creds
  }

  enum Output: String {
    case plain, json
  }

  var operation: Operation?
  var service: String?
  /// Nil when no user was named; some clients say "" for the same.
  var username: String?
  var mode = Mode.password
  var output = Output.plain
  var wantsHelp = false
  var wantsCompletion = false
  var listsBackends = false
  var disables = false
  /// The Python class that shall answer. A path to look for it in (`-p`) means nothing without it, so it is not kept.
  var backend: String?

  /// Set when a question is about keyring itself (a backend, a listing, a completion): it is for a Python keyring.
  var isAboutKeyring: Bool {
    wantsCompletion || listsBackends || disables || backend != nil || operation == .diagnose
  }
}

extension KeyringRequest {
  /// Reads the arguments behind the program's name.
  init(_ arguments: [String]) throws(UsageError) {
    var parser = KeyringRequestParser(arguments)
    self = try parser.parse()
  }
}
