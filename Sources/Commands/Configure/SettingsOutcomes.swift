import Platform

/// The results of several actions, each of which is done even if others fail.
struct SettingsOutcomes {
  private var lines: [String] = []
  private var failures: [String] = []

  var areAllSuccessful: Bool { failures.isEmpty }

  /// Does an action, which returns a line for the user, or nil.
  mutating func attempt(_ work: () throws -> String?) {
    do { if let line = try work() { lines.append(line) } } catch {
      // If several fail for the same reason, it is reported once.
      if !failures.contains("\(error)") { failures.append("\(error)") }
    }
  }

  /// Prints what was done, and what failed.
  func print(_ context: Context) throws {
    try context.writeOutput(lines.map { "\($0)\n" }.joined())
    for failure in failures { context.streams.writeError("codeartifact-keyring: \(oneLine(failure, limit: 1000))") }
  }
}
