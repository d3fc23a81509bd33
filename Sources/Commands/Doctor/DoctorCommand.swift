import ArgumentParser
import CodeArtifact
import Platform

struct DoctorCommand: CLICommand {
  static let configuration = CommandConfiguration.command(
    "doctor", "Diagnose problems, and print a fix for each.",
    notes: [
      """
      Checks the programs on PATH, the settings of Poetry, pip and uv, the project in this folder, the AWS credentials \
      and the repositories. Secrets are never printed.
      """,
      """
      JSON: version, healthy, findings (area, severity, what, file, line, command, fixable) and fixed (area, what, \
      done). severity is ok, note, warning or problem; file, line and command are left out where there is none.
      """,
    ],
    examples: ["codeartifact-keyring doctor --fix"],
    exitCodes:
      "0 no problem, though there may be warnings; 1 a problem, or the reason on standard error; 2 wrong usage.")

  @Argument(help: .repositories("Default: those of the project in this folder, and of pip's and uv's settings."))
  var urls: [String] = []

  @Flag(help: "Fix what is safe to fix: this program's own settings, and CodeArtifact tokens that override it.")
  var fix = false

  @Flag(help: "Show each check that passed.")
  var verbose = false

  @Flag(help: .json)
  var json = false

  func run(in context: Context) throws {
    let doctor = DoctorContext(context)
    var urls = self.urls
    if doctor.configurationFailure == nil {
      urls = try urls.map { url throws(FailureRecord) in try RepositoryArgument(url, doctor.configuration).service }
    }
    let first = DoctorRun(doctor, urls: urls)
    var findings = first.findings
    var repaired: [DoctorReport.Repaired] = []
    if fix {
      repaired = Self.repair(findings, context)
      // A repair may have removed the cause of other findings too.
      if !repaired.isEmpty {
        var again = DoctorContext(context)
        again.lastFailure = doctor.lastFailure
        let second = DoctorRun(again, urls: urls, reusing: first.results)
        (findings, repaired) = Self.reassess(second.findings, after: repaired)
      }
    }
    let report = DoctorReport(findings: findings, repaired: repaired)
    let text = ReportText(
      report: report, style: ReportStyle(context), home: context.directories.home, isVerbose: verbose, isAfterFix: fix)
    try context.writeOutput(json ? try report.json() : text.lines)
    if !report.isHealthy { throw ExitCode(1) }
  }

  /// Makes each repair of the findings once.
  static func repair(_ findings: [Finding], _ context: Context) -> [DoctorReport.Repaired] {
    let reasons = findings.filter { $0.repair != nil }.distinct { $0.repair == $1.repair }
    let repairs = reasons.compactMap(\.repair)
    var repaired: [Int: DoctorReport.Repaired] = [:]
    for index in Repair.order(repairs) {
      do {
        let done = try repairs[index].perform(context)
        repaired[index] = DoctorReport.Repaired(finding: reasons[index], done: done, isDone: true)
      } catch {
        repaired[index] = DoctorReport.Repaired(
          finding: reasons[index], done: oneLine("not fixed: \(error)", limit: 400), isDone: false)
      }
    }
    // In the order of the findings.
    return repairs.indices.compactMap { repaired[$0] }
  }

  /// The findings after repairs: one that would be repaired again was not fixed, and no repair is promised for it.
  static func reassess(
    _ findings: [Finding], after repaired: [DoctorReport.Repaired]
  ) -> ([Finding], [DoctorReport.Repaired]) {
    (
      findings.map { finding in
        guard finding.repair != nil, let tried = repaired.first(where: { $0.finding.matches(finding) }) else {
          return finding
        }
        return finding.withoutRepair(
          tried.isDone ? "the repair did not help" : tried.done.replacing("not fixed: ", with: ""))
      },
      repaired.map { item in
        guard item.isDone, findings.contains(where: { $0.repair != nil && item.finding.matches($0) }) else {
          return item
        }
        return DoctorReport.Repaired(
          finding: item.finding, done: "\(item.done), but this did not help: \(item.finding.what)", isDone: false)
      }
    )
  }
}
