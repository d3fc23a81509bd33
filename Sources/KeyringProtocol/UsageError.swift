import Platform

/// A command line that Python's keyring would refuse, in its words.
struct UsageError: Failure, Equatable {
  let problem: String
  var remedy: Remedy?
  /// Whether a keyring newer than 25.7 might accept it.
  var mayBeNewer = false

  /// The usage in argparse's layout, for a terminal of 80 columns.
  static let usage = """
    usage: keyring [-h] [-p KEYRING_PATH] [-b KEYRING_BACKEND] [--list-backends]
                   [--disable] [--mode {password,creds}] [--output {plain,json}]
                   [--print-completion {bash,zsh,tcsh}]
                   [{get,set,del,diagnose}] [service] [username]
    """

  /// What goes to standard error.
  var text: String { "\(Self.usage)\nkeyring: error: \(description)" }

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
