import Platform

/// The package sources of the project that a directory belongs to, as Poetry, uv, PDM and pip find them: in the directory's
/// own files, those of its parents, and the user's.
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
    var all = try PoetrySettings(context, project: project).sources()
    all += try UvSources(in: directories, scripts: scripts, context).all
    all += try PdmSettings.sources(in: project, context)
    // pip looks for nothing in the directories above.
    if let own = directories.first { all += try PipSources(in: own, context).all }
    return ProjectSources(all: all, directory: project)
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
