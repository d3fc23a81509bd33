/// Reads a command line as argparse does, errors in its order and words. Unlike the argparse of Python 3.11, it accepts an
/// option between the operation, the service and the user as well.
/// Source: Python 3.11 `Lib/argparse.py`, `_parse_known_args`
struct KeyringRequestParser {
  private let arguments: [String]
  private var next = 0
  private var question = KeyringRequest()
  private var positionals = 0
  /// Whether the last argument read was the third positional: a `--` there is still the parser's own.
  private var isBehindLastPositional = false
  private var extras: [String] = []

  init(_ arguments: [String]) { self.arguments = arguments }

  mutating func parse() throws(UsageError) -> KeyringRequest {
    // Every option is recognised before the first takes effect: an ambiguous one is an error even before `-h`.
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
          if question.wantsHelp || question.wantsCompletion { return question }
        }
      }
    }
    guard extras.isEmpty else {
      throw UsageError(problem: "unrecognized arguments: \(extras.joined(separator: " "))", mayBeNews: true)
    }
    try check()
    return question
  }

  private mutating func take(positional: String) throws(UsageError) {
    isBehindLastPositional = positionals == 2
    switch positionals {
    case 0:
      switch positional {
      case "get": question.operation = .get
      case "set": question.operation = .set
      case "del": question.operation = .del
      case "diagnose": question.operation = .diagnose
      default: throw Self.invalid(positional, "operation", "'get', 'set', 'del', 'diagnose'")
      }
    case 1: question.service = positional
    case 2: question.username = positional
    default: extras.append(positional)
    }
    positionals += 1
  }

  private mutating func take(_ option: Option, joined: String?, isLetter: Bool) throws(UsageError) {
    guard option.takesValue else {
      if let joined { return try takeTogether(option, joined, isLetter: isLetter) }
      switch option {
      case .list: question.listsBackends = true
      case .disable: question.disables = true
      default: question.wantsHelp = true
      }
      return
    }
    let value: String
    if let joined { value = joined } else { value = try separateValue(of: option) }
    switch option {
    case .backend: question.backend = value
    case .mode:
      guard let mode = KeyringRequest.Mode(rawValue: value) else {
        throw Self.invalid(value, option.title, "'password', 'creds'")
      }
      question.mode = mode
    case .output:
      guard let output = KeyringRequest.Output(rawValue: value) else {
        throw Self.invalid(value, option.title, "'plain', 'json'")
      }
      question.output = output
    case .completion:
      guard value == "bash" || value == "zsh" || value == "tcsh" else {
        throw Self.invalid(value, option.title, "'bash', 'zsh', 'tcsh'")
      }
      question.wantsCompletion = true
    default: break
    }
  }

  /// What is joined to an option that takes no value: more letters, as in `-hb`, or a mistake.
  private mutating func takeTogether(_ option: Option, _ joined: String, isLetter: Bool) throws(UsageError) {
    guard isLetter, let first = joined.utf8.first, let another = Option(letter: first) else {
      throw UsageError(problem: "argument \(option.title): ignored explicit argument \(pythonQuoted(joined))")
    }
    let rest = String(decoding: joined.utf8.dropFirst(), as: UTF8.self)
    try take(another, joined: rest.isEmpty ? nil : rest, isLetter: true)
    // The letters are acted upon in their order, and the first of them can only be `-h`.
    question.wantsHelp = true
  }

  private mutating func separateValue(of option: Option) throws(UsageError) -> String {
    guard next < arguments.count, arguments[next] != "--", case .positional = try Option.find(arguments[next]) else {
      throw UsageError(problem: "argument \(option.title): expected one argument")
    }
    next += 1
    return arguments[next - 1]
  }

  /// What keyring itself asks for, once argparse is content.
  private func check() throws(UsageError) {
    if question.listsBackends || question.disables || question.operation == .diagnose { return }
    guard let operation = question.operation else {
      if question.backend != nil { return }
      throw UsageError(problem: "Specify operation (get, set, del, diagnose).")
    }
    let needsUser = operation != .get || question.mode == .password
    if question.service == nil || (needsUser && question.username == nil) {
      throw UsageError(problem: "\(operation.rawValue) requires service\(needsUser ? " and username" : "")")
    }
  }

  private static func invalid(_ value: String, _ title: String, _ choices: String) -> UsageError {
    UsageError(
      problem: "argument \(title): invalid choice: \(pythonQuoted(value)) (choose from \(choices))", mayBeNews: true)
  }
}
