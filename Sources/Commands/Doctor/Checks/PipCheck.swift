import ClientConfig
import CodeArtifact
import Platform

/// Whether pip uses codeartifact-keyring: its version, its `keyring-provider`, the `keyring` it would run, and its URLs.
struct PipCheck: Check {
  let area = Finding.Area.pip
  let doctor: DoctorContext
  let pythons: PythonInterpreters

  var findings: [Finding] {
    let settings = broken + urls
    guard !doctor.clients.pips.isEmpty else { return settings + [note("there is no pip on PATH")] }
    let checked = doctor.clients.pips.map { (pip: $0, findings: check($0)) }
    let fine = checked.filter(\.findings.isEmpty).compactMap { version(of: $0.pip) }
    return (checked.flatMap(\.findings).distinct() + settings).orOK(
      .pip,
      fine.isEmpty ? "its settings are correct" : "pip \(fine.joined(separator: ", ")) uses codeartifact-keyring")
  }

  private func probe(of pip: Clients.Client) -> PythonProbe? { pip.probe ?? pythons.probe(of: pip.python) }

  private func version(of pip: Clients.Client) -> String? { probe(of: pip)?.packages["pip"] }

  // MARK: one pip

  /// Upgrades a pip that cannot get tokens, whose index may be a CodeArtifact repository.
  private static let upgrade = "install --upgrade --index-url https://pypi.org/simple/ pip"

  private func check(_ pip: Clients.Client) -> [Finding] {
    guard let probe = probe(of: pip), let version = version(of: pip) else {
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
            run: "python3 -m venv .venv && .venv/bin/python -m pip \(Self.upgrade)")
        ]
      }
      return [problem(title, run: probe.pip(Self.upgrade))]
    }
    // Settings that pip cannot read say nothing, and cannot be edited.
    return [broken.isEmpty ? provider(for: probe) : nil, keyring(probe, pip)].compactMap { $0 }
  }

  /// What is wrong with `keyring-provider`, where a later file takes precedence.
  func provider(for probe: PythonProbe?) -> Finding? {
    let files = PipSettings.files(doctor.context, prefix: probe?.prefix)
    let settings = ["install", "global"].lazy.flatMap { section in
      files.reversed().compactMap { layer -> KeyringProvider? in
        guard let line = layer.file.ini.value(PipSettings.provider, in: section) else { return nil }
        let command =
          "pip config \(layer.option.isEmpty ? "" : layer.option + " ")set \(section).keyring-provider subprocess"
        return KeyringProvider(
          value: line.value, place: layer.file.place(line.index),
          command: layer.option == "--user" && section == "global" ? nil : command)
      }
    }
    let named = doctor.environment["PIP_CONFIG_FILE"].map { "PIP_CONFIG_FILE=\(oneLine($0, limit: 200))" }
    return keyringProvider(
      of: .pip, inFiles: settings.first, obstacle: PipSettings.readsUserFile(doctor.context) ? nil : named)
  }

  /// pip runs no `keyring` from its own scripts' directory, but the next one on PATH.
  private func keyring(_ probe: PythonProbe, _ pip: Clients.Client) -> Finding? {
    guard let first = doctor.clients.keyrings.first, doctor.installation.includes(first),
      first.path.hasPrefix(probe.scripts)
    else { return nil }
    let identity = doctor.context.files.status(probe.scripts)?.identity
    let next = doctor.clients.keyrings.first { doctor.context.files.status($0.directory)?.identity != identity }
    if let next, doctor.installation.includes(next) { return nil }
    return problem(
      "\(pip.path) does not run the keyring in its own directory, \(probe.scripts), which is codeartifact-keyring's",
      run:
        "mkdir -p ~/.local/bin && ln -s \(shellWord(doctor.installation.keyringExecutable)) ~/.local/bin/keyring && export PATH=\"$HOME/.local/bin:$PATH\""
    )
  }

  // MARK: files

  /// The settings files of all pips.
  var layers: [PipSettings.File] {
    ([nil] + doctor.clients.pips.map { probe(of: $0)?.prefix })
      .flatMap { PipSettings.files(doctor.context, prefix: $0) }.distinct { $0.file.path == $1.file.path }
  }

  private var broken: [Finding] { layers.compactMap(\.file.iniMistake).map { unreadable($0, "pip fails") } }

  /// The version of the oldest pip, if it asks keyring only for a URL with a user name: below 26.2.
  var needsUser: String? {
    doctor.clients.pips.compactMap(version)
      .filter { Version($0) >= Version("23.1") && Version($0) < Version("26.2") }.min { Version($0) < Version($1) }
  }
}
