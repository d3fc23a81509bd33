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
  /// sends as well (measured with pip 26.3, pipenv 2026.10, PDM 2.29). The command sets the variable: the file may be right for
  /// those who have it set, such as CI jobs.
  func password(
    from variable: String, of url: URLParts, in holder: String, client: String, at place: Location?
  ) -> Finding {
    let title = "\(holder) takes its password from \(oneLine(variable, limit: 80))"
    let command = "export \(variable)=\"$(\(Installation.name) token \(shellWord(url.bare)))\""
    guard let secret = doctor.environment[variable].map(secret) else {
      return warning("\(title), which is not set: \(client) does not ask keyring", at: place, run: command)
    }
    let severity = secret.severity(isInFile: false)
    return Finding(
      area, severity, "\(title), \(secret.words): \(client) sends it instead of asking keyring", at: place,
      run: severity == .note ? nil : command)
  }

  /// Whether a URL names a repository of CodeArtifact; nil has none.
  func isRepository(_ url: String?) -> Bool { url.map { URLParts($0).isRepository(doctor.configuration) } ?? false }

  func secret(_ password: String) -> StoredPassword { StoredPassword(password, now: doctor.now) }
}
