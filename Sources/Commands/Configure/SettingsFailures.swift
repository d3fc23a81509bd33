import Platform

/// Why a client's file is not edited.
extension FailureRecord {
  /// A user without a home directory has no configuration to write to.
  static let noHome = FailureRecord("there is no home directory", remedy: .advice("Set HOME"))

  /// The client itself cannot read the file. `line` is counted from one; nil where it is not known.
  static func unreadable(_ path: String, line: Int?, _ mistake: String, _ client: Client) -> FailureRecord {
    FailureRecord(
      "\(mistake), so it was not changed", location: .file(path, line: line),
      remedy: .advice("Fix it and run: codeartifact-keyring configure \(client.rawValue)"))
  }

  /// The client can read the file, but a line cannot be added to it.
  static func uneditable(_ path: String, _ client: Client) -> FailureRecord {
    FailureRecord(
      "\(path) could not be edited, so it was not changed", remedy: .advice("Add this line to it: \(client.summary)"))
  }

  /// The file, or a directory above it, is a broken link: perhaps into a collection of dotfiles that is missing at the
  /// moment. Nil if there is none.
  static func brokenLink(at place: String, _ files: FileSystem) -> FailureRecord? {
    var next: String? = place
    while let path = next, files.status(path) == nil {
      if let target = files.target(ofLink: path) {
        return FailureRecord(
          "\(path) is a broken link (to \(oneLine(target, limit: 200))), so it was not changed",
          remedy: .advice("Fix or remove it, and try again"))
      }
      next = FileSystem.parent(of: path)
    }
    return nil
  }
}
