import Platform

/// The Pythons that clients run on, and what each of them sees. Two paths are the same Python if their directories are
/// the same and they lead to the same file: a virtual environment is a directory of its own.
struct PythonInterpreters: Sendable {
  private let probes: [String: Result<PythonProbe, FailureRecord>]
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
    let all = onPath + others
    let keys = Dictionary(
      all.map { python in
        let directory = FileSystem.parent(of: python).flatMap { files.resolved($0) } ?? ""
        return (python, "\(directory)\n\(files.resolved(python) ?? python)")
      }
    ) { first, _ in first }
    let distinct = all.distinct { keys[$0] == keys[$1] }
    let results = withTimeout(
      seconds: DoctorContext.pythonTimeout + 2,
      together: distinct.map { python in
        { PythonProbe.run(python, doctor.context, seconds: DoctorContext.pythonTimeout) }
      })
    var probes: [String: Result<PythonProbe, FailureRecord>] = [:]
    for (python, result) in zip(distinct, results) {
      probes[keys[python] ?? python] = result ?? .failure(FailureRecord("gave no answer"))
    }
    self.keys = keys
    self.probes = probes
    self.onPath = onPath
  }

  /// What a Python answered; nil for one that was not asked.
  func result(of python: String) -> Result<PythonProbe, FailureRecord>? { keys[python].flatMap { probes[$0] } }

  func probe(of python: String?) -> PythonProbe? { python.flatMap(result(of:)).flatMap { try? $0.get() } }

  /// Those on PATH, each one once.
  var distinctOnPath: [(path: String, result: Result<PythonProbe, FailureRecord>)] {
    onPath.distinct { keys[$0] == keys[$1] }.compactMap { path in result(of: path).map { (path, $0) } }
  }

  /// All that have the keyring package.
  var withKeyring: [PythonProbe] { probes.values.compactMap { try? $0.get() }.filter { $0.keyring != nil } }
}
