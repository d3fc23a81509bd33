import ClientConfig
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
      guard let path = client.path(context) else { return "\(FailureRecord.noHome)" }
      if let failure = FailureRecord.homeOfCaller(context) ?? .brokenLink(at: path, files) { return "\(failure)" }
      do {
        if files.status(path) != nil { _ = try files.read(path) }
        _ = try Journal.load(context)
        _ = try ConfigureCommand.installedBackend(context)
      } catch { return "\(error)" }
      return files.obstacle(toReplacing: files.target(of: path)).map { "\($0)" }
    case .replace(let path, _, _, _, _): return files.obstacle(toReplacing: files.target(of: path)).map { "\($0)" }
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
        var bytes = try context.files.read(path)
        guard !old.isEmpty, bytes.dropFirst(offset).starts(with: old) else {
          throw FailureRecord("\(path) changed while it was being fixed")
        }
        bytes.replaceSubrange(offset..<(offset + old.count), with: new)
        // Other passwords may be in it, even if it was removed meanwhile.
        try context.files.rewrite(path, with: bytes, newMode: 0o600)
      }
      return "\(path): the \(name) was removed"
    case .removeSecret(let service, let username):
      _ = try OtherServiceSecrets(context).remove(service: service, username: username)
      return "Secret Service: the entry \(service) was removed"
    }
  }
}

/// What a finding says about a client's file: where something is, and what fixes it.
extension SettingsFile {
  func place(_ index: Int?) -> Location { .file(path, line: index.map { $0 + 1 }) }

  /// The mistake for which Python's configparser cannot read it.
  var iniMistake: FailureRecord? {
    ini.brokenLine.map { FailureRecord("Python's configparser cannot read this file", location: place($0)) }
  }

  /// The place of something in this file as TOML.
  func place(_ source: SourceRange) -> Location { .file(path, line: source.line) }

  /// A repair that puts other bytes in the place of a line, its end included.
  func replacing(_ index: Int, with bytes: [UInt8], removing name: String = "token") -> Repair {
    replacing(index..<(index + 1), with: bytes, removing: name)
  }

  /// A repair that puts other bytes in the place of whole lines.
  func replacing(_ lines: Range<Int>, with bytes: [UInt8], removing name: String = "token") -> Repair {
    .replace(
      path: path, at: document.offset(ofLine: lines.lowerBound), old: Array(document.lines[lines].joined()), new: bytes,
      removing: name)
  }

  /// Takes the passwords out of a line's URLs, where all of them are tokens or empty; nil where one is not, or cannot be
  /// found.
  func withoutPasswords(
    _ index: Int, _ urls: [URLParts], now: Double, right: (URLParts) -> String = \.withoutPassword
  ) -> Repair? {
    // pip counts lines by more characters than line feeds.
    guard document.lines.indices.contains(index) else { return nil }
    var bytes = document.lines[index]
    var name: String?
    for url in urls where url.password != nil || url.hasEmptyPassword {
      let secret = StoredPassword(url.password ?? "", now: now)
      guard secret.isRemovable, let range = bytes.firstRange(of: Array(url.text.utf8)) else { return nil }
      bytes.replaceSubrange(range, with: Array(right(url).utf8))
      name = name ?? secret.name
    }
    return name.map { replacing(index, with: bytes, removing: $0) }
  }
}
