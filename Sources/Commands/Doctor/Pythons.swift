import Platform

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
