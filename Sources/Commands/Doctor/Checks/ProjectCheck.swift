import ClientConfig
import CodeArtifact
import Platform

/// Whether the sources of the project in this folder are configured so that each tool uses codeartifact-keyring.
struct ProjectCheck {
  let doctor: DoctorContext
  let uv: UvCheck

  var findings: [Finding] {
    guard let project = doctor.project else {
      guard let failure = doctor.projectFailure, failure.location != doctor.configurationFailure?.location else {
        return []
      }
      return [UnreadableFile.finding(.project, failure, "the package sources in this file were not checked")]
    }
    let repositories = project.all.filter { URLParts($0.url).isRepository(doctor.configuration) }
    var findings: [Finding] = []
    // What pip itself reads, and uv's variables, have checks of their own.
    let files = repositories.filter { source in
      switch source.tool {
      case .poetry, .pdm: true
      case .uv: source.place.contains("/")
      case .pip: source.place.hasSuffix("/Pipfile")
      }
    }
    for finding in project.all.compactMap(mistake) + files.compactMap(finding)
    where !findings.contains(finding) { findings.append(finding) }
    guard !repositories.isEmpty || !findings.isEmpty else {
      return [Finding(.project, .note, "no CodeArtifact source is configured in this folder")]
    }
    return findings.orOK(
      .project, "\(repositories.count) source\(repositories.count == 1 ? "" : "s"), correctly configured")
  }

  private func finding(_ source: ProjectSource) -> Finding? {
    let url = URLParts(source.url)
    let title = title(source)
    let place = Finding.Place(file: source.place, line: source.line)
    // A source of Poetry's has no user's name in its URL; uv and PDM may have one.
    let user = source.tool == .poetry ? "" : "\(AuthorizationToken.username)@"
    let right = source.tool == .poetry || url.user == nil ? url.bare : url.with(user: AuthorizationToken.username)
    let withUser = source.tool == .poetry ? url.bare : url.with(user: AuthorizationToken.username)
    if url.bare.lowercased().hasPrefix("http://"), case .unencrypted = Repository.recognise(url.bare) {
      return Finding(
        .project, .problem, "\(title) has http in its URL: tokens are sent over https only", at: place,
        run: edit(source, "s|http://|https://|", "https" + right.dropFirst("http".count)))
    }
    if let format = Repository.otherFormat(in: url.bare) {
      return Finding(
        .project, .problem, "\(title) has /\(format)/ in its URL, where there are no Python packages: use /pypi/",
        at: place, run: edit(source, "s|/\(format)/|/pypi/|", right.replacing("/\(format)/", with: "/pypi/")))
    }
    // pipenv puts the value of a variable there.
    if source.tool == .pip, url.password?.contains("$") ?? false { return nil }
    // uv ignores an empty one; Poetry ignores all but the user name.
    if url.password != nil || url.hasEmptyPassword && [.pip, .pdm].contains(source.tool) {
      let secret = StoredPassword(url.password ?? "", now: doctor.now)
      return Finding(
        .project, secret.severityInFile,
        "\(title) has \(secret.words) in its URL: \(source.tool.rawValue) sends it instead of asking keyring",
        at: place, run: edit(source, "s|//[^/]*@|//\(user)|", withUser),
        repair: secret.isRemovable ? repair(source, right, secret.name) : nil)
    }
    if source.tool == .poetry, url.user != nil {
      return Finding(
        .project, .problem, "\(title) has a user name in its URL: Poetry then does not ask keyring", at: place,
        run: edit(source, "s|//[^/]*@|//|", withUser))
    }
    if let user = url.user, user != AuthorizationToken.username {
      return Finding(
        .project, .problem, "\(title) has a user name other than aws in its URL: only aws gets a token",
        at: place, run: edit(source, "s|//[^/]*@|//aws@|", withUser))
    }
    if source.isForPublishing, url.isIndex { return simpleIndex(source, title, place, url) }
    if !source.isForPublishing, !url.isIndex { return noIndex(source, title, place, url) }
    if source.tool == .uv, !source.isForPublishing, url.user == nil {
      return withoutUser(source, title, place, withUser)
    }
    return nil
  }

  /// A source that would be a CodeArtifact repository but for a mistake in its URL.
  private func mistake(in source: ProjectSource) -> Finding? {
    let url = URLParts(source.url)
    guard !url.isRepository(doctor.configuration), let problem = Repository.mistake(in: url.bare) else { return nil }
    return Finding(
      .project, .problem,
      "\(title(source)): \(oneLine(url.bare, limit: 120)) \(problem), so no client gets a token for it",
      at: Finding.Place(file: source.place, line: source.line))
  }

  private func title(_ source: ProjectSource) -> String {
    source.name.map { "source \(oneLine($0, limit: 60))" } ?? "the index"
  }

  private func noIndex(_ source: ProjectSource, _ title: String, _ place: Finding.Place, _ url: URLParts)
    -> Finding
  {
    Finding(
      .project, .problem, "\(title) has a URL that does not end in /simple/: no packages are found there",
      at: place,
      run: url.toIndex.map { change in
        edit(source, change.script, url.user.map { URLParts(change.right).with(user: $0) } ?? change.right)
      })
  }

  private func simpleIndex(_ source: ProjectSource, _ title: String, _ place: Finding.Place, _ url: URLParts)
    -> Finding
  {
    let right = url.forUploads
    let command =
      if source.tool == .poetry, source.place.hasSuffix(".toml"), let name = source.name {
        "poetry config \(source.place.hasSuffix("/poetry.toml") ? "--local " : "")"
          + "\(shellWord("repositories.\(name)")) \(shellWord(right))"
      } else if !source.place.contains("/") {
        "export \(shellWord(source.place))=\(shellWord(right))"
      } else {
        // At the URL's end: a repository's name may begin so too.
        edit(
          source, "s|/simple/*\\([^-A-Za-z0-9._/]\\)|\\1|",
          url.user.map { URLParts(right).with(user: $0) } ?? right)
      }
    return Finding(
      .project, .problem, "\(title) is for publishing, but its URL ends in /simple, which does not accept uploads",
      at: place,
      run: command)
  }

  /// An index for which uv does not ask keyring.
  private func withoutUser(
    _ source: ProjectSource, _ title: String, _ place: Finding.Place, _ withUser: String
  ) -> Finding? {
    if uv.hasUser(source.name) { return nil }
    if source.authenticates {
      guard let version = uv.version, Version(version) < Version("0.6.8") else { return nil }
      return Finding(
        .project, .problem, "\(title) has authenticate = \"always\", which uv \(version) does not support", at: place,
        run: "uv self update")
    }
    // uv applies the settings of an index to its URL, wherever else that URL is written.
    if isAuthenticatedByAnother(source) { return nil }
    if source.isOfDependency {
      return Finding(
        .project, .problem,
        "\(title) of a dependency has no aws@ in its URL: uv reads authenticate = \"always\" from the root project only",
        at: place, run: edit(source, "s|//|//aws@|", withUser))
    }
    // A bare `index-url` can have no setting of its own.
    let isTable = source.name != nil
    let line = source.line.map { $0 - 1 }
    return Finding(
      .project, .problem,
      "\(title) has neither \(isTable ? "authenticate = \"always\"" : "a table [[index]]") nor aws@ in its URL: uv does not ask keyring",
      at: place,
      run: isTable && source.authenticate == nil && isOnLineOfItsOwn(source)
        ? line.map { EditCommand.change($0, of: source.place, ["a authenticate = \"always\""]) }
        : edit(source, "s|//|//aws@|", withUser))
  }

  /// Whether another index with the same URL makes uv ask: one of the root project's, or one with a user.
  private func isAuthenticatedByAnother(_ source: ProjectSource) -> Bool {
    func place(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }
    return doctor.project?.all.contains { other in
      let url = URLParts(other.url)
      return other.tool == .uv && !other.isForPublishing && place(url.bare) == place(source.url)
        && (other.authenticates || url.user == AuthorizationToken.username && source.isOfDependency)
    } ?? false
  }

  /// Whether a setting can be added below a source's URL: it cannot where the whole index is on one line.
  private func isOnLineOfItsOwn(_ source: ProjectSource) -> Bool {
    guard let line = source.line, let file = SettingsFile(source.place, doctor.context),
      file.document.lines.indices.contains(line - 1)
    else { return false }
    return file.document.text(line - 1).hasPrefix("url")
  }

  /// A command that puts another URL in the place of a source's.
  private func edit(_ source: ProjectSource, _ change: String, _ right: String) -> String {
    // The name of a variable.
    guard source.place.contains("/") || source.line != nil else { return "unset \(shellWord(source.place))" }
    guard let line = source.line, let file = SettingsFile(source.place, doctor.context) else {
      return EditCommand.open(source.place)
    }
    return EditCommand.replace(URLParts(source.url), by: right, in: line - 1, of: file, [change])
  }

  private func repair(_ source: ProjectSource, _ right: String, _ name: String) -> Repair? {
    guard let line = source.line, let file = SettingsFile(source.place, doctor.context),
      file.document.lines.indices.contains(line - 1)
    else { return nil }
    var bytes = file.document.lines[line - 1]
    guard let range = bytes.firstRange(of: Array(source.url.utf8)) else { return nil }
    bytes.replaceSubrange(range, with: Array(right.utf8))
    return file.replacing(line - 1, with: bytes, removing: name)
  }
}
