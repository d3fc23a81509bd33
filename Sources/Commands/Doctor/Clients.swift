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
  /// All Pythons that these programs run on.
  let pythons: [String]

  /// `folder` is that of the project.
  init(_ context: Context, _ path: SearchPath, _ installation: Installation, in folder: String) {
    let files = context.files
    poetry = path.programs("poetry").first.map { Client(path: $0.path, python: path.interpreter(of: $0.path, files)) }
    uv = path.programs("uv").first?.path
    keyrings = path.programs("keyring")
    // The one on PATH, and those of the virtual environments that are active or lie in the project.
    let active = context.environment["VIRTUAL_ENV"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let own = "\(folder)/.venv"
    let asked = [
      (path.programs("pip") + path.programs("pip3")).first, active.flatMap { path.program("pip", in: "\($0)/bin") },
    ].compactMap { $0 }.map { ($0, Client(path: $0.path, python: path.interpreter(of: $0.path, files))) }
    let read = [path.program("pip", in: "\(own)/bin")].compactMap { $0 }
      .map { ($0, Client(path: $0.path, python: nil, probe: PythonProbe(readingEnvironment: own, files))) }
    pips = (asked + read).distinct { $0.0.status.identity == $1.0.status.identity }.map(\.1)
    let others = keyrings.filter { !installation.includes($0) }.prefix(3)
    pythons =
      [poetry?.python].compactMap { $0 } + pips.compactMap(\.python)
      + others.compactMap { path.interpreter(of: $0.path, files) }
  }
}

extension SearchPath {
  /// The Python that a script is run with, by its first lines; nil for what is no Python script.
  func interpreter(of script: String, _ files: FileSystem) -> String? {
    guard let bytes = try? files.read(script) else { return nil }
    let lines = String(decoding: bytes.prefix(4096), as: UTF8.self)
      .split(maxSplits: 2, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let first = lines.first, first.hasPrefix("#!") else { return nil }
    let words = first.dropFirst(2).split(separator: " ").map(String.init)
    guard let program = words.first else { return nil }
    if program.hasSuffix("/env"), let name = words.dropFirst().first(where: { !$0.hasPrefix("-") }) {
      return Self.isPython(name) ? programs(name).first?.path : nil
    }
    // What pip writes where the path is too long for the kernel, or has a space in it: '''exec' "/a b/python" "$0" "$@"
    if program == "/bin/sh", lines.count > 1, lines[1].hasPrefix("'''exec' ") {
      let rest = lines[1].dropFirst("'''exec' ".count)
      let path =
        rest.hasPrefix("\"") ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != " " }
      return Self.isPython(String(path)) && path.hasPrefix("/") ? String(path) : nil
    }
    return Self.isPython(program) && program.hasPrefix("/") ? program : nil
  }

  private static func isPython(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return name.hasPrefix("python") || name.hasPrefix("pypy")
  }
}
