import Platform
import TokenStores

/// A fix that loses nothing: this program's own settings, which `unconfigure` removes, and CodeArtifact tokens that clients
/// use instead of asking keyring. No other secret is ever touched.
enum Repair: Sendable, Equatable {
  /// What `configure` does for a client.
  case configure(Client)
  /// Replaces the bytes at an offset of a file. No copy of the file is kept: what is removed is a token, or an empty
  /// password.
  case replace(path: String, at: Int, old: [UInt8], new: [UInt8], removing: String = "token")
  /// Removes an entry from Secret Service.
  case removeSecret(service: String, username: String)

  /// The order in which repairs are made, as indices of `repairs`: those in files first and from the back, so that none moves
  /// the bytes of another.
  static func order(_ repairs: [Repair]) -> [Int] {
    func offset(_ index: Int) -> Int {
      if case .replace(_, let offset, _, _, _) = repairs[index] { return offset }
      return -1
    }
    return repairs.indices.sorted { (-offset($0), $0) < (-offset($1), $1) }
  }

  /// Why it cannot be made, as far as is known beforehand; nil where nothing prevents it.
  func obstacle(_ context: Context) -> String? {
    let files = context.files
    switch self {
    case .configure(let client):
      guard let path = client.path(context) else { return "\(NoHome())" }
      if let link = BrokenLink(at: path, files) { return "\(link)" }
      do { _ = try ConfigureCommand.installedBackend(context) } catch { return "\(error)" }
      return files.obstacle(toReplacing: files.resolved(path) ?? path).map { "\($0)" }
    case .replace(let path, _, _, _, _):
      return files.obstacle(toReplacing: files.resolved(path) ?? path).map { "\($0)" }
    case .removeSecret: return nil
    }
  }

  /// Makes the repair. Returns what was done, in a line without secrets.
  func perform(_ context: Context) throws -> String {
    switch self {
    case .configure(let client):
      let backend = try ConfigureCommand.installedBackend(context)
      return try context.editingSettings {
        try Configurator(context: context).configure(client, pythonPath: backend)
      }
    case .replace(let path, let offset, let old, let new, let name):
      try context.editingSettings {
        let target = context.files.resolved(path) ?? path
        var bytes = try context.files.read(target)
        guard !old.isEmpty, bytes.dropFirst(offset).starts(with: old) else { throw ChangedMeanwhile(path: path) }
        bytes.replaceSubrange(offset..<(offset + old.count), with: new)
        try context.files.replace(
          target, with: bytes, mode: (context.files.status(target)?.mode ?? 0o600) & 0o7777, keepingOwner: true)
      }
      return "\(path): the \(name) was removed"
    case .removeSecret(let service, let username):
      _ = try OtherServiceSecrets(context).remove(service: service, username: username)
      return "Secret Service: the entry \(service) was removed"
    }
  }
}

/// A file that has changed since it was read.
private struct ChangedMeanwhile: Error, CustomStringConvertible {
  let path: String
  var description: String { "\(path) changed while it was being fixed" }
}
