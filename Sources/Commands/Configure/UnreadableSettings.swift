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

/// A broken link in the place of a client's file, or of a directory above it: a collection of dotfiles, perhaps, which may
/// be there again tomorrow.
struct LooseLink: Error, CustomStringConvertible {
  let path: String
  let target: String

  /// The link in the way of a path; nil where there is none.
  init?(inWayOf path: String, _ files: FileSystem) {
    var next: String? = path
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
