import ClientConfig
import CodeArtifact
import Platform

/// Whether Python's keyring uses codeartifact-keyring: what `PYTHON_KEYRING_BACKEND` and `keyringrc.cfg` say, and which
/// backend every Python on PATH has. Poetry, twine, hatch and flit import keyring.
struct KeyringCheck {
  private static let variable = PythonKeyringSettings.variable
  private static let profiles = [
    ".bashrc", ".bash_profile", ".profile", ".zshrc", ".zshenv", ".zprofile", ".config/fish/config.fish",
  ]

  let machine: DoctorContext
  let pythons: PythonInterpreters

  /// Why no Python would use codeartifact-keyring; empty where the settings are correct.
  var causes: [Finding] { [override, choice].compactMap { $0 } }

  var findings: [Finding] {
    var findings = causes
    findings += pythonFindings(expectingBackend: findings.allSatisfy { !$0.isAboutFailure })
    if let later { findings.append(later) }
    findings += rivals
    let ours = pythons.withKeyring.filter(\.isOurs).count
    return findings.orFine(
      .keyring,
      ours == 0
        ? "no Python on PATH has the keyring package"
        : "Python's keyring uses codeartifact-keyring (Pythons checked: \(ours))")
  }

  /// The variable that takes precedence over `keyringrc.cfg`, which also says where the backend is.
  private var override: Finding? {
    guard let chosen = machine.environment[Self.variable], chosen != PythonKeyringSettings.backend else { return nil }
    return Finding(
      .keyring, .problem,
      "\(Self.variable)=\(oneLine(chosen, limit: 80)) takes precedence over keyringrc.cfg: tools that use Python's keyring do not ask codeartifact-keyring",
      at: profileLine?.place, run: "unset \(Self.variable)")
  }

  /// The variable in a shell's file that this shell has not read.
  private var later: Finding? {
    guard machine.environment[Self.variable] == nil, let line = profileLine else { return nil }
    return Finding(
      .keyring, .warning, "new shells will set \(Self.variable), which takes precedence over keyringrc.cfg",
      at: line.place,
      run: EditCommand.delete(line.number...line.number, of: line.place.file))
  }

  /// Its line, counted from zero.
  private var profileLine: (place: Finding.Place, number: Int)? {
    for name in Self.profiles {
      guard let path = machine.inHome(name), let file = SettingsFile(path, machine.context),
        let index = file.document.lines.indices.last(where: { sets(file.document.text($0)) })
      else { continue }
      return (file.place(index), index)
    }
    return nil
  }

  private func sets(_ line: String) -> Bool {
    let words = line.split { $0 == " " || $0 == "\t" }
    let isSetting =
      line.contains("\(Self.variable)=") || (words.first == "set" && words.contains { $0 == Self.variable })
    return isSetting && !line.hasPrefix("#") && !line.contains(PythonKeyringSettings.backend)
  }

  private var choice: Finding? {
    guard let path = PythonKeyringSettings.path(machine.context) else { return nil }
    let command = "\(Installation.name) configure poetry"
    let file = SettingsFile(path, machine.context)
    if let file, let line = file.ini.brokenLine {
      return Finding(
        .keyring, .problem, "Python's configparser cannot read this file: every tool that uses Python's keyring fails",
        at: file.place(line), run: EditCommand.open(path))
    }
    let chosen = file?.value(["default-keyring"], in: "backend")
    if let file, let chosen, chosen.value == PythonKeyringSettings.backend {
      guard let line = file.value(["keyring-path"], in: "backend"),
        machine.context.files.status("\(line.value)/codeartifact_keyring/backend.py") == nil
      else { return nil }
      return Finding(
        .keyring, .problem,
        "keyring-path does not contain codeartifact-keyring's backend: every tool that uses Python's keyring fails",
        at: file.place(line.index), run: command, repair: .configure(.poetry))
    }
    let asked = pythons.withKeyring
    // If every Python has the package, no configuration is needed.
    if !asked.isEmpty, asked.allSatisfy(\.isOurs) { return nil }
    let words =
      chosen.map { "default-keyring is \(oneLine($0.value, limit: 80)), not codeartifact-keyring" }
      ?? "Python's keyring is not configured to use codeartifact-keyring"
    return Finding(
      .keyring, asked.isEmpty && chosen == nil ? .note : .problem, words,
      at: file.map { $0.place(chosen?.index) } ?? Finding.Place(file: path, line: nil), run: command,
      repair: .configure(.poetry))
  }

  private func pythonFindings(expectingBackend: Bool) -> [Finding] {
    pythons.distinctOnPath.flatMap { path, answer -> [Finding] in
      switch answer {
      case .failure(let blindness):
        return [Finding(.keyring, .warning, "\(path) \(blindness.reason): which backend its keyring uses is unknown")]
      case .success(let view):
        return Self.finding(view, at: path, machine, expectingBackend: expectingBackend, area: .keyring).map { [$0] }
          ?? []
      }
    }
  }

  /// What is wrong with the keyring that a Python sees; nil when nothing is.
  static func finding(
    _ view: PythonProbe, at path: String, _ machine: DoctorContext, expectingBackend: Bool, area: Finding.Area
  ) -> Finding? {
    guard let version = view.keyring else { return nil }
    let title = "the keyring \(version) of \(path)"
    if view.isOurs {
      guard let helper = view.helper, let status = machine.context.files.status(helper),
        !machine.installation.isOurs(SearchPath.Program(path: helper, status: status))
      else { return nil }
      return Finding(
        area, .warning, "\(title) starts another installation of codeartifact-keyring, \(helper)",
        run: "\(Installation.name) configure poetry",
        repair: .configure(.poetry))
    }
    guard expectingBackend else { return nil }
    let configure = "\(Installation.name) configure poetry"
    // If the settings are there already, writing them again does not help.
    let repair = isTold(machine) ? nil : Repair.configure(.poetry)
    if let failure = view.failure {
      let install = view.isManaged ? nil : "\(shellWord(view.executable)) -m pip install --force-reinstall keyring"
      return Finding(
        area, .problem, "\(title) cannot be used: \(oneLine(failure, limit: 200))",
        run: repair == nil ? install : configure, repair: repair)
    }
    return Finding(
      area, .problem, "\(title) uses \(oneLine(view.backend ?? "no backend", limit: 80)), not codeartifact-keyring",
      run: configure,
      repair: repair)
  }

  /// Whether `keyringrc.cfg` has everything that `configure` would write.
  private static func isTold(_ machine: DoctorContext) -> Bool {
    guard let file = PythonKeyringSettings.path(machine.context).flatMap({ SettingsFile($0, machine.context) }),
      let backend = BackendCopy(machine.context), backend.isThere,
      let installed = try? ConfigureCommand.installedBackend(machine.context)
    else { return false }
    let settings = PythonKeyringSettings(file.ini)
    return settings.defaultKeyring == PythonKeyringSettings.backend && settings.keyringPath == backend.path
      && backend.leads(to: installed)
  }

  private var rivals: [Finding] {
    pythons.withKeyring.flatMap { view in
      FormerHelpers.backends.compactMap { name in
        view.packages[name].map {
          Finding(
            .keyring, .note, "\(name) \($0) of \(view.executable) is redundant: uninstall it",
            run: "\(shellWord(view.executable)) -m pip uninstall \(name)")
        }
      }
    }
  }
}
