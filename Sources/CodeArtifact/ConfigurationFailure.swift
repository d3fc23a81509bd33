/// A mistake in the configuration: where, and what is wrong.
public struct ConfigurationFailure: Error, Equatable, CustomStringConvertible {
  /// The file, or the variable.
  public let place: String
  /// The line in the file, where it is known.
  public let line: Int?
  /// What is wrong, and what would be right.
  public let problem: String

  /// One line for a person.
  public var description: String { place + (line.map { " line \($0)" } ?? "") + ": \(problem)" }
}
