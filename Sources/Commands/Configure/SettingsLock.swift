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
