/// A failure that a person can act on, as data: where it is, what happened, and what to do.
public protocol Failure: Error, CustomStringConvertible {
  /// The setting that it is about; nil where there is none.
  var location: Location? { get }
  /// What happened, without the location and the remedy.
  var problem: String { get }
  /// What to do; nil where that is not known.
  var remedy: Remedy? { get }
}

extension Failure {
  /// None, unless a failure says otherwise.
  public var location: Location? { nil }

  /// None, unless a failure says otherwise.
  public var remedy: Remedy? { nil }

  /// One line for a person: `FILE line N: what happened. What to do`.
  public var description: String {
    let start = location.map { "\($0): " } ?? ""
    guard let remedy else { return start + problem }
    // Words of a service may end with a period.
    return "\(start)\(problem.hasSuffix(".") ? String(problem.dropLast()) : problem). \(remedy.words(at: location))"
  }
}

/// Where a setting is.
public enum Location: Sendable, Equatable, Codable, CustomStringConvertible {
  /// In a file, with the line where it is known.
  case file(String, line: Int? = nil)
  /// In an environment variable.
  case variable(String)

  /// The line, where it is known.
  public var line: Int? {
    guard case .file(_, let line) = self else { return nil }
    return line
  }

  /// The file's path, or the variable's name.
  public var name: String {
    switch self {
    case .file(let name, _), .variable(let name): name
    }
  }

  /// As messages name it.
  public var description: String { name + (line.map { " line \($0)" } ?? "") }
}

/// What a person can do about a failure.
public enum Remedy: Sendable, Equatable, Codable {
  /// Run a command, which can be copied as it stands.
  case run(String)
  /// Run a command that only shows something; it can be copied as it stands.
  case inspect(String)
  /// Edit a file: what to change in it.
  case edit(Location, String)
  /// Set an environment variable.
  case set(String, to: String)
  /// Unset an environment variable.
  case unset(String)
  /// Anything else, as a sentence without its period.
  case advice(String)
  /// Do something with the AWS CLI, or something else where that is not installed.
  indirect case withAWSCLI(Remedy, otherwise: Remedy)

  /// The command that does it, or shows what to do; nil where it takes more than a command.
  public var command: String? {
    switch self {
    case .run(let command), .inspect(let command): command
    case .unset(let variable): "unset \(shellWord(variable))"
    case .withAWSCLI(let remedy, _): remedy.command
    case .edit, .set, .advice: nil
    }
  }

  fileprivate func words(at location: Location?) -> String {
    switch self {
    case .run, .inspect, .unset: "Run: \(command ?? "")"
    case .edit(let place, let change): place == location ? change : "\(change) in \(place)"
    case .set(let variable, let value): "Set \(variable) to \(value)"
    case .advice(let text): text
    case .withAWSCLI(let remedy, _): remedy.words(at: location)
    }
  }
}

/// A failure as it is stored for later or for another process, without secrets.
public struct FailureRecord: Failure, Equatable, Codable {
  /// The setting that it was about.
  public let location: Location?
  /// What happened.
  public let problem: String
  /// What to do.
  public let remedy: Remedy?

  /// A failure with these parts.
  public init(_ problem: String, location: Location? = nil, remedy: Remedy? = nil) {
    self.location = location
    self.problem = problem
    self.remedy = remedy
  }

  /// The parts of a failure. `subject`, such as a domain, comes before the problem.
  public init(_ failure: any Error, subject: String? = nil) {
    let known = failure as? any Failure
    let problem = oneLine(known?.problem ?? "\(failure)", limit: 1000)
    self.init(
      (subject.map { "\($0): " } ?? "") + problem, location: known?.location, remedy: known?.remedy)
  }
}

extension Context {
  /// Whether the AWS CLI is on PATH.
  public var hasAWSCLI: Bool { program("aws") != nil }

  /// A failure as a person on this machine is told it: it names the AWS CLI only where that is installed.
  public func choosingRemedy(of failure: any Failure) -> any Failure {
    guard case .withAWSCLI(let remedy, let otherwise)? = failure.remedy else { return failure }
    return FailureRecord(failure.problem, location: failure.location, remedy: hasAWSCLI ? remedy : otherwise)
  }

  /// Tells a person of a failure, in one line on standard error.
  public func writeError(_ failure: any Error) {
    let failure = (failure as? any Failure).map { choosingRemedy(of: $0) as any Error } ?? failure
    streams.writeError("codeartifact-keyring: \(oneLine("\(failure)", limit: 1000))")
  }
}
