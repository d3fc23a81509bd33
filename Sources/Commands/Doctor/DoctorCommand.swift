import ArgumentParser
import CodeArtifact
import Platform

struct DoctorCommand: PeopleCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check everything that can be wrong or that hides us, each in a line with the command that mends it.",
    discussion: """
      Looks at the programs on PATH, at the settings of Poetry, pip and uv, at the project in this folder, at your AWS \
      sign-in and at the repositories themselves. Exits with 1 when there is a problem.

      Example: codeartifact-keyring doctor --fix
      """)

  @Argument(help: "Repositories to try, in place of those that the project in this folder names.")
  var urls: [String] = []

  @Flag(help: "Mend what can be mended without harm: our own settings, and old tokens where clients find them first.")
  var fix = false

  @Flag(help: "Print JSON.")
  var json = false

  func run(in surroundings: Surroundings) throws {
    var machine = Machine(surroundings)
    var urls = self.urls
    if machine.configurationFailure == nil {
      urls = try urls.map { url throws(NotARepository) in try RepositoryArgument(url, machine.configuration).service }
    }
    let examination = Examination(machine: machine, urls: urls)
    let answers = examination.ask()
    var findings = examination.findings(answers)
    var mended: [DoctorReport.Mended] = []
    if fix {
      mended = Self.mend(findings, surroundings)
      // What one repair has mended may have been the cause of more.
      if !mended.isEmpty {
        machine = Machine(surroundings)
        let second = Examination(machine: machine, urls: urls)
        findings = second.findings(second.ask(knowing: answers))
      }
    }
    let report = DoctorReport(findings: findings, mended: mended)
    let isColoured =
      surroundings.streams.isForPerson && surroundings.environment["NO_COLOR"] == nil
      && surroundings.environment["TERM"] != "dumb"
    try surroundings.answer(
      json ? try report.json() : report.text(colour: isColoured, home: surroundings.directories.home))
    if !report.isHealthy { throw ExitCode(1) }
  }

  static func mend(_ findings: [Finding], _ surroundings: Surroundings) -> [DoctorReport.Mended] {
    var repairs: [Repair] = []
    var areas: [Finding.Area] = []
    for finding in findings {
      guard let repair = finding.repair, !repairs.contains(repair) else { continue }
      repairs.append(repair)
      areas.append(finding.area)
    }
    var mended: [Int: DoctorReport.Mended] = [:]
    for index in Repair.order(repairs) {
      do {
        mended[index] = DoctorReport.Mended(
          area: areas[index], done: try repairs[index].perform(surroundings), isDone: true)
      } catch {
        mended[index] = DoctorReport.Mended(
          area: areas[index], done: oneLine("not mended: \(error)", limit: 400), isDone: false)
      }
    }
    // Told in the order of the findings.
    return repairs.indices.compactMap { mended[$0] }
  }
}
