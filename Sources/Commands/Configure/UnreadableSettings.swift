import Platform

/// A client's file that the client itself cannot read.
struct UnreadableSettings: Error, CustomStringConvertible {
  /// What it should be.
  enum Form: String {
    case toml = "not valid TOML"
    case ini = "not a file that Python's configparser reads"
  }

  let client: Client
  let path: String
  /// Counted from one; nil where it is not known.
  let line: Int?
  let form: Form

  var description: String {
    path + (line.map { " line \($0)" } ?? "") + ": \(form.rawValue), so it was not changed. Fix it and run: "
      + "codeartifact-keyring configure \(client.rawValue)"
  }
}

/// A client's file that the client can read, but that a line cannot be added to.
struct UneditableSettings: Error, CustomStringConvertible {
  let client: Client
  let path: String

  var description: String {
    "\(path) could not be edited, so it was not changed. Add this line to it: \(client.summary)"
  }
}

/// A client's file, or a directory above it, is a broken link: perhaps into a collection of dotfiles that is missing at
/// the moment.
struct BrokenLink: Error, CustomStringConvertible {
  let path: String
  let target: String

  /// The broken link at a path or above it; nil if there is none.
  init?(at place: String, _ files: FileSystem) {
    var next: String? = place
    while let current = next, files.status(current) == nil {
      if let target = files.target(ofLink: current) {
        self.path = current
        self.target = target
        return
      }
      next = FileSystem.parent(of: current)
    }
    return nil
  }

  var description: String {
    "\(path) is a broken link (to \(oneLine(target, limit: 200))), so it was not changed. "
      + "Fix or remove it, and try again"
  }
}
