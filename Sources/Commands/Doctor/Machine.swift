import CodeArtifact
import Platform
import TokenStores

/// What the checks stand on: this user's surroundings, and what had to be asked of other programs, each with a deadline.
struct Machine: Sendable {
  /// Seconds for a Python to say what it sees.
  static let pythonPatience = 8.0
  /// Seconds for a lookup of a token, and for a repository to answer.
  static let tokenPatience = 8.0
  static let repositoryPatience = 4.0
  /// Seconds for all of it: whoever has not answered by then is named.
  static let patience = 13.0

  let surroundings: Surroundings
  let configuration: Configuration
  let configurationFailure: ConfigurationFailure?
  let installation: Installation
  let path: SearchPath
  /// The project in this folder; nil where its files cannot be read.
  let project: ProjectSources?
  let projectFailure: ConfigurationFailure?
  /// The last failure of a lookup. A lookup that succeeds forgets it: it is read before anybody is asked.
  let lastFailure: LastFailure.Kept?

  /// Reads what files and variables say.
  init(_ surroundings: Surroundings) { self.init(surroundings, lastFailure: LastFailure(surroundings).last) }

  /// Reads them again, when something has been repaired.
  init(again machine: Machine) { self.init(machine.surroundings, lastFailure: machine.lastFailure) }

  private init(_ surroundings: Surroundings, lastFailure: LastFailure.Kept?) {
    self.lastFailure = lastFailure
    self.surroundings = surroundings
    installation = Installation(OwnPrograms(surroundings.files), surroundings.files)
    path = SearchPath(surroundings)
    do {
      configuration = try Configuration.load(surroundings)
      configurationFailure = nil
    } catch {
      configuration = Configuration()
      configurationFailure = error
    }
    do {
      project = try ProjectSources.read(surroundings)
      projectFailure = nil
    } catch {
      project = nil
      projectFailure = error
    }
  }

  var now: Double { surroundings.clock.now() }
  var environment: Environment { surroundings.environment }

  /// The project's directory, or this one.
  var folder: String { project?.directory ?? surroundings.files.resolved(".") ?? "." }

  /// The variables whose names begin and end so, sorted.
  func variables(_ prefix: String, _ suffix: String = "") -> [(name: String, value: String)] {
    environment.all.filter {
      $0.key.hasPrefix(prefix) && $0.key.hasSuffix(suffix) && $0.key.count > prefix.count + suffix.count
        && !$0.value.isEmpty
    }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Names of sources that lead to CodeArtifact, as one tool knows them.
  func sourceNames(_ tool: ProjectSource.Tool) -> Set<String> {
    Set((project?.repositories(configuration) ?? []).filter { $0.source.tool == tool }.compactMap(\.source.name))
  }

  /// A file below the home directory.
  func inHome(_ name: String) -> String? { surroundings.directories.home.map { "\($0)/\(name)" } }
}
