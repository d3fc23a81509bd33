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
  let program: OwnProgram
  let path: SearchPath
  /// The project in this folder; nil where its files cannot be read.
  let project: ProjectSources?
  let projectFailure: ConfigurationFailure?

  /// Reads what files and variables say.
  init(_ surroundings: Surroundings, program: OwnProgram? = nil) {
    self.surroundings = surroundings
    self.program = program ?? OwnProgram(surroundings)
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

/// The Pythons that clients run on, and what they see. A Python is one by its directory and the file behind it: that is
/// what makes a virtual environment.
struct Pythons: Sendable {
  private let views: [String: Result<PythonView, Blindness>]
  private let keys: [String: String]
  /// Those on PATH, in its order.
  let onPath: [String]

  /// None, where there was no time to ask any.
  init() { (views, keys, onPath) = ([:], [:], []) }

  /// Asks them all at the same time.
  init(asking others: [String], _ machine: Machine) {
    let onPath = machine.path.directories.prefix(12).compactMap { directory in
      (machine.path.program("python3", in: directory) ?? machine.path.program("python", in: directory))?.path
    }
    let files = machine.surroundings.files
    var keys: [String: String] = [:]
    var first: [(key: String, python: String)] = []
    for python in onPath + others where keys[python] == nil {
      let directory = FileSystem.parent(of: python).flatMap { files.resolved($0) } ?? ""
      let key = "\(directory)\n\(files.resolved(python) ?? python)"
      keys[python] = key
      if !first.contains(where: { $0.key == key }) { first.append((key, python)) }
    }
    let answers = patiently(
      seconds: Machine.pythonPatience + 2,
      together: first.map { item in
        { PythonView.look(item.python, machine.surroundings, seconds: Machine.pythonPatience) }
      })
    var views: [String: Result<PythonView, Blindness>] = [:]
    for (item, answer) in zip(first, answers) {
      views[item.key] = answer ?? .failure(Blindness(reason: "gave no answer"))
    }
    self.keys = keys
    self.views = views
    self.onPath = onPath
  }

  /// What a Python answered; nil for one that was not asked.
  func answer(of python: String) -> Result<PythonView, Blindness>? { keys[python].flatMap { views[$0] } }

  func view(of python: String?) -> PythonView? { python.flatMap(answer(of:)).flatMap { try? $0.get() } }

  /// Those on PATH, each one once.
  var distinctOnPath: [(path: String, answer: Result<PythonView, Blindness>)] {
    var seen: Set<String> = []
    return onPath.compactMap { path in
      guard let key = keys[path], seen.insert(key).inserted, let answer = views[key] else { return nil }
      return (path, answer)
    }
  }

  /// All that have the keyring package.
  var withKeyring: [PythonView] { views.values.compactMap { try? $0.get() }.filter { $0.keyring != nil } }
}
