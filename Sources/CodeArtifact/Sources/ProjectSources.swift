import ClientConfig
import Platform

/// The package sources of the project that a directory belongs to, as Poetry, uv, PDM and pip find them: in the directory's
/// own files, those of its parents, and the user's.
/// Source: Poetry 2.5 `config/config.py` and `factory.py`
public struct ProjectSources: Sendable {
  /// All of them: Poetry's, uv's, PDM's, pip's, each tool's in its own order of precedence.
  public let all: [ProjectSource]
  /// The nearest directory, from the given one upward, with a `pyproject.toml`; nil where there is none.
  public let directory: String?

  /// Reads the files, and those of `scripts` that have a block of metadata. Throws where one cannot be read or understood;
  /// one that is not there has no sources.
  public static func read(
    in directory: String = ".", scripts: [String] = [], _ context: Context
  ) throws(ConfigurationFailure) -> ProjectSources {
    let directories = Array(context.files.directories(upFrom: directory))
    let project = context.files.nearestDirectory(upFrom: directory, having: "pyproject.toml")
    var all = try poetry(project, context)
    all += try UvSources(in: directories, scripts: scripts, context).all
    all += try PdmSources(in: project, context).all
    // pip looks for nothing in the directories above.
    if let own = directories.first { all += try PipSources(in: own, context).all }
    return ProjectSources(all: all, directory: project)
  }

  /// Those that are repositories of CodeArtifact and may be given a token.
  public func repositories(_ configuration: Configuration) -> [ProjectRepository] {
    all.compactMap { source in
      guard case .repository(let repository) = Repository.recognise(source.url, mapped: configuration.hosts) else {
        return nil
      }
      return ProjectRepository(source: source, repository: repository)
    }
  }

  /// Variables go before `poetry.toml`, that before the user's `config.toml`, and all of them before the project itself.
  private static func poetry(
    _ project: String?, _ context: Context
  ) throws(ConfigurationFailure) -> [ProjectSource] {
    var sources: [ProjectSource] = []
    for (variable, url) in context.environment.all.sorted(by: { $0.key < $1.key }) where !url.isEmpty {
      guard let name = PoetrySources.name(inVariable: variable) else { continue }
      sources.append(
        ProjectSource(name: name, tool: .poetry, url: url, isForPublishing: true, place: variable, line: nil))
    }
    let settings = [
      project.map { FileSystem.path(of: "poetry.toml", in: $0) },
      PoetrySources(context).userConfiguration.map { FileSystem.path(of: "config.toml", in: $0) },
    ]
    for path in settings.compactMap({ $0 }) {
      guard let file = try TOMLFile(path, context) else { continue }
      let repositories = try file.table("repositories", in: file.root)
      for name in repositories?.keys ?? [] {
        guard let repository = repositories?[name]?.table else { continue }
        sources += try file.sources("url", in: repository, name: name, .poetry, isForPublishing: true)
      }
    }
    if let project, let file = try TOMLFile(FileSystem.path(of: "pyproject.toml", in: project), context) {
      for source in try file.tables("source", in: file.tool("poetry")) {
        sources += try file.sources("url", in: source, name: try file.string("name", in: source), .poetry)
      }
    }
    return sources
  }
}

extension TOMLFile {
  /// The sources that the URLs of a key are: one for a text, some for a list of texts, none where there is no such key.
  func sources(
    _ key: String, in table: TOMLTable, name: String?, _ tool: ProjectSource.Tool, isForPublishing: Bool = false
  ) throws(ConfigurationFailure) -> [ProjectSource] {
    try strings(key, in: table).map { url in
      ProjectSource(
        name: name, tool: tool, url: url.value, isForPublishing: isForPublishing, place: path, line: url.line)
    }
  }
}
