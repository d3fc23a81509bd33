import Platform

/// A note for all processes of this user that Secret Service on this bus failed to answer: it is left alone for a while,
/// so that a build which asks for a hundred passwords waits once.
struct Backoff {
  /// Seconds for which the service is left alone.
  static let rest = 300.0
  private static let fileName = "secret-service.silent"

  private let context: Context

  init(_ context: Context) { self.context = context }

  /// Seconds until the service may be asked again; nil when it may be asked now.
  var secondsOfRest: Double? {
    for path in context.stateDirectories where context.files.status(path, followingLinks: false) != nil {
      guard let directory = try? PrivateDirectory(path, files: context.files, create: false),
        let bytes = try? directory.read(Self.fileName, limit: 4096)
      else { continue }
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      guard lines.count == 2, let moment = Double(lines[0]), lines[1] == bus else { continue }
      // One from the future stems from a clock that was set back since.
      let age = context.clock.now() - moment
      if age >= 0, age < Self.rest { return Self.rest - age }
    }
    return nil
  }

  /// Leaves the note; where no directory takes it, each process finds out for itself.
  func leave() {
    let content = Array("\(context.clock.now())\n\(bus)".utf8)
    for path in context.stateDirectories {
      guard let directory = try? PrivateDirectory(path, files: context.files, create: true) else { continue }
      if (try? directory.write(Self.fileName, content)) != nil { return }
    }
  }

  /// Takes the note away.
  func remove() {
    for path in context.stateDirectories {
      try? PrivateDirectory(path, files: context.files, create: false).remove(Self.fileName)
    }
  }

  /// Which bus it was: another session of the same user has its own.
  private var bus: String {
    EntryKey.digest(
      context.environment["DBUS_SESSION_BUS_ADDRESS"] ?? "\(context.environment["XDG_RUNTIME_DIR"] ?? "")/bus"
    )
  }
}
