import Platform

/// The Pythons that clients run on, and what they see. A Python is one by its directory and the file behind it: that is
/// what makes a virtual environment.
struct PythonInterpreters: Sendable {
  private let views: [String: Result<PythonProbe, PythonProbeFailure>]
  private let keys: [String: String]
  /// Those on PATH, in its order.
  let onPath: [String]

  /// None, where there was no time to ask any.
  init() { (views, keys, onPath) = ([:], [:], []) }

  /// Asks them all at the same time.
  init(asking others: [String], _ machine: DoctorContext) {
    let onPath = machine.path.directories.prefix(12).compactMap { directory in
      (machine.path.program("python3", in: directory) ?? machine.path.program("python", in: directory))?.path
    }
    let files = machine.context.files
    var keys: [String: String] = [:]
    var first: [(key: String, python: String)] = []
    for python in onPath + others where keys[python] == nil {
      let directory = FileSystem.parent(of: python).flatMap { files.resolved($0) } ?? ""
      let key = "\(directory)\n\(files.resolved(python) ?? python)"
      keys[python] = key
      if !first.contains(where: { $0.key == key }) { first.append((key, python)) }
    }
    let answers = withTimeout(
      seconds: DoctorContext.pythonPatience + 2,
      together: first.map { item in
        { PythonProbe.look(item.python, machine.context, seconds: DoctorContext.pythonPatience) }
      })
    var views: [String: Result<PythonProbe, PythonProbeFailure>] = [:]
    for (item, answer) in zip(first, answers) {
      views[item.key] = answer ?? .failure(PythonProbeFailure(reason: "gave no answer"))
    }
    self.keys = keys
    self.views = views
    self.onPath = onPath
  }

  /// What a Python answered; nil for one that was not asked.
  func answer(of python: String) -> Result<PythonProbe, PythonProbeFailure>? { keys[python].flatMap { views[$0] } }

  func view(of python: String?) -> PythonProbe? { python.flatMap(answer(of:)).flatMap { try? $0.get() } }

  /// Those on PATH, each one once.
  var distinctOnPath: [(path: String, answer: Result<PythonProbe, PythonProbeFailure>)] {
    var seen: Set<String> = []
    return onPath.compactMap { path in
      guard let key = keys[path], seen.insert(key).inserted, let answer = views[key] else { return nil }
      return (path, answer)
    }
  }

  /// All that have the keyring package.
  var withKeyring: [PythonProbe] { views.values.compactMap { try? $0.get() }.filter { $0.keyring != nil } }
}
