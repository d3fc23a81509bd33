import ClientConfig
import CodeArtifact
import Platform

/// A check of one part of the machine.
protocol Check {
  var area: Finding.Area { get }
  var doctor: DoctorContext { get }
  var findings: [Finding] { get }
}

extension Check {
  /// A reason why a client does not get its packages.
  func problem(_ what: String, at place: Location? = nil, run: String? = nil, repair: Repair? = nil) -> Finding {
    Finding(area, .problem, what, at: place, run: run, repair: repair)
  }

  /// A reason why a client may not get its packages soon, or why it gets only some of them.
  func warning(_ what: String, at place: Location? = nil, run: String? = nil, repair: Repair? = nil) -> Finding {
    Finding(area, .warning, what, at: place, run: run, repair: repair)
  }

  func note(_ what: String, at place: Location? = nil, run: String? = nil, repair: Repair? = nil) -> Finding {
    Finding(area, .note, what, at: place, run: run, repair: repair)
  }

  /// A client's file that cannot be read, for a mistake in it; `consequence` says what does not work.
  func unreadable(_ failure: FailureRecord, _ consequence: String) -> Finding {
    problem("\(failure.problem): \(consequence)", at: failure.location, run: EditCommand.correct(failure))
  }

  /// A password that a client sends instead of asking keyring; without a place it is in a variable. `sends` is a clause such
  /// as "uv sends it".
  func password(
    _ secret: StoredPassword, in holder: String, _ sends: String, at place: Location? = nil, isProblem: Bool = false,
    run command: String?, repair: Repair? = nil
  ) -> Finding {
    Finding(
      area, isProblem ? .problem : secret.severity(isInFile: place != nil),
      "\(holder) holds \(secret.words): \(sends) instead of asking keyring",
      at: place, run: command, repair: repair)
  }

  /// A password that a client takes from a variable. One that is not set leaves the text itself or nothing, which the client
  /// sends as well (measured with pip 26.3, pipenv 2026.10, PDM 2.29).
  func password(
    from variable: String, in holder: String, of client: String, at place: Location?, run command: String?
  ) -> Finding {
    let title = "\(holder) takes its password from \(oneLine(variable, limit: 80))"
    guard let secret = doctor.environment[variable].map(secret) else {
      return problem("\(title), which is not set: \(client) does not ask keyring", at: place, run: command)
    }
    return Finding(
      area, secret.severity(isInFile: false),
      "\(title), \(secret.words): \(client) sends it instead of asking keyring", at: place, run: command)
  }

  /// Whether a URL names a repository of CodeArtifact; nil has none.
  func isRepository(_ url: String?) -> Bool { url.map { URLParts($0).isRepository(doctor.configuration) } ?? false }

  func secret(_ password: String) -> StoredPassword { StoredPassword(password, now: doctor.now) }
}
