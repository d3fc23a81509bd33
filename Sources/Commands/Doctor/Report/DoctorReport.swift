import ArgumentParser
import Platform

/// What the doctor has to say: lines for a person, or JSON for a program.
struct DoctorReport {
  /// What was repaired, or could not be.
  struct Repaired: Sendable, Equatable {
    let finding: Finding
    let done: String
    /// Whether it could be done.
    let isDone: Bool
  }

  let findings: [Finding]
  let repaired: [Repaired]

  /// Whether everything works.
  var isHealthy: Bool { findings.allSatisfy { $0.severity != .problem } && repaired.allSatisfy(\.isDone) }

  // MARK: text

  /// A line for each; `home` is written as `~`.
  func text(colour: Bool, home: String?) -> String {
    func short(_ text: String, after start: String = "") -> String {
      guard let home, home.count > 1 else { return text }
      return text.replacing("\(start)\(home)/", with: "\(start)~/")
    }
    var lines = repaired.map { item in
      line(
        item.finding.area, item.isDone ? "repaired" : "problem", item.isDone ? Self.green : Self.red,
        short(Self.whole(item.done)), colour: colour)
    }
    lines += findings.map { finding in
      let place = finding.place.map { Self.whole($0.file) + ($0.line.map { " line \($0)" } ?? "") + ": " } ?? ""
      // Within quotes a shell takes `~` for itself: only where a word begins.
      let command = finding.command.map { short(". Run: \(Self.whole($0))", after: " ") } ?? ""
      return line(
        finding.area, finding.severity.rawValue, Self.colour(finding.severity),
        short(place + Self.whole(finding.what)) + command, colour: colour)
    }
    return (lines + [summary]).map { "\($0)\n" }.joined()
  }

  /// Text from files and variables, whole, on one line.
  private static func whole(_ text: String) -> String { oneLine(text, limit: .max) }

  private func line(
    _ area: Finding.Area, _ severity: String, _ code: String, _ text: String, colour: Bool
  ) -> String {
    let padded = severity.padded(to: 9)
    return area.rawValue.padded(to: 15) + (colour ? "\u{1B}[\(code)m\(padded)\u{1B}[0m" : padded) + text
  }

  private var summary: String {
    let problems = findings.count { $0.severity == .problem } + repaired.count { !$0.isDone }
    let warnings = findings.count { $0.severity == .warning }
    let repairable = findings.count { $0.repair != nil && $0.isAboutFailure }
    if problems + warnings == 0 {
      let isUntried = findings.contains { $0.area == .token && $0.severity == .note }
      return isUntried ? "No problem was found; no repository was tried." : "All is well."
    }
    let counts = [(problems, "problem"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    return counts + (repairable > 0 ? "; \(Installation.name) doctor --fix repairs \(repairable)" : "")
  }

  private static let green = "32"
  private static let red = "31"

  private static func colour(_ severity: Finding.Severity) -> String {
    switch severity {
    case .ok: green
    case .note: "36"
    case .warning: "33"
    case .problem: red
    }
  }

  // MARK: JSON

  func json() throws -> String {
    try prettyJSON(
      Form(
        version: RootCommand.configuration.version, healthy: isHealthy,
        findings: findings.map {
          Form.Item(
            area: $0.area, severity: $0.severity, what: $0.what, file: $0.place?.file, line: $0.place?.line,
            command: $0.command, fixable: $0.repair != nil)
        }, fixed: repaired.map { Form.Fixed(area: $0.finding.area, what: $0.done, done: $0.isDone) }))
  }

  private struct Form: Encodable {
    struct Item: Encodable {
      let area: Finding.Area
      let severity: Finding.Severity
      let what: String
      let file: String?
      let line: Int?
      let command: String?
      let fixable: Bool
    }

    struct Fixed: Encodable {
      let area: Finding.Area
      let what: String
      let done: Bool
    }

    let version: String
    let healthy: Bool
    let findings: [Item]
    let fixed: [Fixed]
  }
}

extension String {
  /// Followed by blanks up to a width, by one at least.
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }
}
