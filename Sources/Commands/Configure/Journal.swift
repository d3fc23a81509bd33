import ClientConfig
import FoundationEssentials
import Platform

/// The changes that `configure` made to files, so that `unconfigure` can undo them to the byte.
struct Journal: Codable {
  /// One file of a client's.
  struct Entry: Codable {
    let client: Client
    let path: String
    /// Whether the file did not exist before.
    let wasMade: Bool
    /// The directories that were made for it, the outermost first.
    let madeDirectories: [String]
    let edits: [Edit]
  }

  /// The link by which pip and uv find this program.
  struct Link: Codable {
    let path: String
    let target: String
    /// The directories that were made for it, the outermost first.
    let madeDirectories: [String]
  }

  /// The copy of the Python backend.
  struct Backend: Codable {
    /// `keyring-path`.
    let path: String
    /// The directories that were made for it, the outermost first.
    let madeDirectories: [String]
  }

  var entries: [Entry] = []
  var link: Link?
  var backend: Backend?

  private static let fileName = "configured.json"

  /// The journal of this user; an empty one if there is none, or if it is damaged. Throws if it cannot be read, since
  /// its entries must not be lost.
  static func load(_ context: Context) throws(FileFailure) -> Journal {
    guard let path = path(context) else { return Journal() }
    do {
      let bytes = try context.files.read(path, limit: 8 << 20)
      return (try? JSONDecoder().decode(Journal.self, from: Data(bytes))) ?? Journal()
    } catch {
      if error.isAbsence { return Journal() }
      throw error
    }
  }

  /// Adds an entry, or replaces the one for the same file.
  mutating func record(_ entry: Entry) {
    if let index = entries.firstIndex(where: { $0.client == entry.client && $0.path == entry.path }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }

  /// Saves the journal, or removes it when it is empty.
  func save(_ context: Context) throws {
    guard let path = Self.path(context), let directory = context.directories.configuration else { return }
    guard !entries.isEmpty || link != nil || backend != nil else {
      try context.files.remove(path)
      context.files.removeIfEmpty(directory: directory)
      return
    }
    try context.files.makeDirectory(directory, mode: 0o700)
    // The replaced settings may contain a password.
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try context.files.replace(path, with: Array(try encoder.encode(self)), mode: 0o600)
  }

  /// Removes temporary files of a process that was killed while it saved a journal.
  static func removeTemporary(_ context: Context) {
    guard let path = path(context), let directory = context.directories.configuration else { return }
    context.files.removeTemporary(of: path)
    context.files.removeIfEmpty(directory: directory)
  }

  private static func path(_ context: Context) -> String? {
    context.directories.configuration.map { "\($0)/\(fileName)" }
  }
}
