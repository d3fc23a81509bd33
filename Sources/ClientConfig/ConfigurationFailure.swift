/// A mistake in a settings file or a variable: where, and what is wrong.
public struct ConfigurationFailure: Error, Equatable, CustomStringConvertible {
  /// The file, or the variable.
  public let place: String
  /// The line in the file, where it is known.
  public let line: Int?
  /// What is wrong, and what would be right.
  public let problem: String

  /// A mistake at a place.
  public init(place: String, line: Int?, problem: String) {
    self.place = place
    self.line = line
    self.problem = problem
  }

  /// One line for a person.
  public var description: String { place + (line.map { " line \($0)" } ?? "") + ": \(problem)" }
}
