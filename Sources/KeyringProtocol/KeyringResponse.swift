import Platform

/// The response to a `get`, in the requested form.
struct KeyringResponse {
  let username: String
  let password: String
  let request: KeyringRequest

  /// The bytes for standard output, and nothing else.
  var bytes: [UInt8] {
    let text =
      switch (request.mode, request.output) {
      case (.password, .plain): "\(password)\n"
      case (.creds, .plain): "\(username)\n\(password)\n"
      case (.password, .json): "{\"password\": \(jsonQuoted(password))}\n"
      case (.creds, .json): "{\"username\": \(jsonQuoted(username)), \"password\": \(jsonQuoted(password))}\n"
      }
    return Array(text.utf8)
  }
}
