import Platform

/// Poetry's settings: where they are, how its variables spell names, and the URLs of its sources, whose names it gives
/// to a keyring.
/// Source: Poetry 2.5 `config/config.py` and `factory.py`
public struct PoetrySettings: Sendable {
  private let context: Context
  private let project: String?

  /// The settings of this user, in the project that a directory belongs to.
  public init(_ context: Context, in directory: String = ".") {
    self.context = context
    project = context.files.nearestDirectory(upFrom: directory, having: "pyproject.toml")
  }

  // MARK: names

  /// The source's name in a service `poetry-repository-NAME`; nil for every other service.
  public static func name(inService service: String) -> String? {
    let prefix = "poetry-repository-"
    guard service.utf8.starts(with: prefix.utf8), service.utf8.count > prefix.utf8.count else { return nil }
    return String(decoding: service.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// The prefix of the two variables with a source's user and password.
  public static func variables(ofSource name: String) -> String { "POETRY_HTTP_BASIC_\(spelled(name))" }

  /// The start of the variables with a token for publishing, which Poetry sends with the user name `__token__`.
  public static let tokenVariables = "POETRY_PYPI_TOKEN_"

  /// The variable with a repository's token for publishing.
  public static func tokenVariable(of name: String) -> String { tokenVariables + spelled(name) }

  /// A name in a variable: Poetry turns hyphens and dots into underscores.
  private static func spelled(_ name: String) -> String {
    String(name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
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

  /// The sources of each place, in order of precedence.
  private var places: [Result<[ProjectSource], FailureRecord>] {
    [
      .success(sourcesInVariables), repositories(in: path("poetry.toml", in: project)),
      repositories(in: path("config.toml", in: Self.directory(context))), projectSources,
    ]
  }

  /// All sources, in order of precedence.
  var sources: FoundSources {
    var found = FoundSources()
    for sources in places { found.add { () throws(FailureRecord) in try sources.get() } }
    return found
  }

  /// The URLs of a source, in the order in which Poetry looks them up. A file that cannot be read or parsed is skipped.
  public func urls(of name: String) -> [String] {
    places.flatMap { (try? $0.get()) ?? [] }.filter { $0.name == name }.map(\.url)
  }

  private var sourcesInVariables: [ProjectSource] {
    context.environment.all.sorted { $0.key < $1.key }.compactMap { variable, url in
      guard !url.isEmpty, let name = Self.name(inVariable: variable) else { return nil }
      return ProjectSource(name: name, tool: .poetry, url: url, isForPublishing: true, place: variable)
    }
  }

  private func repositories(in path: String?) -> Result<[ProjectSource], FailureRecord> {
    Result { () throws(FailureRecord) in
      guard let path, let file = try TOMLFile(path, context) else { return [] }
      var sources: [ProjectSource] = []
      for (name, table) in try file.table("repositories", in: file.root)?.tables ?? [] {
        sources += try file.sources("url", in: table, name: name, .poetry, isForPublishing: true)
      }
      return sources
    }
  }

  private var projectSources: Result<[ProjectSource], FailureRecord> {
    Result { () throws(FailureRecord) in
      guard let path = path("pyproject.toml", in: project), let file = try TOMLFile(path, context) else { return [] }
      return try file.sources(inTables: "source", of: file.tool("poetry"), .poetry)
    }
  }
}
