import Platform

/// The client programs of this machine and of the project in this folder, and the Python each of them runs on.
struct Clients: Sendable {
  struct Client: Sendable {
    let path: String
    /// Nil if its first lines do not name one.
    let python: String?
    /// What is known of its Python without running it.
    var probe: PythonProbe?
  }

  let poetry: Client?
  let pips: [Client]
  let uv: String?
  /// All programs called `keyring`, in PATH's order.
  let keyrings: [SearchPath.Program]
  private let keyringPythons: [String: String]

  init(_ doctor: DoctorContext) {
    let (path, files) = (doctor.path, doctor.context.files)
    poetry = path.programs("poetry").first.map { Client(path: $0.path, python: path.interpreter(of: $0.path, files)) }
    uv = path.programs("uv").first?.path
    keyrings = path.programs("keyring")
    // The one on PATH, and those of the virtual environments that are active or lie in the project.
    let active = doctor.environment["VIRTUAL_ENV"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let own = "\(doctor.folder)/.venv"
    let asked = [
      (path.programs("pip") + path.programs("pip3")).first, active.flatMap { path.program("pip", in: "\($0)/bin") },
    ].compactMap { $0 }.map { ($0, Client(path: $0.path, python: path.interpreter(of: $0.path, files))) }
    let read = [path.program("pip", in: "\(own)/bin")].compactMap { $0 }
      .map { ($0, Client(path: $0.path, python: nil, probe: PythonProbe(readingEnvironment: own, files))) }
    pips = (asked + read).distinct { $0.0.status.identity == $1.0.status.identity }.map(\.1)
    keyringPythons = Dictionary(
      keyrings.filter { !doctor.installation.includes($0) }.prefix(3)
        .compactMap { program in path.interpreter(of: program.path, files).map { (program.path, $0) } }
    ) { first, _ in first }
  }

  /// The Python that another `keyring` program runs on.
  func python(of keyring: SearchPath.Program) -> String? { keyringPythons[keyring.path] }

  /// All Pythons that these programs run on.
  var pythons: [String] {
    [poetry?.python].compactMap { $0 } + pips.compactMap(\.python) + keyringPythons.values.sorted()
  }
}
