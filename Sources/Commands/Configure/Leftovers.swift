import ClientConfig

/// Lines of `configure` in a client's file, recognised by their text. Without the program they would break the client.
struct Leftovers {
  private let client: Client

  init(of client: Client) { self.client = client }

  /// A file's content without them.
  func removed(from bytes: [UInt8]) -> [UInt8] {
    let document = LineDocument(bytes)
    var isMarked = false
    let kept = document.lines.indices.filter { index in
      let text = document.text(index)
      // A byte order mark may stand before it.
      if text.hasSuffix(EditableFile.mark), index + 1 < document.lines.count, isOurs(document.text(index + 1)) {
        isMarked = true
        return false
      }
      if isMarked, isOurs(text) { return false }
      isMarked = false
      // Whoever added it: without the program, every use of Python's keyring would fail.
      return client != .poetry || !text.contains(PythonKeyringSettings.backend)
    }
    return kept.flatMap { document.lines[$0] }
  }

  /// Whether a line below the mark is one of `configure`'s.
  private func isOurs(_ text: String) -> Bool {
    switch client {
    case .poetry: text.hasPrefix("keyring-path") || text.contains(PythonKeyringSettings.backend)
    case .pip, .uv: text.hasPrefix("keyring-provider") && text.contains("subprocess")
    }
  }
}
