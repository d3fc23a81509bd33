import Platform

extension Context {
  /// Whether the AWS CLI is on PATH.
  public var hasAWSCLI: Bool { program("aws") != nil }
}
