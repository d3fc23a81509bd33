import ClientConfig
import CodeArtifact
import Platform

/// Whether the sources that the project in this folder names are written so that each tool asks us.
struct ProjectCheck {
  let machine: Machine
  let uv: UvCheck

  var findings: [Finding] {
    guard let project = machine.project else {
      let failure = machine.projectFailure
      return [
        Finding(
          .project, .problem, "\(failure?.problem ?? "cannot be read"): its sources are not known",
          at: Finding.Place(file: failure?.place ?? machine.folder, line: failure?.line))
      ]
    }
    let ours = project.all.filter { WrittenURL($0.url).isRepository(machine.configuration) }
    var findings: [Finding] = []
    // What pip reads itself, and uv's variables, are looked at by checks of their own.
    let files = ours.filter { source in
      switch source.tool {
      case .poetry, .pdm: true
      case .uv: source.place.contains("/")
      case .pip: source.place.hasSuffix("/Pipfile")
      }
    }
    for finding in project.all.compactMap(slip) + files.compactMap(finding)
    where !findings.contains(finding) { findings.append(finding) }
    guard !ours.isEmpty || !findings.isEmpty else {
      return [Finding(.project, .note, "no source of CodeArtifact's is named in this folder")]
    }
    return findings.orFine(
      .project, "\(ours.count) source\(ours.count == 1 ? "" : "s") of CodeArtifact's, written as they should be")
  }

  private func finding(_ source: ProjectSource) -> Finding? {
    let url = WrittenURL(source.url)
    let title = title(source)
    let place = Finding.Place(file: source.place, line: source.line)
    // A source of Poetry's has no user's name in its URL; uv and PDM may have one.
    let right = source.tool == .poetry || url.user == nil ? url.bare : url.with(user: AuthorizationToken.username)
    if url.bare.lowercased().hasPrefix("http://"), case .unencrypted = Repository.recognise(url.bare) {
      return Finding(
        .project, .problem, "\(title) has http in its URL: no token is ever sent there", at: place,
        run: edit(source, "s|http://|https://|"))
    }
    if let format = Repository.otherFormat(in: url.bare) {
      return Finding(
        .project, .problem, "\(title) has /\(format)/ in its URL, which has no packages of Python's: write /pypi/",
        at: place, run: edit(source, "s|/\(format)/|/pypi/|"))
    }
    // pipenv puts the value of a variable there.
    if source.tool == .pip, url.password?.contains("$") ?? false { return nil }
    if let password = url.password {
      let secret = StoredSecret(password, now: machine.now)
      return Finding(
        .project, secret.severityInFile,
        "\(title) has \(secret.words) in its URL: \(source.tool.rawValue) sends it instead of asking",
        at: place, run: edit(source, "s|//[^/]*@|\(source.tool == .poetry ? "//" : "//aws@")|"),
        repair: secret.isToken ? repair(source, right) : nil)
    }
    if source.tool == .poetry, url.user != nil {
      return Finding(
        .project, .problem, "\(title) has a user\'s name in its URL: Poetry then asks nobody", at: place,
        run: edit(source, "s|//[^/]*@|//|"))
    }
    if let user = url.user, user != AuthorizationToken.username {
      return Finding(
        .project, .problem, "\(title) has another user than aws in its URL: only aws gets a token",
        at: place,
        run: edit(source, "s|//[^/]*@|//aws@|"))
    }
    if source.isForPublishing, url.isIndex { return simpleIndex(source, title, place, url) }
    if !source.isForPublishing, !url.isIndex { return noIndex(source, title, place, url) }
    if source.tool == .uv, !source.isForPublishing, url.user == nil { return unasked(source, title, place) }
    return nil
  }

  /// A source that is meant to be a repository, and is none by a slip of the pen.
  private func slip(_ source: ProjectSource) -> Finding? {
    let url = WrittenURL(source.url)
    guard !url.isRepository(machine.configuration), let problem = Repository.slip(in: url.bare) else { return nil }
    return Finding(
      .project, .problem,
      "\(title(source)): \(oneLine(url.bare, limit: 120)) \(problem), so nobody gets a token for it",
      at: Finding.Place(file: source.place, line: source.line))
  }

  private func title(_ source: ProjectSource) -> String {
    source.name.map { "source \(oneLine($0, limit: 60))" } ?? "the index"
  }

  private func noIndex(_ source: ProjectSource, _ title: String, _ place: Finding.Place, _ url: WrittenURL) -> Finding {
    Finding(
      .project, .problem, "\(title) has a URL that does not end in /simple/: there are no packages to be found",
      at: place, run: url.toIndex.map { edit(source, $0.script) })
  }

  private func simpleIndex(_ source: ProjectSource, _ title: String, _ place: Finding.Place, _ url: WrittenURL)
    -> Finding
  {
    let right = url.forUploads
    let command =
      if source.tool == .poetry, source.place.hasSuffix(".toml"), let name = source.name {
        "poetry config \(source.place.hasSuffix("/poetry.toml") ? "--local " : "")"
          + "\(shellWord("repositories.\(name)")) \(shellWord(right))"
      } else if source.line == nil {
        "export \(shellWord(source.place))=\(shellWord(right))"
      } else {
        // At the URL's end: a repository's name may begin so too.
        edit(source, "s|/simple/*\\([^-A-Za-z0-9._/]\\)|\\1|")
      }
    return Finding(
      .project, .problem, "\(title) is published to, and its URL ends in /simple, which takes no uploads", at: place,
      run: command)
  }

  /// An index of uv's for which it asks nobody.
  private func unasked(_ source: ProjectSource, _ title: String, _ place: Finding.Place) -> Finding? {
    if uv.hasUser(source.name) { return nil }
    let authenticate = source.name.flatMap { setting(of: $0, in: source.place) }
    if authenticate == "always" {
      guard let version = uv.version, Version(version) < Version("0.6.8") else { return nil }
      return Finding(
        .project, .problem, "\(title) has authenticate = \"always\", which uv \(version) does not know", at: place,
        run: "uv self update")
    }
    // A bare `index-url` can have no setting of its own.
    let isTable = source.name != nil
    return Finding(
      .project, .problem,
      "\(title) has neither \(isTable ? "authenticate = \"always\"" : "a table [[index]]") nor aws@ in its URL: uv asks nobody",
      at: place,
      run: edit(
        source,
        isTable && authenticate == nil && isOnLineOfItsOwn(source)
          ? "a authenticate = \"always\"" : "s|//|//aws@|"))
  }

  /// Whether another setting can stand below a source's URL: not where all of the index is one line.
  private func isOnLineOfItsOwn(_ source: ProjectSource) -> Bool {
    guard let line = source.line, let file = SettingsFile(source.place, machine.surroundings),
      file.document.lines.indices.contains(line - 1)
    else { return false }
    return file.document.text(line - 1).hasPrefix("url")
  }

  /// `authenticate` of an index of uv's.
  private func setting(of index: String, in path: String) -> String? {
    guard let root = SettingsFile(path, machine.surroundings)?.toml else { return nil }
    let settings = path.hasSuffix("/pyproject.toml") ? root["tool"]?.table?["uv"]?.table : root
    guard let tables = settings?["index"]?.array else { return nil }
    for table in tables where table.table?["name"]?.string == index { return table.table?["authenticate"]?.string }
    return nil
  }

  /// A command that changes the line of a source.
  private func edit(_ source: ProjectSource, _ change: String) -> String {
    source.line.map { "sed -i '\($0)\(change)' \(shellWord(source.place))" } ?? "unset \(shellWord(source.place))"
  }

  private func repair(_ source: ProjectSource, _ right: String) -> Repair? {
    guard let line = source.line, let file = SettingsFile(source.place, machine.surroundings),
      file.document.lines.indices.contains(line - 1)
    else { return nil }
    var bytes = file.document.lines[line - 1]
    guard let range = bytes.firstRange(of: Array(source.url.utf8)) else { return nil }
    bytes.replaceSubrange(range, with: Array(right.utf8))
    return file.replacing(line - 1, with: bytes)
  }
}
