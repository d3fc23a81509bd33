import Glibc
import Platform

/// The indexes that uv uses in a directory: those of variables, of the project and its workspace, of path dependencies
/// and workspace members, of scripts, of the user, and of the system.
/// Sources: https://docs.astral.sh/uv/concepts/configuration-files/, https://docs.astral.sh/uv/concepts/indexes/ and
/// https://docs.astral.sh/uv/guides/scripts/
struct UvSources {
  /// The largest number of projects that are read.
  private static let limit = 64

  private let context: Context
  private(set) var found = FoundSources()

  /// `directories` are the directory itself and all above it.
  init(in directories: [String], scripts: [String], _ context: Context) {
    self.context = context
    readVariables()
    for path in scripts { read { sources throws(FailureRecord) in try sources.readScript(path) } }
    if let directory = directories.first {
      for name in context.files.names(in: directory).sorted() where name.hasSuffix(".py") {
        let path = FileSystem.path(of: name, in: directory)
        // It may be a script that is never run, so mistakes in it are for uv to report.
        if !scripts.contains(where: { context.files.resolved($0) == path }) { try? readScript(path) }
      }
    }
    read { sources throws(FailureRecord) in try sources.readProject(in: directories) }
    for path in UvSettings.paths(context) {
      // A variable may name `/dev/null`.
      if path == UvSettings.named(context), context.files.status(path)?.isRegularFile != true { continue }
      read { sources throws(FailureRecord) in
        if let file = try TOMLFile(path, context) { try sources.add(file, file.root) }
      }
    }
  }

  /// Goes on after a mistake, which is kept.
  private mutating func read(_ work: (inout UvSources) throws(FailureRecord) -> Void) {
    do { try work(&self) } catch { found.fail(error) }
  }

  private mutating func readScript(_ path: String) throws(FailureRecord) {
    if let script = try ScriptMetadata(path, context), let settings = try script.file.tool("uv") {
      try add(script.file, settings)
    }
  }

  /// An index in a variable may have a name: `acme=https://…`. Source: https://docs.astral.sh/uv/reference/environment/
  private mutating func readVariables() {
    for variable in ["UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_PUBLISH_URL"] {
      for index in context.environment[variable]?.split(whereSeparator: \.isWhitespace) ?? [] {
        let equals = index.prefix { $0 != ":" }.firstIndex(of: "=")
        found.all.append(
          ProjectSource(
            name: equals.map { String(index[..<$0]) }, tool: .uv,
            url: String(equals.map { index[$0...].dropFirst() } ?? index),
            isForPublishing: variable == "UV_PUBLISH_URL", place: variable))
      }
    }
  }

  /// In each directory `uv.toml` replaces `pyproject.toml`. The nearest one with settings of uv counts, and the root of
  /// its workspace.
  private mutating func readProject(in directories: [String]) throws(FailureRecord) {
    var nearest: (file: TOMLFile, settings: TOMLTable)?
    var root: String?
    for directory in directories {
      let project = try TOMLFile(FileSystem.path(of: "pyproject.toml", in: directory), context)
      let settings = try project?.tool("uv")
      let isWorkspace = settings?["workspace"] != nil
      if project != nil, root == nil || isWorkspace { root = directory }
      if nearest == nil || isWorkspace {
        let own = try TOMLFile(FileSystem.path(of: "uv.toml", in: directory), context)
        if let file = own ?? project, let settings = own?.root ?? settings {
          if let nearest, isWorkspace { try add(nearest.file, nearest.settings, isOfDependency: true) }
          nearest = (file, settings)
        }
      }
      if isWorkspace { break }
    }
    if let nearest { try add(nearest.file, nearest.settings) }
    if let root { followDependencies(of: root) }
  }

  private mutating func add(
    _ file: TOMLFile, _ settings: TOMLTable, isOfDependency: Bool = false
  ) throws(FailureRecord) {
    for index in try file.tables("index", in: settings) {
      let name = try file.string("name", in: index)
      var sources = try file.sources("url", in: index, name: name, .uv)
      for place in sources.indices {
        sources[place].isTable = true
        sources[place].authenticate = index["authenticate"]?.string
        sources[place].isOfDependency = isOfDependency
      }
      found.all += sources
      found.all += try file.sources("publish-url", in: index, name: name, .uv, isForPublishing: true)
    }
    found.all += try file.sources("publish-url", in: settings, name: nil, .uv, isForPublishing: true)
    for settings in [settings, try file.table("pip", in: settings)].compactMap({ $0 }) {
      for key in ["index-url", "extra-index-url"] { found.all += try file.sources(key, in: settings, name: nil, .uv) }
    }
  }

  // MARK: dependencies

  /// Adds the indexes of path dependencies and workspace members, and of those that they have in turn. A file that
  /// cannot be read is for uv to report.
  private mutating func followDependencies(of root: String) {
    var directories = [root]
    var next = 0
    while next < directories.count, next < Self.limit {
      let directory = directories[next]
      next += 1
      guard let file = try? TOMLFile(FileSystem.path(of: "pyproject.toml", in: directory), context),
        let settings = try? file.tool("uv")
      else { continue }
      if directory != root, !found.all.contains(where: { $0.place == file.path }),
        var indexes = try? file.sources(inTables: "index", of: settings, .uv)
      {
        for place in indexes.indices { indexes[place].isOfDependency = true }
        found.all += indexes
      }
      for dependency in paths(in: settings, of: directory) {
        if let path = context.files.resolved(dependency), !directories.contains(path) { directories.append(path) }
      }
    }
  }

  /// The directories that `[tool.uv.sources]` and `[tool.uv.workspace]` name.
  private func paths(in settings: TOMLTable, of directory: String) -> [String] {
    let named = (settings["sources"]?.table?.values ?? []).flatMap { source in
      ([source.table] + (source.array ?? []).map(\.table)).compactMap { $0?["path"]?.string }
    }
    let workspace = settings["workspace"]?.table
    func members(_ key: String) -> [String] {
      (workspace?[key]?.array ?? []).compactMap(\.string)
        .flatMap { context.files.paths(matching: $0, in: directory) }
    }
    let excluded = members("exclude")
    return named.map { $0.hasPrefix("/") ? $0 : FileSystem.path(of: $0, in: directory) }
      + members("members").filter { !excluded.contains($0) }
  }
}

extension FileSystem {
  /// The paths that match a pattern of a workspace's members, in which `*`, `?` and `[…]` stand for characters of one name.
  fileprivate func paths(matching pattern: String, in directory: String) -> [String] {
    var paths = [directory]
    for part in pattern.split(separator: "/") where part != "." {
      paths = paths.flatMap { path in
        part.contains { "*?[".contains($0) }
          ? names(in: path).filter { fnmatch(String(part), $0, 0) == 0 }.map { Self.path(of: $0, in: path) }
          : [Self.path(of: String(part), in: path)]
      }
      paths = Array(paths.prefix(256))
    }
    return paths
  }
}
