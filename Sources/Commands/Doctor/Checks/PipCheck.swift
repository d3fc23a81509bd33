import ClientConfig
import CodeArtifact
import Platform

/// Whether pip uses codeartifact-keyring: its version, its `keyring-provider`, the `keyring` it would run, and its URLs.
struct PipCheck: Check {
  let area = Finding.Area.pip
  let doctor: DoctorContext
  let clients: Clients
  let pythons: PythonInterpreters
  private let files: (shared: [PipSettings.File], named: PipSettings.File?)

  init(doctor: DoctorContext, clients: Clients, pythons: PythonInterpreters) {
    self.doctor = doctor
    self.clients = clients
    self.pythons = pythons
    files = PipSettings.files(doctor.context)
  }

  var findings: [Finding] {
    let settings = broken + urls.findings
    guard !clients.pips.isEmpty else { return settings + [note("there is no pip on PATH")] }
    var own: [Finding] = []
    var titles: [String] = []
    for pip in clients.pips {
      let probe = self.probe(of: pip)
      let found = check(pip, probe)
      if found.isEmpty, let version = probe?.packages["pip"] { titles.append(version) }
      own += found
    }
    let fine =
      titles.isEmpty ? "its settings are correct" : "pip \(titles.joined(separator: ", ")) uses codeartifact-keyring"
    return (own.distinct() + settings).orOK(.pip, fine)
  }

  private var urls: PipURLCheck {
    PipURLCheck(doctor: doctor, layers: layers, needsUser: needsUser, hasUv: clients.uv != nil)
  }

  private func probe(of pip: Clients.Client) -> PythonProbe? { pip.probe ?? pythons.probe(of: pip.python) }

  // MARK: one pip

  /// Upgrades a pip that cannot get tokens, whose index may be a CodeArtifact repository.
  private static let upgrade = "-m pip install --upgrade --index-url https://pypi.org/simple/ pip"

  private func check(_ pip: Clients.Client, _ probe: PythonProbe?) -> [Finding] {
    guard let probe, let version = probe.packages["pip"] else {
      return [note("\(pip.path) was not checked: its Python is unknown")]
    }
    if Version(version) < Version("23.1") {
      // It can still import keyring if that is installed beside it.
      if probe.usesThisBackend { return [] }
      // Measured with pip 23.0.1: it asks so, and without `--no-input` alone.
      let title =
        Version(version) < Version("23.0")
        ? "pip \(version) (\(pip.path)) is too old to use codeartifact-keyring"
        : "pip \(version) (\(pip.path)) uses codeartifact-keyring only for URLs with aws@, and not with --no-input"
      if probe.isManaged {
        return [
          note(
            "\(title); it belongs to the system. Use a virtual environment with a newer pip",
            run: "python3 -m venv .venv && .venv/bin/python \(Self.upgrade)")
        ]
      }
      return [problem(title, run: "\(shellWord(probe.executable)) \(Self.upgrade)")]
    }
    // Settings that pip cannot read say nothing, and cannot be edited.
    let provider = broken.isEmpty ? KeyringProviderCheck.pip(layers(for: probe), doctor).findings : []
    return provider + [keyring(probe, pip)].compactMap { $0 }
  }

  /// pip runs no `keyring` from its own scripts' directory, but the next one on PATH.
  private func keyring(_ probe: PythonProbe, _ pip: Clients.Client) -> Finding? {
    guard let first = clients.keyrings.first, doctor.installation.includes(first), first.path.hasPrefix(probe.scripts)
    else { return nil }
    let identity = doctor.context.files.status(probe.scripts)?.identity
    let next = clients.keyrings.first { doctor.context.files.status($0.directory)?.identity != identity }
    if let next, doctor.installation.includes(next) { return nil }
    return problem(
      "\(pip.path) does not run the keyring in its own directory, \(probe.scripts), which is codeartifact-keyring's",
      run:
        "mkdir -p ~/.local/bin && ln -s \(shellWord(doctor.installation.keyringExecutable)) ~/.local/bin/keyring && export PATH=\"$HOME/.local/bin:$PATH\""
    )
  }

  // MARK: files

  /// The settings files that one pip reads.
  private func layers(for probe: PythonProbe?) -> [PipSettings.File] {
    let site = probe.flatMap { PipSettings.site(of: $0.prefix, doctor.context) }
    return files.shared + [site, files.named].compactMap { $0 }
  }

  /// The settings files of all pips.
  private var layers: [PipSettings.File] {
    ([layers(for: nil)] + clients.pips.map { layers(for: probe(of: $0)) }).flatMap { $0 }
      .distinct { $0.file.path == $1.file.path }
  }

  private var broken: [Finding] {
    layers.compactMap { layer in
      layer.file.ini.brokenLine.map {
        problem(
          "Python's configparser cannot read this file: pip fails", at: layer.file.place($0),
          run: EditCommand.open(layer.file.path))
      }
    }
  }

  /// The version of the oldest pip, if it asks keyring only for a URL with a user name: below 26.2.
  private var needsUser: String? {
    clients.pips.compactMap { probe(of: $0)?.packages["pip"] }
      .filter { Version($0) >= Version("23.1") && Version($0) < Version("26.2") }.min { Version($0) < Version($1) }
  }
}
