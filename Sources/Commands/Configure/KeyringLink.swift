import Platform

/// The `keyring` that pip and uv run, as a link in `~/.local/bin`. It is for installations without a `keyring` on PATH,
/// where the name belongs to another package (Debian's /usr/bin, a Python environment).
struct KeyringLink {
  let context: Context
  private var files: FileSystem { context.files }

  /// Makes the link unless pip and uv find this program's `keyring` on PATH already. Returns a line for the user, and the
  /// link for the journal; nil where there was nothing to do. The one it made `earlier`, for another installation, is
  /// replaced.
  func make(for programs: ProgramPaths, earlier: Journal.Link?) throws -> (line: String, link: Journal.Link?)? {
    guard let fastPath = programs.fastPath, let home = context.directories.home else { return nil }
    let directory = "\(home)/.local/bin"
    let path = "\(directory)/keyring"
    let found = SearchPath(context).programs("keyring")
    let isOwn = found.first.map { programs.identities.contains($0.status.identity) } ?? false
    let firstForPip = found.first { !isPythonDirectory($0.directory) }
    if isOwn, let firstForPip, programs.identities.contains(firstForPip.status.identity) { return nil }
    var link: Journal.Link?
    if let earlier, earlier.path == path, files.target(ofLink: path) == earlier.target,
      files.resolved(path) != files.resolved(fastPath)
    {
      try files.remove(path)
      try files.makeLink(path, to: fastPath)
      link = Journal.Link(path: path, target: fastPath, madeDirectories: earlier.madeDirectories)
    } else if files.status(path, followingLinks: false) == nil {
      let missing = files.missingDirectories(above: path)
      try files.makeDirectory(directory)
      try files.makeLink(path, to: fastPath)
      link = Journal.Link(path: path, target: fastPath, madeDirectories: missing)
    } else if files.status(path) == nil {
      let target = oneLine(files.target(ofLink: path) ?? "")
      let remedy = "Remove it and configure again: rm \(shellWord(path))"
      return ("\(path) is a broken link (to \(target)). \(remedy)", nil)
    } else if files.resolved(path) != files.resolved(fastPath) {
      return ("\(path) is another program and was not changed: pip and uv will run it.", nil)
    }
    var line = "\(path): linked to \(link?.target ?? fastPath)"
    if isOwn, let first = found.first {
      line += ", because pip runs no keyring from \(first.directory), where its own programs are"
    }
    // Only now does the directory exist for certain.
    let search = SearchPath(context)
    guard let place = search.index(of: directory) else {
      let command = pathLine(directory, shell: context.environment["SHELL"])
      return ("\(line). Put it on PATH: \(command)", link)
    }
    if !isOwn, let other = found.first, let before = search.directories.firstIndex(of: other.directory), before < place
    {
      return ("\(line), but \(other.path) comes first on PATH: pip and uv will run it", link)
    }
    return link == nil ? nil : (line, link)
  }

  /// Removes the link, if its target is still the one that `configure` gave it. Returns a line for the user.
  func remove(_ link: Journal.Link) throws -> String {
    guard files.target(ofLink: link.path) == link.target else { return "\(link.path): already gone" }
    try files.remove(link.path)
    for directory in link.madeDirectories.reversed() { files.removeIfEmpty(directory: directory) }
    return "\(link.path): removed"
  }

  /// Whether a directory contains a Python's own programs: pip does not look for `keyring` there.
  /// Source: pip 26.3 `_internal/network/auth.py`
  private func isPythonDirectory(_ directory: String) -> Bool {
    guard let python = files.resolved("\(directory)/python3") else { return false }
    let isEnvironment = FileSystem.parent(of: directory).map { files.status("\($0)/pyvenv.cfg") != nil } ?? false
    return isEnvironment || FileSystem.parent(of: python) == files.resolved(directory)
  }
}
