import ClientConfig
import CodeArtifact
import Platform
import TokenStores

/// What the checks read: this user's files and variables. Each program and service that is asked has a deadline.
struct DoctorContext: Sendable {
  /// Seconds for the answer of a Python.
  static let pythonTimeout = 8.0
  /// Seconds for a lookup of a token, and for a repository to answer.
  static let tokenTimeout = 8.0
  static let repositoryTimeout = 4.0
  /// Seconds for all checks together; the report names what has not answered by then.
  static let timeout = 13.0

  let context: Context
  let configuration: Configuration
  let configurationFailure: FailureRecord?
  let installation: Installation
  let path: SearchPath
  let clients: Clients
  /// The sources of the project in this folder, without those in files that cannot be read.
  let project: ProjectSources
  /// The last failure of a lookup. It is read before anything is looked up: success removes it.
  var lastFailure: LastFailure.Entry?

  /// The folder that `doctor` was called in.
  let directory: String
  /// The project's directory, or that folder.
  let folder: String

  init(_ context: Context, in directory: String = ".") {
    lastFailure = LastFailure(context).last
    self.context = context
    self.directory = directory
    installation = Installation(ProgramPaths(context.files), context.files)
    path = SearchPath(context)
    let loaded = Result { () throws(FailureRecord) in try Configuration.load(context) }
    configuration = (try? loaded.get()) ?? Configuration()
    configurationFailure = loaded.failure
    project = ProjectSources(in: directory, context)
    folder = project.directory ?? context.files.resolved(directory) ?? directory
    clients = Clients(context, path, installation, in: folder)
  }

  var now: Double { context.clock.now() }
  var environment: Environment { context.environment }

  /// The sources of the project that lead to CodeArtifact.
  var repositories: [ProjectSource] { project.repositories(configuration).map(\.source) }

  /// Names of sources that lead to CodeArtifact, as one tool knows them.
  func sourceNames(_ tool: ProjectSource.Tool) -> Set<String> {
    Set(repositories.filter { $0.tool == tool }.compactMap(\.name))
  }

  /// Whether a variable names the user of an index of uv's.
  func hasUser(uvIndex name: String?) -> Bool {
    name.map { environment["\(UvSettings.variables(ofIndex: $0))_USERNAME"] != nil } ?? false
  }

  /// Whether PDM reads packages from CodeArtifact, or publishes them there, by this name.
  func usesRepository(asPDM name: String, isForPublishing: Bool = false) -> Bool {
    repositories.contains {
      $0.tool == .pdm && $0.isForPublishing == isForPublishing && ($0.name ?? "pypi") == name
    }
  }

  var pyproject: SettingsFile? { SettingsFile("\(folder)/pyproject.toml", context) }
}

extension Result {
  /// Nil for a success.
  var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
