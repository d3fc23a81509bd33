import Platform

/// What came of several things, each of which is done whatever becomes of the others.
struct SettingsOutcomes {
  private var lines: [String] = []
  private var failures: [String] = []

  /// Whether all could be done.
  var areGood: Bool { failures.isEmpty }

  /// Does one of them, which gives a line for the user where there is something to tell.
  mutating func attempt(_ work: () throws -> String?) {
    do { if let line = try work() { lines.append(line) } } catch {
      // One cause may stop them all: it is told once.
      if !failures.contains("\(error)") { failures.append("\(error)") }
    }
  }

  /// Tells what was done, and what was not.
  func tell(_ context: Context) throws {
    try context.answer(lines.map { "\($0)\n" }.joined())
    for failure in failures { context.streams.writeError("codeartifact-keyring: \(oneLine(failure, limit: 1000))") }
  }
}
