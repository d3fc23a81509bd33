import CodeArtifact

/// The answer to a `get`, in the form that was asked for.
struct Answer {
  let token: AuthorizationToken
  let question: Question

  /// The bytes for standard output: nothing else may go there.
  var bytes: [UInt8] {
    let text =
      switch (question.mode, question.output) {
      case (.password, .plain): "\(token.value)\n"
      case (.creds, .plain): "\(KeyringFace.username)\n\(token.value)\n"
      case (.password, .json): "{\"password\": \(quoted)}\n"
      case (.creds, .json): "{\"username\": \"\(KeyringFace.username)\", \"password\": \(quoted)}\n"
      }
    return Array(text.utf8)
  }

  /// A token is visible ASCII, so JSON asks for these two escapes alone.
  private var quoted: String {
    "\"\(token.value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }
}
