import ClientConfig
import FoundationEssentials
import Platform

/// Adds lines to the clients' files without changing the others, and removes them again.
struct Configurator {
  let context: Context
  var files: FileSystem { context.files }

  /// Configures a client. Returns a line for the user. Earlier edits are undone first, so that a second run changes nothing.
  /// `pythonPath` is the directory of the installed Python backend.
  func configure(_ client: Client, pythonPath: String) throws -> String {
    guard let path = client.path(context) else { throw FailureRecord.noHome }
    if let link = FailureRecord.brokenLink(at: path, files) { throw link }
    let before = try Journal.load(context)
    var journal = before
    let earlier = journal.entries.first { $0.client == client && $0.path == path }
    let isThere = files.status(path) != nil
    let current = isThere ? try files.read(path) : []

    var file = EditableFile(current)
    if let earlier { _ = file.undo(earlier.edits) }
    // Lines that are not in the journal came from another machine, or their journal was lost.
    file = EditableFile(earlier == nil ? client.removingLeftovers(from: file.bytes) : file.bytes)
    if client.unreadableLine(in: file.bytes) != nil {
      let form = client == .uv ? "valid TOML" : "a file that Python's configparser reads"
      throw FailureRecord(
        "not \(form), so it was not changed", location: .file(path, line: client.unreadableLine(in: current)),
        remedy: .advice("Fix it and run: codeartifact-keyring configure \(client.rawValue)"))
    }
    var previous: String?
    var previousKeyring: PythonKeyringSettings?
    var backend: BackendCopy?
    switch client {
    case .poetry:
      guard let copy = BackendCopy(context) else { throw FailureRecord.noHome }
      backend = copy
      if journal.backend?.path != copy.path {
        let missing = files.missingDirectories(above: copy.path)
        journal.backend = Journal.Backend(path: copy.path, madeDirectories: missing)
      }
      previousKeyring = PythonKeyringSettings.set(in: &file, pythonPath: copy.path)
      previous = previousKeyring?.defaultKeyring
    case .pip: previous = PipSettings.set(in: &file)
    case .uv:
      do { previous = try UvSettings.set(in: &file) } catch {
        throw FailureRecord(
          "\(path) could not be edited, so it was not changed",
          remedy: .advice("Add this line to it: \(client.summary)"))
      }
    }
    let entry = Journal.Entry(
      client: client, path: path, wasMade: earlier?.wasMade ?? !isThere,
      madeDirectories: earlier?.madeDirectories ?? files.missingDirectories(above: path), edits: file.edits)
    journal.record(entry)
    // The journal is saved first, so that everything can be undone.
    try journal.save(context)
    do {
      // The copy must exist before any program is configured to load it.
      try backend?.make(from: pythonPath)
      if let previousKeyring { try savePrevious(previousKeyring) }
      if file.bytes != current {
        if let parent = FileSystem.parent(of: files.target(of: path)) { try files.makeDirectory(parent) }
        try files.rewrite(path, with: file.bytes)
      }
      if let old = before.backend, let backend, old.path != backend.path { try remove(old) }
    } catch {
      // Nothing was done: there is nothing to undo.
      if client == .poetry, earlier == nil, let saved = PythonKeyringSettings.previousPath(context) {
        try? files.remove(saved)
      }
      if before.backend == nil, let made = journal.backend { try? remove(made) }
      try? before.save(context)
      for directory in entry.madeDirectories.reversed() { files.removeIfEmpty(directory: directory) }
      throw error
    }
    return "\(path): \(client.summary)"
      + (previous.map { $0 == "subprocess" ? " (already set)" : " (was \(oneLine($0, limit: 80)))" } ?? "")
  }

  /// Removes the lines of `configure`. Returns a line for the user; nil when there were none.
  func unconfigure(_ client: Client) throws -> String? {
    var journal = try Journal.load(context)
    let entries = journal.entries.filter { $0.client == client }
    guard !entries.isEmpty else {
      Journal.removeTemporary(context)
      return try removeLeftovers(of: client)
    }
    var lines: [String] = []
    for entry in entries {
      lines.append(try restore(entry))
      journal.entries.removeAll { $0.client == client && $0.path == entry.path }
      if client == .poetry, !journal.entries.contains(where: { $0.client == client }),
        let path = PythonKeyringSettings.previousPath(context)
      {
        try files.remove(path)
        if let backend = journal.backend { try remove(backend) }
        journal.backend = nil
      }
      // Saved after each one, since undoing the next one may fail.
      try journal.save(context)
    }
    // Last, since the journal may be the last file in one of them.
    for directory in entries.flatMap({ $0.madeDirectories.reversed() }) { files.removeIfEmpty(directory: directory) }
    return lines.joined(separator: "\n")
  }

  /// Removes the copy of the Python backend, once no program is configured to load it.
  private func remove(_ backend: Journal.Backend) throws {
    try BackendCopy(path: backend.path, files).remove()
    for directory in backend.madeDirectories.reversed() { files.removeIfEmpty(directory: directory) }
  }

  private func restore(_ entry: Journal.Entry) throws -> String {
    if let link = FailureRecord.brokenLink(at: entry.path, files) { throw link }
    files.removeTemporary(of: files.target(of: entry.path))
    guard files.status(entry.path) != nil else { return "\(entry.path): already gone" }
    let current = try files.read(entry.path)
    var file = EditableFile(current)
    let isComplete = file.undo(entry.edits)
    if entry.client == .poetry { file = EditableFile(Client.poetry.removingLeftovers(from: file.bytes)) }
    if !isComplete { file = EditableFile(entry.client.removingEmptySection(from: file.bytes)) }
    if entry.wasMade, isBlank(file.bytes) {
      try files.remove(files.target(of: entry.path))
    } else if file.bytes != current {
      try files.rewrite(entry.path, with: file.bytes)
    }
    if isComplete { return "\(entry.path): restored" }
    let document = LineDocument(file.bytes)
    let left = document.lines.indices.first { document.text($0).hasPrefix("keyring-provider") }
    return left.map {
      "\(entry.path) line \($0 + 1): \(oneLine(document.text($0), limit: 80)) was left, because the file was edited since. "
        + "Remove it if nothing else needs it"
    } ?? "\(entry.path): edited since, and without lines of codeartifact-keyring"
  }

  private func isBlank(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) } }

  /// Removes lines that are not in the journal. Returns a line for the user; nil if there were none.
  private func removeLeftovers(of client: Client) throws -> String? {
    guard let path = client.path(context) else { throw FailureRecord.noHome }
    guard files.status(path) != nil else { return nil }
    let current = try files.read(path)
    var cleaned = client.removingLeftovers(from: current)
    guard cleaned != current else { return nil }
    cleaned = client.removingEmptySection(from: cleaned)
    // keyring before 25.7 warns of an empty file, too. One that a link leads to is somebody's own.
    if client == .poetry, isBlank(cleaned), files.target(ofLink: path) == nil {
      try files.remove(path)
    } else {
      try files.rewrite(path, with: cleaned)
    }
    if client == .poetry { try BackendCopy(context)?.remove() }
    return "\(path): the lines of codeartifact-keyring were removed; what they had replaced is not known"
  }

  /// Saves the previous settings of keyring, for the backend to read.
  private func savePrevious(_ previous: PythonKeyringSettings) throws {
    guard let path = PythonKeyringSettings.previousPath(context), let directory = FileSystem.parent(of: path) else {
      return
    }
    // The earlier backend is this program's own if the lines of `configure` were edited. What was there before is saved
    // already.
    if previous.defaultKeyring == PythonKeyringSettings.backend { return }
    guard previous != PythonKeyringSettings() else {
      try files.remove(path)
      return
    }
    try files.makeDirectory(directory, mode: 0o700)
    try files.replace(path, with: Array(try JSONEncoder().encode(previous)), mode: 0o600)
  }
}

extension FileSystem {
  /// A file may be a link into a collection of dotfiles, so the file that it leads to is changed.
  func target(of path: String) -> String { resolved(path) ?? path }

  /// Replaces what a user's file holds; it keeps its mode and its owner. `newMode` is the mode of a file that is not there.
  func rewrite(_ path: String, with bytes: [UInt8], newMode: UInt32 = 0o644) throws {
    let target = target(of: path)
    try replace(target, with: bytes, mode: (status(target)?.mode ?? newMode) & 0o7777, keepingOwner: true)
  }
}
