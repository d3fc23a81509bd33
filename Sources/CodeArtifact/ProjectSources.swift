import ClientConfig
import Platform

/// The package sources of the project that a directory belongs to, as Poetry, uv, PDM and pip find them: in the directory's
/// own files, those of its parents, and the user's.
/// Sources: Poetry 2.5 `config/config.py` and `factory.py`; https://docs.astral.sh/uv/concepts/configuration-files/;
/// https://pdm-project.org/latest/usage/config/
public struct ProjectSources: Sendable {
  /// All of them: Poetry's, uv's, PDM's, pip's, each tool's in its own order of precedence.
  public let all: [ProjectSource]
  /// The nearest directory, from the given one upward, with a `pyproject.toml`; nil where there is none.
  public let directory: String?

  /// Reads the files. Throws where one cannot be read or understood; one that is not there has no sources.
  public static func read(
    in directory: String = ".", _ surroundings: Surroundings
  ) throws(ConfigurationFailure) -> ProjectSources {
    var reader = ProjectReader(directory, surroundings)
    try reader.readPoetry()
    try reader.readUV()
    try reader.readPDM()
    try reader.readPip()
    return ProjectSources(all: reader.sources, directory: reader.project)
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
}

/// Collects a project's sources, file by file.
private struct ProjectReader {
  private(set) var sources: [ProjectSource] = []
  /// The directory of the nearest `pyproject.toml`.
  let project: String?

  private let surroundings: Surroundings
  /// The directory itself and all above it.
  private let directories: [String]

  init(_ directory: String, _ surroundings: Surroundings) {
    self.surroundings = surroundings
    directories = Array(surroundings.files.directories(upFrom: directory))
    project = surroundings.files.nearestDirectory(upFrom: directory, having: "pyproject.toml")
  }

  /// Variables go before `poetry.toml`, that before the user's `config.toml`, and all of them before the project itself.
  mutating func readPoetry() throws(ConfigurationFailure) {
    for (variable, url) in surroundings.environment.all.sorted(by: { $0.key < $1.key }) where !url.isEmpty {
      guard let name = PoetrySources.name(inVariable: variable) else { continue }
      sources.append(
        ProjectSource(name: name, tool: .poetry, url: url, isForPublishing: true, place: variable, line: nil))
    }
    let settings = [
      project.map { FileSystem.path(of: "poetry.toml", in: $0) },
      PoetrySources(surroundings).userConfiguration.map { FileSystem.path(of: "config.toml", in: $0) },
    ]
    for path in settings.compactMap({ $0 }) {
      guard let file = try TOMLFile(path, surroundings) else { continue }
      let repositories = try file.table("repositories", in: file.root)
      for name in repositories?.keys ?? [] {
        guard let repository = repositories?[name]?.table else { continue }
        try add(file, "url", in: repository, name: name, .poetry, isForPublishing: true)
      }
    }
    guard let project, let file = try self.file("pyproject.toml", in: project) else { return }
    for source in try file.tables("source", in: file.tool("poetry")) {
      try add(file, "url", in: source, name: try file.string("name", in: source), .poetry)
    }
  }

  /// Variables go before all files. In each directory `uv.toml` takes the place of `pyproject.toml`. The nearest with
  /// settings of uv counts, the root of the workspace it may be a member of, the user's own, and the machine's.
  mutating func readUV() throws(ConfigurationFailure) {
    readUVVariables()
    var isFound = false
    for directory in directories {
      let project = try file("pyproject.toml", in: directory)
      let settings = try project?.tool("uv")
      let isWorkspace = settings?["workspace"] != nil
      if !isFound || isWorkspace {
        if let file = try self.file("uv.toml", in: directory) {
          try addUV(file, file.root)
          isFound = true
        } else if let project, let settings {
          try addUV(project, settings)
          isFound = true
        }
      }
      if isWorkspace { break }
    }
    for path in surroundings.uvSettings {
      if let file = try TOMLFile(path, surroundings) { try addUV(file, file.root) }
    }
  }

  /// An index of a variable may have a name: `acme=https://…`. Source: https://docs.astral.sh/uv/reference/environment/
  private mutating func readUVVariables() {
    for variable in ["UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_PUBLISH_URL"] {
      for index in surroundings.environment[variable]?.split(whereSeparator: \.isWhitespace) ?? [] {
        let equals = index.prefix { $0 != ":" }.firstIndex(of: "=")
        sources.append(
          ProjectSource(
            name: equals.map { String(index[..<$0]) }, tool: .uv,
            url: String(equals.map { index[$0...].dropFirst() } ?? index),
            isForPublishing: variable == "UV_PUBLISH_URL", place: variable, line: nil))
      }
    }
  }

  mutating func readPDM() throws(ConfigurationFailure) {
    guard let project, let file = try self.file("pyproject.toml", in: project) else { return }
    for source in try file.tables("source", in: file.tool("pdm")) {
      try add(file, "url", in: source, name: try file.string("name", in: source), .pdm)
    }
  }

  /// pip looks for nothing in the directories above.
  mutating func readPip() throws(ConfigurationFailure) {
    guard let directory = directories.first else { return }
    sources += try PipSources(in: directory, surroundings).all
  }

  private func file(_ name: String, in directory: String) throws(ConfigurationFailure) -> TOMLFile? {
    try TOMLFile(FileSystem.path(of: name, in: directory), surroundings)
  }

  private mutating func addUV(_ file: TOMLFile, _ settings: TOMLTable) throws(ConfigurationFailure) {
    for index in try file.tables("index", in: settings) {
      let name = try file.string("name", in: index)
      try add(file, "url", in: index, name: name, .uv)
      try add(file, "publish-url", in: index, name: name, .uv, isForPublishing: true)
    }
    try add(file, "publish-url", in: settings, name: nil, .uv, isForPublishing: true)
    for settings in [settings, try file.table("pip", in: settings)].compactMap({ $0 }) {
      try add(file, "index-url", in: settings, name: nil, .uv)
      for url in try file.strings("extra-index-url", in: settings) { add(file, url, name: nil, .uv) }
    }
  }

  private mutating func add(
    _ file: TOMLFile, _ key: String, in table: TOMLTable, name: String?, _ tool: ProjectSource.Tool,
    isForPublishing: Bool = false
  ) throws(ConfigurationFailure) {
    guard let url = try file.text(key, in: table) else { return }
    add(file, url, name: name, tool, isForPublishing: isForPublishing)
  }

  private mutating func add(
    _ file: TOMLFile, _ url: TOMLFile.Text, name: String?, _ tool: ProjectSource.Tool, isForPublishing: Bool = false
  ) {
    sources.append(
      ProjectSource(
        name: name, tool: tool, url: url.value, isForPublishing: isForPublishing, place: file.path, line: url.line))
  }
}

extension Surroundings {
  /// The paths of uv's files that are about no project: the user's own, and those of the machine.
  /// Source: https://docs.astral.sh/uv/concepts/configuration-files/
  public var uvSettings: [String] {
    let shared = environment["XDG_CONFIG_DIRS"]?.split(separator: ":").filter { $0.hasPrefix("/") } ?? ["/etc/xdg"]
    let parents = [directories.sharedConfiguration].compactMap { $0 } + shared.map { String($0) } + ["/etc"]
    return parents.map { "\($0)/uv/uv.toml" }
  }
}
