import Platform

/// A mistake in a settings file or a variable: where it is, and what is wrong.
public struct ConfigurationFailure: Failure, Equatable {
  /// The setting.
  public let location: Location?
  /// What is wrong, and what would be right.
  public let problem: String

  /// A mistake at a location.
  public init(_ location: Location, _ problem: String) {
    self.location = location
    self.problem = problem
  }
}
