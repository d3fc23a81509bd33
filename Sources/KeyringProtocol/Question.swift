/// What a client asks on the `keyring` command line: the grammar of Python keyring 25.7's own, options anywhere.
/// Source: keyring 25.7 `keyring/cli.py`, and what each client's argument list was seen to be.
struct Question: Equatable {
  enum Operation: String, CaseIterable {
    case get, set, del, diagnose
  }

  enum Mode: String, CaseIterable {
    case password, creds
  }

  enum Output: String, CaseIterable {
    case plain, json
  }

  var operation: Operation?
  var service: String?
  /// Nil when no user was named; some clients say "" for the same.
  var username: String?
  var mode = Mode.password
  var output = Output.plain
  var wantsHelp = false
  /// Set when a question is about keyring itself (a backend, a listing, a completion): it is for a Python keyring.
  var isAboutKeyring = false
}

/// A command line that Python's keyring would refuse, in its words.
struct UsageError: Error, Equatable {
  let problem: String

  static let usage = """
    usage: keyring [-h] [-p KEYRING_PATH] [-b KEYRING_BACKEND] [--list-backends]
                   [--disable] [--mode {password,creds}] [--output {plain,json}]
                   [--print-completion {bash,zsh,tcsh}]
                   [{get,set,del,diagnose}] [service] [username]
    """

  /// What goes to standard error.
  var text: String { "\(Self.usage)\nkeyring: error: \(problem)" }
}

extension Question {
  /// Reads the arguments behind the program's name.
  init(_ arguments: [String]) throws(UsageError) {
    var positionals: [String] = []
    var rest = arguments[...]
    var onlyPositionals = false
    while let argument = rest.popFirst() {
      if onlyPositionals || !argument.hasPrefix("-") || argument == "-" || argument.contains(" ") {
        positionals.append(argument)
      } else if argument == "--" {
        onlyPositionals = true
      } else {
        try take(option: argument, &rest)
        if wantsHelp { return }
      }
    }
    try take(positionals: positionals)
  }

  private mutating func take(option argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let (option, inline) = try Option.find(argument)
    guard option.takesValue else {
      guard inline == nil else {
        throw UsageError(problem: "argument \(option.title): ignored explicit argument '\(inline ?? "")'")
      }
      if option == .help { wantsHelp = true } else { isAboutKeyring = true }
      return
    }
    guard let value = inline ?? (rest.first?.hasPrefix("-") == true ? nil : rest.popFirst()) else {
      throw UsageError(problem: "argument \(option.title): expected one argument")
    }
    switch option {
    case .mode: mode = try Self.choice(value, of: option)
    case .output: output = try Self.choice(value, of: option)
    case .completion: isAboutKeyring = true
    default: isAboutKeyring = true
    }
  }

  private mutating func take(positionals: [String]) throws(UsageError) {
    if let name = positionals.first {
      guard let known = Operation(rawValue: name) else {
        let choices = Operation.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        throw UsageError(problem: "argument operation: invalid choice: '\(name)' (choose from \(choices))")
      }
      operation = known
    }
    guard positionals.count <= 3 else {
      throw UsageError(problem: "unrecognized arguments: \(positionals[3...].joined(separator: " "))")
    }
    service = positionals.count > 1 ? positionals[1] : nil
    username = positionals.count > 2 ? positionals[2] : nil
    guard !isAboutKeyring else { return }
    guard let operation else {
      throw UsageError(problem: "Specify operation (get, set, del, diagnose).")
    }
    if operation == .diagnose { return }
    let needsUser = operation != .get || mode == .password
    if service == nil || (needsUser && username == nil) {
      throw UsageError(problem: "\(operation.rawValue) requires service\(needsUser ? " and username" : "")")
    }
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ value: String, of option: Option
  ) throws(UsageError) -> Choice where Choice.RawValue == String {
    if let choice = Choice(rawValue: value) { return choice }
    let choices = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    throw UsageError(problem: "argument \(option.title): invalid choice: '\(value)' (choose from \(choices))")
  }
}

/// The options of keyring's command line.
private enum Option: String, CaseIterable {
  case help = "--help"
  case path = "--keyring-path"
  case backend = "--keyring-backend"
  case list = "--list-backends"
  case disable = "--disable"
  case mode = "--mode"
  case output = "--output"
  case completion = "--print-completion"

  var short: String? {
    switch self {
    case .help: "-h"
    case .path: "-p"
    case .backend: "-b"
    default: nil
    }
  }

  /// Both names, as argparse puts them into a message.
  var title: String { short.map { "\($0)/\(rawValue)" } ?? rawValue }

  var takesValue: Bool { self != .help && self != .list && self != .disable }

  /// The option an argument names, in full, by an unambiguous beginning or by its letter, and the value joined to it.
  static func find(_ argument: String) throws(UsageError) -> (Option, inline: String?) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let inline = parts.count > 1 ? parts[1] : nil
    if argument.hasPrefix("--") {
      if let exact = Option(rawValue: parts[0]) { return (exact, inline) }
      let candidates = allCases.filter { $0.rawValue.hasPrefix(parts[0]) }
      if candidates.count == 1 { return (candidates[0], inline) }
      if candidates.count > 1 {
        let names = candidates.map(\.rawValue).joined(separator: ", ")
        throw UsageError(problem: "ambiguous option: \(argument) could match \(names)")
      }
    } else if let option = allCases.first(where: { $0.short.map { argument.hasPrefix($0) } ?? false }) {
      let joined = String(argument.dropFirst(2))
      return (option, joined.isEmpty ? nil : joined.hasPrefix("=") ? String(joined.dropFirst()) : joined)
    }
    throw UsageError(problem: "unrecognized arguments: \(argument)")
  }
}
