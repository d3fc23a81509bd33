import Platform

/// The Pythons that clients run on, and what each of them sees. Two paths are the same Python if their directories are
/// the same and they lead to the same file: a virtual environment is a directory of its own.
struct PythonInterpreters: Sendable {
  typealias Answer = Result<PythonProbe, FailureRecord>

  /// Each one once, with the paths that lead to it; those on PATH come first, in its order.
  private var asked: [(paths: [String], answer: Answer)] = []
  private var onPath: [String] = []

  /// No Pythons: there was no time to ask any.
  init() {}

  /// Asks them all at the same time.
  init(probing others: [String], _ doctor: DoctorContext) {
    onPath = doctor.path.directories.prefix(12).compactMap { directory in
      (doctor.path.program("python3", in: directory) ?? doctor.path.program("python", in: directory))?.path
    }
    let files = doctor.context.files
    let all = (onPath + others).map { python in
      (path: python, key: [FileSystem.parent(of: python).flatMap(files.resolved), files.resolved(python) ?? python])
    }
    let distinct = all.distinct { $0.key == $1.key }
    let answers = withTimeout(
      seconds: DoctorContext.pythonTimeout + 2,
      together: distinct.map { python in
        { PythonProbe.run(python.path, doctor.context, seconds: DoctorContext.pythonTimeout) }
      })
    asked = zip(distinct, answers).map { python, answer in
      (all.filter { $0.key == python.key }.map(\.path), answer ?? .failure(FailureRecord("gave no answer")))
    }
  }

  /// What a Python answered; nil for one that was not asked.
  func result(of python: String) -> Answer? { asked.first { $0.paths.contains(python) }?.answer }

  func probe(of python: String?) -> PythonProbe? { python.flatMap(result).flatMap { try? $0.get() } }

  var distinctOnPath: [(path: String, result: Answer)] {
    asked.compactMap { paths, answer in paths.first { onPath.contains($0) }.map { ($0, answer) } }
  }

  var withKeyring: [PythonProbe] { asked.compactMap { try? $0.answer.get() }.filter { $0.keyring != nil } }
}
