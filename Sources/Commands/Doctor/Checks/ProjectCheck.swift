import ClientConfig
import CodeArtifact
import Platform

/// Whether the sources of the project in this folder are configured so that each tool uses codeartifact-keyring.
struct ProjectCheck: Check {
  let area = Finding.Area.project
  let doctor: DoctorContext
  let uv: UvCheck

  var findings: [Finding] {
    let all = doctor.project.all
    let repositories = all.filter { isRepository($0.url) }
    // What pip itself reads, and uv's variables, have checks of their own.
    let files = repositories.filter { source in
      switch source.tool {
      case .poetry, .pdm: true
      case .uv: source.line != nil
      case .pip: source.place.hasSuffix("/Pipfile")
      }
    }
    let findings = unread + (all.compactMap(mistake) + files.compactMap(finding)).distinct()
    // Nothing is said to be correct about a file that was not read.
    if doctor.project.failure != nil { return findings }
    guard !repositories.isEmpty || !findings.isEmpty else {
      return [note("no CodeArtifact source is configured in this folder")]
    }
    return findings.orOK(
      .project, "\(repositories.count) source\(repositories.count == 1 ? "" : "s"), correctly configured")
  }

  /// A file whose sources are unknown.
  private var unread: [Finding] {
    guard let failure = doctor.project.failure, failure.location != doctor.configurationFailure?.location else {
      return []
    }
    return [unreadable(failure, "the package sources in this file were not checked")]
  }

  private func finding(_ source: ProjectSource) -> Finding? {
    let url = URLParts(source.url)
    let title = title(source)
    // A source of Poetry's has no user's name in its URL; uv and PDM may have one.
    let withUser = source.tool == .poetry ? url.bare : url.with(user: AuthorizationToken.username)
    // pipenv and PDM put the values of variables into a URL.
    let variable = [.pip, .pdm].contains(source.tool) ? url.passwordVariable(orBare: source.tool == .pip) : nil
    let mistake = (variable == nil ? url : url.withoutUserVariable)
      .mistake(doctor.configuration, isForPublishing: source.isForPublishing)
    // uv ignores an empty one; Poetry ignores all but the user name.
    if variable == nil, url.password != nil || url.hasEmptyPassword && [.pip, .pdm].contains(source.tool) {
      return password(
        secret(url.password ?? ""), in: title, "\(source.tool.rawValue) sends it", at: source.location,
        isProblem: mistake != nil, run: edit(source, withUser),
        repair: line(of: source).flatMap { file, index in
          file.withoutPasswords(index, [url], now: doctor.now) { _ in withUser }
        })
    }
    if source.tool == .poetry, url.user != nil {
      return problem(
        "\(title) has a user name in its URL: Poetry then does not ask keyring", at: source.location,
        run: edit(source, url.bare))
    }
    if let mistake {
      let right = mistake.right.map { url.user == nil ? $0 : URLParts($0).with(user: AuthorizationToken.username) }
      return problem(
        "\(title) has \(mistake.what)", at: source.location,
        run: variable == nil ? right.map { edit(source, $0) } : EditCommand.open(source.place))
    }
    if let variable {
      let client = source.tool == .pip ? "pipenv" : source.tool.rawValue
      return password(from: variable, of: url, in: title, client: client, at: source.location)
    }
    if source.isForPublishing, url.isIndex { return simpleIndex(source, title, url) }
    return source.tool == .uv && !source.isForPublishing && url.user == nil
      ? withoutUser(source, title, withUser) : nil
  }

  /// A source that would be a CodeArtifact repository but for a mistake in its URL.
  private func mistake(in source: ProjectSource) -> Finding? {
    let url = URLParts(source.url)
    guard !isRepository(source.url), let mistake = Repository.mistake(in: url.bare) else { return nil }
    return problem(
      "\(title(source)): \(oneLine(url.bare, limit: 120)) \(mistake), so no client gets a token for it",
      at: source.location)
  }

  private func title(_ source: ProjectSource) -> String {
    source.name.map { "source \(oneLine($0, limit: 60))" } ?? "the index"
  }

  private func simpleIndex(_ source: ProjectSource, _ title: String, _ url: URLParts) -> Finding {
    let right = url.forUploads
    let command =
      if source.tool == .poetry, source.place.hasSuffix(".toml"), let name = source.name {
        "poetry config \(source.place.hasSuffix("/poetry.toml") ? "--local " : "")"
          + "\(shellWord("repositories.\(name)")) \(shellWord(right))"
      } else if case .variable(let name) = source.location {
        "export \(shellWord(name))=\(shellWord(right))"
      } else {
        edit(source, url.user.map { URLParts(right).with(user: $0) } ?? right)
      }
    return problem(
      "\(title) is for publishing, but its URL ends in /simple, which does not accept uploads", at: source.location,
      run: command)
  }

  /// An index for which uv does not ask keyring.
  private func withoutUser(_ source: ProjectSource, _ title: String, _ withUser: String) -> Finding? {
    if doctor.hasUser(uvIndex: source.name) { return nil }
    if source.authenticates {
      guard let version = uv.version, Version(version) < Version("0.6.8") else { return nil }
      return problem(
        "\(title) has authenticate = \"always\", which uv \(version) does not support", at: source.location,
        run: "uv self update")
    }
    // uv applies the settings of an index to its URL, wherever else that URL is written.
    if isAuthenticatedByAnother(source) { return nil }
    if source.isOfDependency {
      return problem(
        "\(title) of a dependency has no aws@ in its URL: uv reads authenticate = \"always\" from the root project only",
        at: source.location, run: edit(source, withUser))
    }
    // A bare `index-url` can have no setting of its own.
    let isTable = source.isTable
    // A setting can be added below the URL unless the whole index is on one line.
    let line = line(of: source).flatMap { $0.file.document.text($0.index).hasPrefix("url") ? $0 : nil }
    return problem(
      "\(title) has neither \(isTable ? "authenticate = \"always\"" : "a table [[index]]") nor aws@ in its URL: uv does not ask keyring",
      at: source.location,
      run: (isTable && source.authenticate == nil ? line : nil).map {
        EditCommand.change($0.index, of: $0.file, ["a authenticate = \"always\""])
      } ?? edit(source, withUser))
  }

  /// Whether another index with the same URL makes uv ask: one of the root project's, or one with a user.
  private func isAuthenticatedByAnother(_ source: ProjectSource) -> Bool {
    doctor.project.all.contains { other in
      let url = URLParts(other.url)
      return other.tool == .uv && !other.isForPublishing && url.withoutSlash == URLParts(source.url).withoutSlash
        && (other.authenticates || url.user == AuthorizationToken.username && source.isOfDependency)
    }
  }

  /// The file that a source is in, and the line, counted from zero.
  private func line(of source: ProjectSource) -> (file: SettingsFile, index: Int)? {
    guard let line = source.line, let file = SettingsFile(source.place, doctor.context),
      file.document.lines.indices.contains(line - 1)
    else { return nil }
    return (file, line - 1)
  }

  /// A command that puts another URL in the place of a source's.
  private func edit(_ source: ProjectSource, _ right: String) -> String {
    guard case .file = source.location else { return "unset \(shellWord(source.place))" }
    return line(of: source).map { EditCommand.replace(URLParts(source.url), by: right, in: $0.index, of: $0.file) }
      ?? EditCommand.open(source.place)
  }
}

extension ProjectSource {
  var location: Location { place.contains("/") || line != nil ? .file(place, line: line) : .variable(place) }
}
