import Platform

/// PDM's settings, and the sources it uses and publishes to: those of a project, and of its settings.
/// Source: PDM 2.29 `project/config.py` and `project/core.py`; https://pdm-project.org/latest/usage/config/
public enum PdmSettings {
  /// The files, in order of precedence. `project` is the directory of the nearest `pyproject.toml`.
  public static func paths(in project: String?, _ context: Context) -> [String] {
    let user = context.environment["PDM_CONFIG_FILE"] ?? context.directories.sharedConfiguration.map(path)
    let system = context.systemConfigurations.first.map(path)
    return [project.map { FileSystem.path(of: "pdm.toml", in: $0) }, user, system].compactMap { $0 }
  }

  private static func path(in directory: String) -> String { "\(directory)/pdm/config.toml" }

  static func sources(in project: String?, _ context: Context) -> FoundSources {
    var found = FoundSources()
    if let url = context.environment["PDM_PYPI_URL"] {
      found.all.append(ProjectSource(tool: .pdm, url: url, place: "PDM_PYPI_URL"))
    }
    found.add { () throws(FailureRecord) in
      guard let project, let file = try TOMLFile(FileSystem.path(of: "pyproject.toml", in: project), context) else {
        return []
      }
      return try file.sources(inTables: "source", of: file.tool("pdm"), .pdm)
    }
    for path in paths(in: project, context) {
      found.add { () throws(FailureRecord) in
        guard let file = try TOMLFile(path, context) else { return [] }
        return try sources(inSettings: file)
      }
    }
    return found
  }

  /// Those in a file of settings.
  private static func sources(inSettings file: TOMLFile) throws(FailureRecord) -> [ProjectSource] {
    // `pypi.url` is the index itself; other keys of `pypi`, and those of `repository`, are names.
    let pypi = try file.table("pypi", in: file.root)
    var all: [ProjectSource] = []
    if let pypi { all += try file.sources("url", in: pypi, name: nil, .pdm) }
    for (tables, isForPublishing) in [(pypi, false), (try file.table("repository", in: file.root), true)] {
      for (name, table) in (tables?.tables ?? []).sorted(by: { $0.name < $1.name }) {
        all += try file.sources("url", in: table, name: name, .pdm, isForPublishing: isForPublishing)
      }
    }
    return all
  }
}
