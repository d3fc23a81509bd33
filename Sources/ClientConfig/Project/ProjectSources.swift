import Platform

/// The package sources of the project that a directory belongs to, as Poetry, uv, PDM and pip find them: in the directory's
/// own files, those of its parents, and the user's.
public struct ProjectSources: Sendable {
  /// All sources: those of Poetry, uv, PDM and pip, each tool's in its own order of precedence.
  public let all: [ProjectSource]
  /// The nearest directory, from the given one upward, with a `pyproject.toml`; nil if there is none.
  public let directory: String?
  /// The first mistake for which a file could not be read or parsed; the sources in that file are missing.
  public let failure: FailureRecord?

  /// Reads the files, and the metadata in `scripts`. A missing file has no sources.
  public init(in directory: String = ".", scripts: [String] = [], _ context: Context) {
    let directories = Array(context.files.directories(upFrom: directory))
    let project = context.files.nearestDirectory(upFrom: directory, having: "pyproject.toml")
    var found = PoetrySettings(context, in: directory).sources
    found.add(UvSources(in: directories, scripts: scripts, context).found)
    found.add(PdmSettings.sources(in: project, context))
    // pip does not read the directories above.
    if let own = directories.first { found.add(PipSources(in: own, context).found) }
    (all, self.directory, failure) = (found.all, project, found.failure)
  }

  /// The same, but throws if a file cannot be read or parsed.
  public static func read(
    in directory: String = ".", scripts: [String] = [], _ context: Context
  ) throws(FailureRecord) -> ProjectSources {
    let sources = ProjectSources(in: directory, scripts: scripts, context)
    if let failure = sources.failure { throw failure }
    return sources
  }
}

extension TOMLFile {
  /// The sources for the URLs of a key: one for a string, several for an array of strings, none if there is no such
  /// key.
  func sources(
    _ key: String, in table: TOMLTable, name: String?, _ tool: ProjectSource.Tool, isForPublishing: Bool = false
  ) throws(FailureRecord) -> [ProjectSource] {
    guard let value = table[key] else { return [] }
    return try (value.array ?? [value]).map { (element) throws(FailureRecord) in
      guard let url = element.string else { throw mistake(key, in: table, "\(key) is not an array of strings") }
      return ProjectSource(
        name: name, tool: tool, url: url, isForPublishing: isForPublishing, place: path, line: element.source.line)
    }
  }

  /// The sources in an array of tables, each with its URL and its name.
  func sources(
    inTables key: String, of table: TOMLTable?, _ tool: ProjectSource.Tool
  ) throws(FailureRecord) -> [ProjectSource] {
    var all: [ProjectSource] = []
    for source in try tables(key, in: table) {
      all += try sources("url", in: source, name: try string("name", in: source), tool)
    }
    return all
  }
}
