import ArgumentParser
import CodeArtifact
import Platform

struct DoctorCommand: CLICommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Check everything that can be wrong or that clients find first, each in a line with the command that repairs it.",
    discussion: """
      Looks at the programs on PATH, at the settings of Poetry, pip and uv, at the project in this folder, at your AWS \
      sign-in and at the repositories themselves. Exits with 1 when there is a problem.

      Example: codeartifact-keyring doctor --fix
      """)

  @Argument(help: "Repositories to try, in place of those that the project in this folder names.")
  var urls: [String] = []

  @Flag(
    help:
      "Repair what can be repaired without harm: this program's own settings, and old tokens where clients find them first."
  )
  var fix = false

  @Flag(help: "Print JSON.")
  var json = false

  func run(in context: Context) throws {
    var machine = DoctorContext(context)
    var urls = self.urls
    if machine.configurationFailure == nil {
      urls = try urls.map { url throws(NotARepository) in try RepositoryArgument(url, machine.configuration).service }
    }
    let examination = DoctorRun(machine: machine, urls: urls)
    let answers = examination.ask()
    var findings = examination.findings(answers)
    var repaired: [DoctorReport.Repaired] = []
    if fix {
      repaired = Self.repair(findings, context)
      // What one repair has put right may have been the cause of more.
      if !repaired.isEmpty {
        machine = DoctorContext(again: machine)
        let second = DoctorRun(machine: machine, urls: urls)
        (findings, repaired) = Self.looked(at: second.findings(second.ask(knowing: answers)), after: repaired)
      }
    }
    let report = DoctorReport(findings: findings, repaired: repaired)
    let isColoured =
      context.streams.isForPerson && context.environment["NO_COLOR"] == nil
      && context.environment["TERM"] != "dumb"
    try context.answer(
      json ? try report.json() : report.text(colour: isColoured, home: context.directories.home))
    if !report.isHealthy { throw ExitCode(1) }
  }

  /// Makes the repairs of findings, each one once.
  static func repair(_ findings: [Finding], _ context: Context) -> [DoctorReport.Repaired] {
    var repairs: [Repair] = []
    var reasons: [Finding] = []
    for finding in findings {
      guard let repair = finding.repair, !repairs.contains(repair) else { continue }
      repairs.append(repair)
      reasons.append(finding)
    }
    var repaired: [Int: DoctorReport.Repaired] = [:]
    for index in Repair.order(repairs) {
      do {
        let done = try repairs[index].perform(context)
        repaired[index] = DoctorReport.Repaired(finding: reasons[index], done: done, isDone: true)
      } catch {
        repaired[index] = DoctorReport.Repaired(
          finding: reasons[index], done: oneLine("not repaired: \(error)", limit: 400), isDone: false)
      }
    }
    // Told in the order of the findings.
    return repairs.indices.compactMap { repaired[$0] }
  }

  /// What is found after repairs: what would be repaired once more has not been, and is not promised again.
  static func looked(
    at findings: [Finding], after repaired: [DoctorReport.Repaired]
  ) -> ([Finding], [DoctorReport.Repaired]) {
    let left = findings.filter { finding in
      finding.repair != nil && repaired.contains { $0.isDone && $0.finding.isLike(finding) }
    }
    return (
      findings.map { left.contains($0) ? $0.withoutRepair("it has tried, and that did not help") : $0 },
      repaired.map { item in
        guard item.isDone, left.contains(where: item.finding.isLike) else { return item }
        return DoctorReport.Repaired(
          finding: item.finding, done: "\(item.done), which did not help: \(item.finding.what)", isDone: false)
      }
    )
  }
}
