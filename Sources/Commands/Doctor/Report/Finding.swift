import Platform

/// What `doctor` found: one line for a person, and the fix.
struct Finding: Sendable, Equatable {
  /// What part of the machine it is about, in the order of the report.
  enum Area: String, CaseIterable, Encodable, Sendable {
    case program, configuration, keyring, poetry, pip, uv, pdm, publish, files, project, aws, stores, token, repository
    case history
  }

  /// How much it matters: with a problem, some client does not get its packages; with a warning, it may not soon.
  enum Severity: String, Encodable, Sendable {
    case ok, note, warning, problem
  }

  /// A file and, where it is known, the line.
  struct Place: Sendable, Equatable {
    let file: String
    let line: Int?

    init(file: String, line: Int?) { (self.file, self.line) = (file, line) }

    init(_ location: Location) {
      switch location {
      case .file(let name, _), .variable(let name): self.init(file: name, line: location.line)
      }
    }
  }

  let area: Area
  let severity: Severity
  /// What was found, without secrets and without the place.
  let what: String
  let place: Place?
  /// The command that fixes it; nil where there is nothing to fix, or no command for it.
  let command: String?
  /// A fix that is safe; nil where a person must decide.
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

  /// A failure. `subject`, such as a domain, comes before it.
  init(_ area: Area, _ severity: Severity, _ failure: any Failure, subject: String? = nil) {
    let record = FailureRecord(failure, subject: subject)
    // Without a command, the words are all that tells what to do.
    let words = "\(FailureRecord(record.problem, remedy: record.remedy))"
    let command = record.remedy?.command
    self.init(
      area, severity, command == nil ? words : record.problem, at: record.location.map { Place($0) }, run: command)
  }

  /// The finding without a repair that cannot be made or did not help, and with the reason.
  func withoutRepair(_ reason: String) -> Finding {
    Finding(area, severity, "\(what) (doctor --fix cannot fix it: \(reason))", at: place, run: command)
  }

  /// Whether both are about the same thing, on whatever line it now is.
  func matches(_ other: Finding) -> Bool {
    area == other.area && what == other.what && place?.file == other.place?.file
  }

  var isAboutFailure: Bool { severity == .warning || severity == .problem }
}

extension [Finding] {
  /// The findings; where nothing is wrong in them, a line that says so comes first.
  func orOK(_ area: Finding.Area, _ what: String) -> [Finding] {
    contains { $0.isAboutFailure } ? self : [Finding(area, .ok, what)] + self
  }
}
