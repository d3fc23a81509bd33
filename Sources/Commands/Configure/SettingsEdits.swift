import Platform

extension Context {
  /// Edits settings files while no other process of this user does so. Otherwise `configure` and `unconfigure` that run at
  /// the same time could each undo the other's changes.
  func editingSettings<Value>(_ work: () throws -> Value) throws -> Value {
    let lock: InterProcessLock?
    do { lock = try .ofSettings(self, deadline: Deadline(60, on: clock)) } catch {
      throw FailureRecord(
        "another codeartifact-keyring process has been changing settings for a minute",
        remedy: .advice("Wait for it or stop it, and try again"))
    }
    return try withExtendedLifetime(lock) { try work() }
  }
}

/// Why a client's file is not edited.
extension FailureRecord {
  /// A user without a home directory has no configuration to write to.
  static let noHome = FailureRecord("there is no home directory", remedy: .advice("Set HOME"))

  /// Below `sudo -E`, HOME is the caller's, who could not change what root makes there. Nil anywhere else: in a container,
  /// root may have a home that somebody else owns.
  /// Source: sudo(8), "ENVIRONMENT"
  static func homeOfCaller(_ context: Context) -> FailureRecord? {
    guard let home = context.directories.home, let owner = context.files.status(home)?.owner,
      context.environment["SUDO_UID"] == "\(owner)", !context.files.isOwnDirectory(home, orMissing: false)
    else { return nil }
    return FailureRecord(
      "HOME is \(home), which belongs to the user who runs sudo: that user could not change files that are created there",
      remedy: .advice("Run it as that user, without sudo: \(Installation.name) configure"))
  }

  /// The file, or a directory above it, is a broken link: perhaps into a collection of dotfiles that is missing at the
  /// moment. Nil if there is none.
  static func brokenLink(at place: String, _ files: FileSystem) -> FailureRecord? {
    var next: String? = place
    while let path = next, files.status(path) == nil {
      if let target = files.target(ofLink: path) {
        return FailureRecord(
          "\(path) is a broken link (to \(oneLine(target, limit: 200))), so it was not changed",
          remedy: .advice("Fix or remove it, and try again"))
      }
      next = FileSystem.parent(of: path)
    }
    return nil
  }
}

/// The results of several actions, each of which is done even if others fail.
struct SettingsOutcomes {
  private var lines: [String] = []
  private var failures: [String] = []

  var areAllSuccessful: Bool { failures.isEmpty }

  /// Does an action, which returns a line for the user, or nil.
  mutating func attempt(_ work: () throws -> String?) {
    do { if let line = try work() { lines.append(line) } } catch {
      // If several fail for the same reason, it is reported once.
      if !failures.contains("\(error)") { failures.append("\(error)") }
    }
  }

  /// Prints what was done, and what failed.
  func print(_ context: Context) throws {
    try context.writeOutput(lines.map { "\($0)\n" }.joined())
    for failure in failures { context.streams.writeError("codeartifact-keyring: \(oneLine(failure, limit: 1000))") }
  }
}
