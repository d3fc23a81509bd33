import Platform

/// A report as lines for a person: what is wrong first, the worst at the top, each with its command on a line of its own;
/// then what is fine; last what to do next.
struct ReportText {
  let report: DoctorReport
  let style: ReportStyle
  /// The home directory, which is written as `~`.
  let home: String?
  /// Whether each check that passed has a line.
  let isVerbose: Bool
  var isAfterFix = false

  var lines: String {
    let fixed = report.repaired.filter(\.isDone).map { ("fixed", Finding($0.finding.area, .ok, $0.done)) }
    let failed = report.failedRepairs.map { Finding($0.finding.area, .problem, $0.done) }
    let severities: [Finding.Severity] = [.problem, .warning, .note] + (isVerbose ? [.ok] : [])
    let found = severities.flatMap { severity in report.findings.filter { $0.severity == severity } }
    let entries = fixed + (failed + found).map { ($0.severity.rawValue, $0) }
    let areaWidth = (entries.map(\.1.area.rawValue.count).max() ?? 0) + 2
    var text = ""
    for (word, finding) in entries {
      let place = finding.place.map { Self.whole("\($0)") + ": " } ?? ""
      text += line(
        word, finding.severity, finding.area.rawValue.padded(to: areaWidth), short(place + Self.whole(finding.what)))
      if let command = finding.command { text += "    \(shortCommand(command))\n\n" }
    }
    if let passed { text += line("ok", .ok, "", passed) }
    return (text.isEmpty || text.hasSuffix("\n\n") ? text : text + "\n") + summary.map { "\($0)\n" }.joined()
  }

  private func line(_ word: String, _ severity: Finding.Severity, _ area: String, _ text: String) -> String {
    let word = word.padded(to: 9)
    let mark = style.hasSymbols ? "\(severity.look.symbol) \(word)" : word
    let wrapped = text.wrapped(to: style.columns, indent: mark.count + area.count)
    return (style.isColoured ? "\u{1B}[\(severity.look.colour)m\(mark)\u{1B}[0m" : mark) + area + wrapped + "\n"
  }

  /// A shell knows `~` only where a word begins.
  private func shortCommand(_ command: String) -> String {
    String(short(" \(Self.whole(command))", after: " ").dropFirst())
  }

  /// All checks that passed, in one line; nil where each has a line, or where there are none.
  private var passed: String? {
    let passed = report.findings.filter { $0.severity == .ok }
    guard !isVerbose, !passed.isEmpty else { return nil }
    let areas = passed.map(\.area.rawValue).distinct().joined(separator: ", ")
    let count = passed.count == 1 ? "1 check passed" : "\(passed.count) checks passed"
    return "\(count): \(areas) (--verbose lists them)"
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

extension Finding.Severity {
  /// The SGR parameter of its colour, and its symbol.
  fileprivate var look: (colour: String, symbol: String) {
    switch self {
    case .ok: ("32", "✓")
    case .note: ("36", "•")
    case .warning: ("33", "!")
    case .problem: ("31", "✗")
    }
  }
}

/// How a report is shown: plain in a file or a pipe; on a terminal as wide as that is, with colours and symbols.
struct ReportStyle: Equatable {
  /// The width that lines are wrapped to; nil: they are not wrapped.
  var columns: Int?
  var isColoured = false
  var hasSymbols = false
}

extension ReportStyle {
  /// As standard output can show it, and as `NO_COLOR` (https://no-color.org), `TERM` and the locale want it.
  init(_ context: Context) {
    let variables = context.environment
    columns = context.streams.columns()
    guard context.streams.isForPerson, variables["TERM"] != "dumb" else { return }
    isColoured = (variables["NO_COLOR"] ?? "").isEmpty
    // The first of these that is set decides: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { variables[$0] }.first { !$0.isEmpty } ?? ""
    hasSymbols = ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) }
  }
}
