import ClientConfig

/// Lines of `configure` in a client's file, recognised by their text. Without the program they would break the client.
struct Leftovers {
  private let client: Client

  init(of client: Client) { self.client = client }

  /// A file's content without them.
  func removed(from bytes: [UInt8]) -> [UInt8] {
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
      return client != .poetry || !text.contains(PythonKeyringSettings.backend)
    }
    return remaining.flatMap { document.lines[$0] }
  }

  /// Whether a line below the mark is one of `configure`'s.
  private func isWrittenByConfigure(_ text: String) -> Bool {
    switch client {
    case .poetry: text.hasPrefix("keyring-path") || text.contains(PythonKeyringSettings.backend)
    case .pip, .uv: text.hasPrefix("keyring-provider") && text.contains("subprocess")
    }
  }
}
