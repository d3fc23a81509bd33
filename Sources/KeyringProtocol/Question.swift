/// What a client asks on the `keyring` command line: the grammar of Python keyring 25.7's own, options anywhere.
/// Source: keyring 25.7 `keyring/cli.py`, and what each client's argument list was seen to be.
struct Question: Equatable {
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

extension Question {
  /// Reads the arguments behind the program's name.
  init(_ arguments: [String]) throws(UsageError) {
    var parser = QuestionParser(arguments)
    self = try parser.parse()
  }
}

/// A command line that Python's keyring would refuse, in its words.
struct UsageError: Error, Equatable {
  let problem: String
  /// Whether a keyring newer than 25.7 might know what is meant.
  var mayBeNews = false

  /// The usage in argparse's layout, for a terminal of 80 columns.
  static let usage = """
    usage: keyring [-h] [-p KEYRING_PATH] [-b KEYRING_BACKEND] [--list-backends]
                   [--disable] [--mode {password,creds}] [--output {plain,json}]
                   [--print-completion {bash,zsh,tcsh}]
                   [{get,set,del,diagnose}] [service] [username]
    """

  /// What goes to standard error.
  var text: String { "\(Self.usage)\nkeyring: error: \(problem)" }

  /// What `-h` prints.
  static var help: String {
    """
    \(usage)

    positional arguments:
      {get,set,del,diagnose}
      service
      username

    options:
      -h, --help            show this help message and exit
      -p KEYRING_PATH, --keyring-path KEYRING_PATH
                            Path to the keyring backend
      -b KEYRING_BACKEND, --keyring-backend KEYRING_BACKEND
                            Name of the keyring backend
      --list-backends       List keyring backends and exit
      --disable             Disable keyring and exit
      --mode {password,creds}
                            Mode for 'get' operation. 'password' requires a
                            username and will return only the password. 'creds'
                            does not require a username and will return both the
                            username and password separated by a newline. Default
                            is 'password'
      --output {plain,json}
                            Output format for 'get' operation. Default is 'plain'
      --print-completion {bash,zsh,tcsh}
                            print shell completion script

    """
  }
}
