import Platform

/// The client programs of this machine and of the project in this folder, and the Python each of them runs on.
struct Clients: Sendable {
  struct Client: Sendable {
    let path: String
    /// Nil where its first lines do not tell.
    let python: String?
    /// What is known of its Python without running it.
    var view: PythonProbe?
  }

  let poetry: Client?
  let pips: [Client]
  let uv: String?
  /// All programs called `keyring`, in PATH's order.
  let keyrings: [SearchPath.Program]
  private let keyringPythons: [String: String]

  init(_ machine: DoctorContext) {
    let (path, files) = (machine.path, machine.context.files)
    poetry = path.programs("poetry").first.map { Client(path: $0.path, python: path.interpreter(of: $0.path, files)) }
    uv = path.programs("uv").first?.path
    keyrings = path.programs("keyring")
    // The one on PATH, and those of the virtual environments that are active or lie in the project.
    let active = machine.environment["VIRTUAL_ENV"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let candidates =
      [(path.programs("pip") + path.programs("pip3")).first, active.flatMap { path.program("pip", in: "\($0)/bin") }]
      .compactMap { $0 }
    var seen: [[UInt64]] = []
    var pips: [Client] = []
    for candidate in candidates where !seen.contains(candidate.status.identity) {
      seen.append(candidate.status.identity)
      pips.append(Client(path: candidate.path, python: path.interpreter(of: candidate.path, files)))
    }
    let own = "\(machine.folder)/.venv"
    if let candidate = path.program("pip", in: "\(own)/bin"), !seen.contains(candidate.status.identity) {
      let view = PythonProbe(readingEnvironment: own, files)
      pips.append(Client(path: candidate.path, python: nil, view: view))
    }
    self.pips = pips
    keyringPythons = Dictionary(
      keyrings.filter { !machine.installation.isOurs($0) }.prefix(3)
        .compactMap { program in path.interpreter(of: program.path, files).map { (program.path, $0) } }
    ) { first, _ in first }
  }

  /// The Python of somebody else's `keyring`.
  func python(of keyring: SearchPath.Program) -> String? { keyringPythons[keyring.path] }

  /// All Pythons in play.
  var pythons: [String] {
    [poetry?.python].compactMap { $0 } + pips.compactMap(\.python) + keyringPythons.values.sorted()
  }
}
