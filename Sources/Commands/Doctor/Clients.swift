import Platform

/// The client programs of this machine and of the project in this folder, and the Python each of them runs on.
struct Clients: Sendable {
  struct Client: Sendable {
    let path: String
    /// Nil where its first lines do not tell.
    let python: String?
  }

  let poetry: Client?
  let pips: [Client]
  let uv: String?
  /// All programs called `keyring`, in PATH's order.
  let keyrings: [SearchPath.Program]
  private let keyringPythons: [String: String]

  init(_ machine: Machine) {
    let path = machine.path
    poetry = path.programs("poetry").first.map { Client(path: $0.path, python: path.interpreter(of: $0.path)) }
    uv = path.programs("uv").first?.path
    keyrings = path.programs("keyring")
    // pip of the virtual environment that is active or lies in the project; else the one on PATH.
    let environments = [machine.environment["VIRTUAL_ENV"], "\(machine.folder)/.venv"].compactMap { $0 }
    let candidates =
      [(path.programs("pip") + path.programs("pip3")).first].compactMap { $0 }
      + environments.compactMap { path.program("pip", in: "\($0)/bin") }
    var seen: [[UInt64]] = []
    pips = candidates.compactMap { candidate in
      guard !seen.contains(candidate.status.identity) else { return nil }
      seen.append(candidate.status.identity)
      return Client(path: candidate.path, python: path.interpreter(of: candidate.path))
    }
    keyringPythons = Dictionary(
      keyrings.filter { !machine.program.isSame($0) }.prefix(3)
        .compactMap { program in path.interpreter(of: program.path).map { (program.path, $0) } }
    ) { first, _ in first }
  }

  /// The Python of somebody else's `keyring`.
  func python(of keyring: SearchPath.Program) -> String? { keyringPythons[keyring.path] }

  /// All Pythons in play.
  var pythons: [String] {
    [poetry?.python].compactMap { $0 } + pips.compactMap(\.python) + keyringPythons.values.sorted()
  }
}
