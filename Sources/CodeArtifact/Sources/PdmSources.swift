import ClientConfig
import Platform

/// The sources that PDM uses, and the repositories it publishes to: those of a project, and of its settings.
/// Source: PDM 2.29 `project/config.py` and `project/core.py`; https://pdm-project.org/latest/usage/config/
struct PdmSources {
  private(set) var all: [ProjectSource] = []

  /// `project` is the directory of the nearest `pyproject.toml`.
  init(in project: String?, _ context: Context) throws(ConfigurationFailure) {
    if let url = context.environment["PDM_PYPI_URL"] {
      all.append(
        ProjectSource(name: nil, tool: .pdm, url: url, isForPublishing: false, place: "PDM_PYPI_URL", line: nil))
    }
    if let project, let file = try TOMLFile(FileSystem.path(of: "pyproject.toml", in: project), context) {
      for source in try file.tables("source", in: file.tool("pdm")) {
        all += try file.sources("url", in: source, name: try file.string("name", in: source), .pdm)
      }
    }
    for path in context.pdmSettings(in: project) {
      if let file = try TOMLFile(path, context) { try addSettings(file) }
    }
  }

  /// `pypi.url` is the index itself; other keys of `pypi`, and those of `repository`, are names.
  private mutating func addSettings(_ file: TOMLFile) throws(ConfigurationFailure) {
    let pypi = try file.table("pypi", in: file.root)
    if let pypi { all += try file.sources("url", in: pypi, name: nil, .pdm) }
    for (tables, isForPublishing) in [(pypi, false), (try file.table("repository", in: file.root), true)] {
      for name in (tables?.keys ?? []).sorted() {
        guard let table = tables?[name]?.table else { continue }
        all += try file.sources("url", in: table, name: name, .pdm, isForPublishing: isForPublishing)
      }
    }
  }
}

extension Context {
  /// The paths of PDM's settings, the one first that counts most.
  /// Source: PDM 2.29 `project/config.py`
  public func pdmSettings(in project: String?) -> [String] {
    let user = environment["PDM_CONFIG_FILE"] ?? directories.sharedConfiguration.map { "\($0)/pdm/config.toml" }
    let shared = (environment["XDG_CONFIG_DIRS"] ?? "/etc/xdg").split(separator: ":").first { $0.hasPrefix("/") }
    return [project.map { FileSystem.path(of: "pdm.toml", in: $0) }, user, shared.map { "\($0)/pdm/config.toml" }]
      .compactMap { $0 }
  }
}
