import Platform

/// The `keyring` that pip and uv run, as a link in `~/.local/bin`. It is for installations without a `keyring` on PATH,
/// where the name belongs to another package (Debian's /usr/bin, a Python environment).
extension Configurator {
  /// Makes the link unless pip and uv find this program's `keyring` on PATH already. The one that was made for another
  /// installation is replaced. Returns a line for the user; nil where there was nothing to do.
  func linkKeyring(_ programs: ProgramPaths) throws -> String? {
    var journal = try Journal.load(context)
    guard let fastPath = programs.fastPath, let home = context.directories.home else { return nil }
    let directory = "\(home)/.local/bin"
    let path = "\(directory)/keyring"
    let found = SearchPath(context).programs("keyring")
    let isOwn = found.first.map { programs.identities.contains($0.status.identity) } ?? false
    let firstForPip = found.first { !isPythonDirectory($0.directory) }
    if isOwn, let firstForPip, programs.identities.contains(firstForPip.status.identity) { return nil }
    // The directories that were made for the link; nil if it was there.
    var made: [String]?
    if let earlier = journal.link, earlier.path == path, files.target(ofLink: path) == earlier.target,
      files.resolved(path) != files.resolved(fastPath)
    {
      try files.remove(path)
      try files.makeLink(path, to: fastPath)
      made = earlier.madeDirectories
    } else if files.status(path, followingLinks: false) == nil {
      made = files.missingDirectories(above: path)
      try files.makeDirectory(directory)
      try files.makeLink(path, to: fastPath)
    } else if files.status(path) == nil {
      let target = oneLine(files.target(ofLink: path) ?? "")
      return "\(path) is a broken link (to \(target)). Remove it and configure again: rm \(shellWord(path))"
    } else if files.resolved(path) != files.resolved(fastPath) {
      let kind = ProgramPaths(files, program: path)?.prefix.map { "another installation's, in \($0)," }
      return "\(path) is \(kind ?? "another program") and was not changed: pip and uv will run it."
    }
    if let made {
      // Directories that were just made for the copy of the backend may contain the link too. Whichever of the two is
      // removed last removes them.
      let shared = (journal.backend?.madeDirectories ?? []).filter { path.hasPrefix("\($0)/") }
      let directories = shared + made.filter { !shared.contains($0) }
      journal.link = Journal.Link(path: path, target: fastPath, madeDirectories: directories)
      try journal.save(context)
    }
    var line = "\(path): linked to \(fastPath)"
    if isOwn, let first = found.first {
      line += ", because pip runs no keyring from \(first.directory), where its own programs are"
    }
    // Only now does the directory exist for certain.
    let search = SearchPath(context)
    guard let place = search.index(of: directory) else {
      return "\(line). Put it on PATH: \(pathLine(directory, shell: context.environment["SHELL"]))"
    }
    if !isOwn, let other = found.first, let before = search.directories.firstIndex(of: other.directory), before < place
    {
      return "\(line), but \(other.path) comes first on PATH: pip and uv will run it"
    }
    return made == nil ? nil : line
  }

  /// Removes the link once no configured client runs it, if its target is still the one that `configure` gave it. Returns
  /// a line for the user.
  func unlinkKeyring() throws -> String? {
    var journal = try Journal.load(context)
    guard let link = journal.link, !journal.entries.contains(where: { $0.client.runsKeyring }) else { return nil }
    let isThere = files.target(ofLink: link.path) == link.target
    if isThere {
      try files.remove(link.path)
      for directory in link.madeDirectories.reversed() { files.removeIfEmpty(directory: directory) }
    }
    journal.link = nil
    try journal.save(context)
    return "\(link.path): \(isThere ? "removed" : "already gone")"
  }

  /// Whether a directory contains a Python's own programs: pip does not look for `keyring` there.
  /// Source: pip 26.3 `_internal/network/auth.py`
  private func isPythonDirectory(_ directory: String) -> Bool {
    guard let python = files.resolved("\(directory)/python3") else { return false }
    let isEnvironment = FileSystem.parent(of: directory).map { files.status("\($0)/pyvenv.cfg") != nil } ?? false
    return isEnvironment || FileSystem.parent(of: python) == files.resolved(directory)
  }
}

/// The command that puts a directory on PATH in a user's shell, given by its path (`$SHELL`); without one, in any POSIX
/// shell that is running.
func pathLine(_ directory: String, shell: String? = nil) -> String {
  let word = shellWord(directory)
  let line = word == directory ? "export PATH=\"\(directory):$PATH\"" : "export PATH=\(word):\"$PATH\""
  return switch shell?.split(separator: "/").last {
  case "fish": "fish_add_path \(word)"
  case "zsh": "echo \(quotedForShell(line)) >>~/.zshrc"
  case "bash": "echo \(quotedForShell(line)) >>~/.bashrc"
  default: line
  }
}
