import Platform

/// The Pythons that clients run on, and what each of them sees. Two paths are the same Python if their directories are
/// the same and they lead to the same file: a virtual environment is a directory of its own.
struct PythonInterpreters: Sendable {
  private let probes: [String: Result<PythonProbe, PythonProbeFailure>]
  private let keys: [String: String]
  /// Those on PATH, in its order.
  let onPath: [String]

  /// No Pythons: there was no time to ask any.
  init() { (probes, keys, onPath) = ([:], [:], []) }

  /// Asks them all at the same time.
  init(probing others: [String], _ doctor: DoctorContext) {
    let onPath = doctor.path.directories.prefix(12).compactMap { directory in
      (doctor.path.program("python3", in: directory) ?? doctor.path.program("python", in: directory))?.path
    }
    let files = doctor.context.files
    var keys: [String: String] = [:]
    var first: [(key: String, python: String)] = []
    for python in onPath + others where keys[python] == nil {
      let directory = FileSystem.parent(of: python).flatMap { files.resolved($0) } ?? ""
      let key = "\(directory)\n\(files.resolved(python) ?? python)"
      keys[python] = key
      if !first.contains(where: { $0.key == key }) { first.append((key, python)) }
    }
    let results = withTimeout(
      seconds: DoctorContext.pythonTimeout + 2,
      together: first.map { item in
        { PythonProbe.run(item.python, doctor.context, seconds: DoctorContext.pythonTimeout) }
      })
    var probes: [String: Result<PythonProbe, PythonProbeFailure>] = [:]
    for (item, result) in zip(first, results) {
      probes[item.key] = result ?? .failure(PythonProbeFailure(reason: "gave no answer"))
    }
    self.keys = keys
    self.probes = probes
    self.onPath = onPath
  }

  /// What a Python answered; nil for one that was not asked.
  func result(of python: String) -> Result<PythonProbe, PythonProbeFailure>? { keys[python].flatMap { probes[$0] } }

  func probe(of python: String?) -> PythonProbe? { python.flatMap(result(of:)).flatMap { try? $0.get() } }

  /// Those on PATH, each one once.
  var distinctOnPath: [(path: String, result: Result<PythonProbe, PythonProbeFailure>)] {
    var seen: Set<String> = []
    return onPath.compactMap { path in
      guard let key = keys[path], seen.insert(key).inserted, let result = probes[key] else { return nil }
      return (path, result)
    }
  }

  /// All that have the keyring package.
  var withKeyring: [PythonProbe] { probes.values.compactMap { try? $0.get() }.filter { $0.keyring != nil } }
}
