import Platform

/// A client's file that the client itself could not read.
struct UnreadableSettings: Error, CustomStringConvertible {
  /// What it should have been.
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
    path + (line.map { " line \($0)" } ?? "") + ": \(form.rawValue), so it was left as it is. Mend it and run: "
      + "codeartifact-keyring configure \(client.rawValue)"
  }
}

/// A client's file that the client reads, written in a way that our setting cannot be put into it.
struct UneditableSettings: Error, CustomStringConvertible {
  let client: Client
  let path: String

  var description: String {
    "\(path) could not be edited, so it was left as it is. Put this into it by hand: \(client.summary)"
  }
}

/// A link in the place of a client's file, or of a directory above it, that leads nowhere: somebody's dotfiles, which may
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
    "\(path) is a link that leads nowhere (\(oneLine(target, limit: 200))), so it was left as it is. "
      + "Mend it and try again"
  }
}
