import ArgumentParser
import Platform

/// What `doctor` found and fixed; `ReportText` makes lines of it for a person.
struct DoctorReport {
  /// What was fixed, or could not be.
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

  /// What could not be fixed, but for that which a finding still tells of.
  var failedRepairs: [Repaired] {
    repaired.filter { item in
      !item.isDone
        && !findings.contains {
          $0.area == item.finding.area && $0.place?.name == item.finding.place?.name
            && $0.what.hasPrefix(item.finding.what)
        }
    }
  }

  /// The report for a program; `doctor --help` names its members.
  func json() throws -> String {
    try prettyJSON(
      Form(
        version: RootCommand.configuration.version, healthy: isHealthy,
        findings: findings.map {
          Form.Item(
            area: $0.area, severity: $0.severity, what: $0.what, file: $0.place?.name, line: $0.place?.line,
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
