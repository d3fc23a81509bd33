import Platform

/// A backoff for all processes of this user: after Secret Service on this bus did not respond, it is not called for a
/// while, so that a build which asks for a hundred passwords waits only once.
struct Backoff {
  /// In seconds.
  static let interval = 300.0
  private static let fileName = "secret-service.silent"

  private let context: Context

  init(_ context: Context) { self.context = context }

  /// Seconds until the service may be called again; nil when it may be called now.
  var secondsLeft: Double? {
    for directory in context.privateDirectories(create: false) {
      guard let bytes = try? directory.read(Self.fileName, limit: 4096) else { continue }
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      guard lines.count == 2, let moment = Double(lines[0]), lines[1] == bus else { continue }
      // A moment in the future is from before the clock was set back.
      let age = context.clock.now() - moment
      if age >= 0, age < Self.interval { return Self.interval - age }
    }
    return nil
  }

  /// Begins the backoff; where no directory can store it, each process waits by itself.
  func begin() { context.writeState(Self.fileName, Array("\(context.clock.now())\n\(bus)".utf8)) }

  func remove() { context.removeState(Self.fileName) }

  /// Identifies the bus: another session of the same user has another one.
  private var bus: String {
    EntryKey.digest(
      context.environment["DBUS_SESSION_BUS_ADDRESS"] ?? "\(context.environment["XDG_RUNTIME_DIR"] ?? "")/bus"
    )
  }
}
