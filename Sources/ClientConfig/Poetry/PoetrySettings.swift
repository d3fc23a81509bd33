import Platform

/// Poetry's settings: where they are, how its variables spell names, and the URLs of its sources, whose names it gives
/// to a keyring.
/// Source: Poetry 2.5 `config/config.py` and `factory.py`
public struct PoetrySettings: Sendable {
  private let context: Context
  private let project: String?

  /// The settings of this user, in the project that a directory belongs to.
  public init(_ context: Context, in directory: String = ".") {
    self.init(context, project: context.files.nearestDirectory(upFrom: directory, having: "pyproject.toml"))
  }

  init(_ context: Context, project: String?) {
    self.context = context
    self.project = project
  }

  // MARK: names

  /// The source's name in a service `poetry-repository-NAME`; nil for every other service.
  public static func name(inService service: String) -> String? {
    let prefix = "poetry-repository-"
    guard service.utf8.starts(with: prefix.utf8), service.utf8.count > prefix.utf8.count else { return nil }
    return String(decoding: service.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// The prefix of the two variables with a source's user and password. Poetry turns hyphens and dots into underscores.
  public static func variables(ofSource name: String) -> String {
    "POETRY_HTTP_BASIC_" + String(name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
  }

  /// The name of the repository whose URL a variable has, as Poetry reads it: only letters and hyphens can be spelled.
  /// Nil for other variables.
  private static func name(inVariable variable: String) -> String? {
    guard variable.hasPrefix("POETRY_REPOSITORIES_"), variable.hasSuffix("_URL") else { return nil }
    let spelled = variable.dropFirst("POETRY_REPOSITORIES_".count).dropLast("_URL".count)
    guard !spelled.isEmpty, spelled.utf8.allSatisfy({ $0.isASCIIUppercase || $0 == UInt8(ascii: "_") }) else {
      return nil
    }
    return String(spelled.lowercased().map { $0 == "_" ? "-" : $0 })
  }

  // MARK: files

  /// The directory of the user's own `config.toml` and `auth.toml`; nil without a home directory.
  public static func directory(_ context: Context) -> String? {
    context.environment["POETRY_CONFIG_DIR"] ?? context.directories.sharedConfiguration.map { "\($0)/pypoetry" }
  }

  private func path(_ name: String, in directory: String?) -> String? {
    directory.map { FileSystem.path(of: name, in: $0) }
  }

  // MARK: sources

  /// The places of sources, in order of precedence.
  private enum Place: CaseIterable {
    case variables, local, user, project
  }

  /// All sources, in order of precedence.
  func sources() throws(ConfigurationFailure) -> [ProjectSource] {
    var all: [ProjectSource] = []
    for place in Place.allCases { all += try sources(in: place) }
    return all
  }

  /// The URLs of a source, in the order in which Poetry looks them up. A file that cannot be read or parsed is skipped.
  public func urls(of name: String) -> [String] {
    Place.allCases.flatMap { (try? sources(in: $0)) ?? [] }.filter { $0.name == name }.map(\.url)
  }

  private func sources(in place: Place) throws(ConfigurationFailure) -> [ProjectSource] {
    switch place {
    case .variables: sourcesInVariables
    case .local: try repositories(in: path("poetry.toml", in: project))
    case .user: try repositories(in: path("config.toml", in: Self.directory(context)))
    case .project: try projectSources()
    }
  }

  private var sourcesInVariables: [ProjectSource] {
    context.environment.all.sorted { $0.key < $1.key }.compactMap { variable, url in
      guard !url.isEmpty, let name = Self.name(inVariable: variable) else { return nil }
      return ProjectSource(name: name, tool: .poetry, url: url, isForPublishing: true, place: variable, line: nil)
    }
  }

  private func repositories(in path: String?) throws(ConfigurationFailure) -> [ProjectSource] {
    guard let path, let file = try TOMLFile(path, context) else { return [] }
    var sources: [ProjectSource] = []
    for (name, table) in try file.table("repositories", in: file.root)?.tables ?? [] {
      sources += try file.sources("url", in: table, name: name, .poetry, isForPublishing: true)
    }
    return sources
  }

  private func projectSources() throws(ConfigurationFailure) -> [ProjectSource] {
    guard let path = path("pyproject.toml", in: project), let file = try TOMLFile(path, context) else { return [] }
    var sources: [ProjectSource] = []
    for source in try file.tables("source", in: file.tool("poetry")) {
      sources += try file.sources("url", in: source, name: try file.string("name", in: source), .poetry)
    }
    return sources
  }
}
