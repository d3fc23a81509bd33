import ClientConfig

extension Client {
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

  /// Whether a line below the mark is one of `configure`'s.
  private func isWrittenByConfigure(_ text: String) -> Bool {
    switch self {
    case .poetry: text.hasPrefix("keyring-path") || text.contains(PythonKeyringSettings.backend)
    case .pip, .uv: text.hasPrefix("keyring-provider") && text.contains("subprocess")
    }
  }
}
