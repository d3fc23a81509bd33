/// What the doctor found out: one line for a person, and what mends it.
struct Finding: Sendable, Equatable {
  /// What part of the machine it is about, in the order in which they are told.
  enum Area: String, CaseIterable, Encodable, Sendable {
    case program, configuration, keyring, poetry, pip, uv, pdm, publish, files, project, aws, stores, token, repository
    case history
  }

  /// How much it matters: a problem keeps some client from its packages, a warning may do so yet.
  enum Severity: String, Encodable, Sendable {
    case ok, note, warning, problem
  }

  /// Where it stands: a file and, where it is known, the line.
  struct Place: Sendable, Equatable {
    let file: String
    let line: Int?
  }

  let area: Area
  let severity: Severity
  /// What is so, without secrets and without the place.
  let what: String
  let place: Place?
  /// The command that mends it; nil where there is nothing to be mended, or no command for it.
  let command: String?
  /// A way to mend it that can do no harm; nil where a person must decide.
  let repair: Repair?

  init(
    _ area: Area, _ severity: Severity, _ what: String, at place: Place? = nil, run command: String? = nil,
    repair: Repair? = nil
  ) {
    self.area = area
    self.severity = severity
    self.what = what
    self.place = place
    self.command = command
    self.repair = repair
  }

  /// A failure whose own line names the command.
  init(_ area: Area, _ severity: Severity, failure line: String) {
    let parts = line.firstRange(of: ". Run: ")
    self.init(
      area, severity, parts.map { String(line[..<$0.lowerBound]) } ?? line,
      run: parts.map { String(line[$0.upperBound...]) })
  }

  /// Itself, without a repair that cannot be made or did not help; that is said.
  func withoutRepair(_ reason: String) -> Finding {
    Finding(area, severity, "\(what) (doctor --fix cannot repair it: \(reason))", at: place, run: command)
  }

  /// Whether both are about the same thing, wherever in the file that now stands.
  func isLike(_ other: Finding) -> Bool {
    area == other.area && what == other.what && place?.file == other.place?.file
  }

  var isAboutFailure: Bool { severity == .warning || severity == .problem }
}

extension [Finding] {
  /// Itself, or where nothing in it is wrong, with a line that says so put first.
  func orFine(_ area: Finding.Area, _ what: String) -> [Finding] {
    contains { $0.isAboutFailure } ? self : [Finding(area, .ok, what)] + self
  }
}
