import ArgumentParser
import ClientConfig
import Platform

/// The clients that `configure` knows, and their settings files.
enum Client: String, CaseIterable, Codable, ExpressibleByArgument {
  case poetry, pip, uv

  /// The client's settings file of this user; nil without a home directory.
  func path(_ context: Context) -> String? {
    switch self {
    // Poetry uses Python's keyring, as twine, hatch, flit and PDM do.
    case .poetry: PythonKeyringSettings.path(context)
    case .pip: PipSettings.path(context)
    case .uv: UvSettings.path(context)
    }
  }

  /// Whether it starts the `keyring` on PATH.
  var runsKeyring: Bool { self != .poetry }

  /// The setting, for a message.
  var summary: String {
    switch self {
    case .poetry: "default-keyring = \(PythonKeyringSettings.backend)"
    case .pip: "keyring-provider = subprocess"
    case .uv: "keyring-provider = \"subprocess\""
    }
  }

  /// The first line, counted from one, of its settings that it cannot read; nil if it reads all of them.
  func unreadableLine(in bytes: [UInt8]) -> Int? {
    guard self == .uv else { return INIDocument(bytes).brokenLine.map { $0 + 1 } }
    do { _ = try TOMLTable(parsing: bytes) } catch { return error.line }
    return nil
  }

  /// A file's content without the lines of `configure`, recognised by their text: without the program they would break the
  /// client.
  func removingLeftovers(from bytes: [UInt8]) -> [UInt8] {
    let document = LineDocument(bytes)
    var isMarked = false
    let remaining = document.lines.indices.filter { index in
      let text = document.text(index)
      // There may be a byte order mark before it.
      if text.hasSuffix(EditableFile.mark), index + 1 < document.lines.count,
        isWrittenByConfigure(document.text(index + 1))
      {
        isMarked = true
        return false
      }
      if isMarked, isWrittenByConfigure(text) { return false }
      isMarked = false
      // This line is removed even if a person added it: without the program, every use of Python's keyring would fail.
      return self != .poetry || !text.contains(PythonKeyringSettings.backend)
    }
    return remaining.flatMap { document.lines[$0] }
  }

  /// A file's content without the section of keyring's settings, if there is nothing in it: keyring would warn of it at
  /// each use.
  func removingEmptySection(from bytes: [UInt8]) -> [UInt8] {
    guard self == .poetry, let header = PythonKeyringSettings.emptySection(in: bytes) else { return bytes }
    var lines = LineDocument(bytes).lines
    lines.remove(at: header)
    return Array(lines.joined())
  }

  /// Whether a line below the mark is one of `configure`'s.
  private func isWrittenByConfigure(_ text: String) -> Bool {
    switch self {
    case .poetry: text.hasPrefix("keyring-path") || text.contains(PythonKeyringSettings.backend)
    case .pip, .uv: text.hasPrefix("keyring-provider") && text.contains("subprocess")
    }
  }
}
