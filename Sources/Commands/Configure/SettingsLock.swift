import Platform

extension Context {
  /// Reads, edits and writes settings files while no other process of this user does so. `configure` and `unconfigure`
  /// that run at the same time would else each write back what the other one has just changed.
  func editingSettings<Value>(_ work: () throws -> Value) throws -> Value {
    let lock: InterProcessLock?
    do { lock = try .ofSettings(self, deadline: Deadline(60, on: clock)) } catch { throw SettingsInUse() }
    return try withExtendedLifetime(lock) { try work() }
  }
}

/// Another process has been editing this user's settings for a long time.
struct SettingsInUse: Error, CustomStringConvertible {
  let description =
    "another codeartifact-keyring has been changing settings for a minute. See what it waits for, and try again"
}
