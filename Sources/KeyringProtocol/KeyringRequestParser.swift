/// Parses a command line as argparse does, with its errors. Unlike the argparse of Python 3.11, it also accepts options
/// between the operation, the service and the user.
/// Source: Python 3.11 `Lib/argparse.py`, `_parse_known_args`
struct KeyringRequestParser {
  private let arguments: [String]
  private var next = 0
  private(set) var request = KeyringRequest()
  private var positionals = 0
  /// Whether the last argument read was the third positional: a `--` there is still the parser's own.
  private var isBehindLastPositional = false
  private var extras: [String] = []

  /// Parses the arguments after the program's name.
  init(_ arguments: [String]) throws(UsageError) {
    self.arguments = arguments
    // All options are recognised before the first one takes effect: an ambiguous one is an error even after `-h`.
    for argument in arguments {
      if argument == "--" { break }
      _ = try Option.find(argument)
    }
    var onlyPositionals = false
    while next < arguments.count {
      let argument = arguments[next]
      next += 1
      if onlyPositionals {
        try take(positional: argument)
      } else if argument == "--" {
        onlyPositionals = true
        if positionals >= 3, !isBehindLastPositional { extras.append(argument) }
      } else {
        switch try Option.find(argument) {
        case .positional: try take(positional: argument)
        case .unknown:
          extras.append(argument)
          isBehindLastPositional = false
        case .option(let option, let joined, let isLetter):
          try take(option, joined: joined, isLetter: isLetter)
          isBehindLastPositional = false
          // These two take effect at once, before errors after them.
          if request.wantsHelp || request.wantsCompletion { return }
        }
      }
    }
    guard extras.isEmpty else {
      throw UsageError(problem: "unrecognized arguments: \(extras.joined(separator: " "))", mayBeNewer: true)
    }
    try check()
  }

  private mutating func take(positional: String) throws(UsageError) {
    isBehindLastPositional = positionals == 2
    switch positionals {
    case 0: request.operation = try Self.choice(positional, "operation")
    case 1: request.service = positional
    case 2: request.username = positional
    default: extras.append(positional)
    }
    positionals += 1
  }

  private mutating func take(_ option: Option, joined: String?, isLetter: Bool) throws(UsageError) {
    guard option.takesValue else {
      if let joined { return try takeTogether(option, joined, isLetter: isLetter) }
      switch option {
      case .list: request.listsBackends = true
      case .disable: request.disables = true
      default: request.wantsHelp = true
      }
      return
    }
    let value: String
    if let joined { value = joined } else { value = try separateValue(of: option) }
    switch option {
    case .backend: request.backend = value
    case .mode: request.mode = try Self.choice(value, option.title)
    case .output: request.output = try Self.choice(value, option.title)
    case .completion:
      let _: KeyringRequest.Shell = try Self.choice(value, option.title)
      request.wantsCompletion = true
    default: break
    }
  }

  /// Text that is joined to an option without a value: more letters, as in `-hb`, or a mistake.
  private mutating func takeTogether(_ option: Option, _ joined: String, isLetter: Bool) throws(UsageError) {
    guard isLetter, let first = joined.utf8.first, let another = Option(letter: first) else {
      throw UsageError(problem: "argument \(option.title): ignored explicit argument \(pythonQuoted(joined))")
    }
    let rest = String(decoding: joined.utf8.dropFirst(), as: UTF8.self)
    try take(another, joined: rest.isEmpty ? nil : rest, isLetter: true)
    // The letters are acted upon in their order, and the first of them can only be `-h`.
    request.wantsHelp = true
  }

  private mutating func separateValue(of option: Option) throws(UsageError) -> String {
    guard next < arguments.count, arguments[next] != "--", case .positional = try Option.find(arguments[next]) else {
      throw UsageError(problem: "argument \(option.title): expected one argument")
    }
    next += 1
    return arguments[next - 1]
  }

  /// What keyring itself requires, after argparse.
  private func check() throws(UsageError) {
    if request.listsBackends || request.disables || request.operation == .diagnose { return }
    guard let operation = request.operation else {
      if request.backend != nil { return }
      throw UsageError(problem: "Specify operation (get, set, del, diagnose).")
    }
    let needsUser = operation != .get || request.mode == .password
    if request.service == nil || (needsUser && request.username == nil) {
      throw UsageError(problem: "\(operation.rawValue) requires service\(needsUser ? " and username" : "")")
    }
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: String, _ title: String
  ) throws(UsageError) -> Choice {
    if let choice = Choice(rawValue: value) { return choice }
    let choices = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    throw UsageError(
      problem: "argument \(title): invalid choice: \(pythonQuoted(value)) (choose from \(choices))", mayBeNewer: true)
  }
}
