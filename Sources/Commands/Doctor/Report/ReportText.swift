import Platform

/// A report as lines for a person: what is wrong first, the worst at the top, each with its command on a line of its own;
/// then what is fine; last what to do next.
struct ReportText {
  /// How an entry is marked.
  private enum Mark: String {
    case fixed, problem, warning, note, ok

    init(_ severity: Finding.Severity) {
      switch severity {
      case .ok: self = .ok
      case .note: self = .note
      case .warning: self = .warning
      case .problem: self = .problem
      }
    }

    var colour: String {
      switch self {
      case .fixed, .ok: "32"
      case .note: "36"
      case .warning: "33"
      case .problem: "31"
      }
    }

    var symbol: String {
      switch self {
      case .fixed, .ok: "✓"
      case .note: "•"
      case .warning: "!"
      case .problem: "✗"
      }
    }
  }

  private struct Entry {
    let mark: Mark
    let area: String
    let text: String
    var command: String?
  }

  let report: DoctorReport
  let style: ReportStyle
  /// The home directory, which is written as `~`.
  let home: String?
  /// Whether each check that passed has a line.
  let isVerbose: Bool
  /// Whether `--fix` was given.
  var isAfterFix = false

  var lines: String {
    let entries = fixes + findings + (isVerbose ? [] : passed)
    let areaWidth = (entries.map(\.area.count).max() ?? 0) + 2
    var text = ""
    for entry in entries {
      text += line(entry, areaWidth: areaWidth) + "\n"
      if let command = entry.command { text += "    \(command)\n\n" }
    }
    return (text.isEmpty || text.hasSuffix("\n\n") ? text : text + "\n") + summary.map { "\($0)\n" }.joined()
  }

  private func line(_ entry: Entry, areaWidth: Int) -> String {
    let word = entry.mark.rawValue.padded(to: 9)
    let mark = style.hasSymbols ? "\(entry.mark.symbol) \(word)" : word
    let area = entry.area.isEmpty ? "" : entry.area.padded(to: areaWidth)
    let text = entry.text.wrapped(to: style.columns, indent: mark.count + area.count)
    return (style.isColoured ? "\u{1B}[\(entry.mark.colour)m\(mark)\u{1B}[0m" : mark) + area + text
  }

  // MARK: entries

  private var fixes: [Entry] {
    report.repaired.filter(\.isDone).map {
      Entry(mark: .fixed, area: $0.finding.area.rawValue, text: short(Self.whole($0.done)))
    }
  }

  private var findings: [Entry] {
    let failed = report.failedRepairs.map {
      Entry(mark: .problem, area: $0.finding.area.rawValue, text: short(Self.whole($0.done)))
    }
    let severities: [Finding.Severity] = [.problem, .warning, .note] + (isVerbose ? [.ok] : [])
    return failed
      + severities.flatMap { severity in report.findings.filter { $0.severity == severity }.map(entry) }
  }

  private func entry(_ finding: Finding) -> Entry {
    let place = finding.place.map { Self.whole($0.file) + ($0.line.map { " line \($0)" } ?? "") + ": " } ?? ""
    return Entry(
      mark: Mark(finding.severity), area: finding.area.rawValue, text: short(place + Self.whole(finding.what)),
      command: finding.command.map(shortCommand))
  }

  /// A shell knows `~` only where a word begins.
  private func shortCommand(_ command: String) -> String {
    String(short(" \(Self.whole(command))", after: " ").dropFirst())
  }

  /// All checks that passed, in one line.
  private var passed: [Entry] {
    let passed = report.findings.filter { $0.severity == .ok }
    guard !passed.isEmpty else { return [] }
    let areas = Finding.Area.allCases.filter { area in passed.contains { $0.area == area } }
      .map(\.rawValue).joined(separator: ", ")
    let count = passed.count == 1 ? "1 check passed" : "\(passed.count) checks passed"
    return [Entry(mark: .ok, area: "", text: "\(count): \(areas) (--verbose lists them)")]
  }

  /// Text from files and variables, whole, on one line.
  private static func whole(_ text: String) -> String { oneLine(text, limit: .max) }

  private func short(_ text: String, after start: String = "") -> String {
    guard let home, home.count > 1 else { return text }
    return text.replacing("\(start)\(home)/", with: "\(start)~/")
  }

  // MARK: what to do next

  private var summary: [String] {
    let failures = report.findings.filter(\.isAboutFailure)
    let problems = failures.count { $0.severity == .problem } + report.failedRepairs.count
    let warnings = failures.count { $0.severity == .warning }
    if problems + warnings == 0 {
      let isNoRepositoryTried = report.findings.contains { $0.area == .token && $0.severity == .note }
      return isNoRepositoryTried
        ? ["All checks passed, but no repository was tried.", "Next: \(Installation.name) doctor URL"]
        : ["All checks passed. Nothing needs to be done."]
    }
    let counts = [(problems, "problem"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    let fixable = failures.count { $0.repair != nil }
    let limit = isAfterFix && fixable == 0 ? " that doctor --fix cannot fix" : ""
    return [counts + limit] + next(failures, fixable)
  }

  /// What to do, with the commands that change something. After repairs, lines have moved, and `--fix` shows what is left.
  private func next(_ failures: [Finding], _ fixable: Int) -> [String] {
    let doctor = "\(Installation.name) doctor"
    if fixable > 0 {
      let part = fixable < failures.count ? " (fixes \(fixable) of \(failures.count) and shows what is left)" : ""
      return ["Next: \(doctor) --fix\(part)"]
    }
    let changes = failures.changes
    let others =
      report.failedRepairs.isEmpty && failures.allSatisfy { $0.change != nil } ? "" : "correct what is named above, "
    guard !changes.isEmpty else { return ["Next: \(others)then run \(doctor) again"] }
    let these = changes.count == 1 ? "this command" : "these commands"
    return ["Next: \(others)run \(these), then \(doctor) again:".wrapped(to: style.columns, indent: 6)]
      + changes.map { "    \(shortCommand($0))" }
  }
}
