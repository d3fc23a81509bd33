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

  let area: Area
  let severity: Severity
  /// What was found, without secrets and without the place.
  let what: String
  /// The file or the variable that it is in.
  let place: Location?
  /// What fixes it, or shows what is needed for that; nil where there is nothing to fix, or no command for it.
  let remedy: Remedy?
  /// A fix that is safe; nil where a person must decide.
  let repair: Repair?
}

extension Finding {
  /// A finding with a command that fixes it, or one that only shows something.
  init(
    _ area: Area, _ severity: Severity, _ what: String, at place: Location? = nil, run command: String? = nil,
    read question: String? = nil, repair: Repair? = nil
  ) {
    self.init(
      area: area, severity: severity, what: what, place: place,
      remedy: command.map(Remedy.run) ?? question.map(Remedy.inspect), repair: repair)
  }

  /// A failure. `subject`, such as a domain, comes before it.
  init(_ area: Area, _ severity: Severity, _ failure: any Failure, subject: String? = nil) {
    let record = FailureRecord(failure, subject: subject)
    // Without a command, the words are all that tells what to do.
    let words = "\(FailureRecord(record.problem, remedy: record.remedy))"
    self.init(
      area: area, severity: severity, what: record.remedy?.command == nil ? words : record.problem,
      place: record.location, remedy: record.remedy, repair: nil)
  }

  /// The finding without a repair that cannot be made or did not help, and with the reason.
  func withoutRepair(_ reason: String) -> Finding {
    Finding(
      area: area, severity: severity, what: "\(what) (doctor --fix cannot fix it: \(reason))", place: place,
      remedy: remedy, repair: nil)
  }

  /// Whether both are about the same thing, on whatever line it now is.
  func matches(_ other: Finding) -> Bool {
    area == other.area && what == other.what && place?.name == other.place?.name
  }

  var isAboutFailure: Bool { severity == .warning || severity == .problem }

  /// The command, whether it changes something or only shows something.
  var command: String? { remedy?.command }

  /// The command that changes something; nil for one that only shows something.
  var change: String? { if case .inspect? = remedy { nil } else { command } }
}

extension [Finding] {
  /// The commands that change something, in the order to run them: that of the areas, and from the back of a file to its
  /// front, so that none moves the line of another.
  var changes: [String] {
    var ordered = Finding.Area.allCases.flatMap { area in filter { $0.area == area && $0.change != nil } }
    for file in Set(ordered.compactMap { $0.place?.line == nil ? nil : $0.place?.name }) {
      let places = ordered.indices.filter { ordered[$0].place?.name == file && ordered[$0].place?.line != nil }
      let sorted = places.map { ordered[$0] }.sorted { $0.place?.line ?? 0 > $1.place?.line ?? 0 }
      for (place, finding) in zip(places, sorted) { ordered[place] = finding }
    }
    return ordered.compactMap(\.change).distinct()
  }

  /// The findings; where nothing is wrong in them, a line that says so comes first.
  func orOK(_ area: Finding.Area, _ what: String) -> [Finding] {
    contains { $0.isAboutFailure } ? self : [Finding(area, .ok, what)] + self
  }
}
