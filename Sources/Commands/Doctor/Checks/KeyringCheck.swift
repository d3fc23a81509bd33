import ClientConfig
import CodeArtifact
import Platform

/// Whether Python's keyring uses codeartifact-keyring: what `PYTHON_KEYRING_BACKEND` and `keyringrc.cfg` say, and which
/// backend every Python on PATH has. Poetry, twine, hatch and flit import keyring.
struct KeyringCheck: Check {
  private static let variable = PythonKeyringSettings.variable
  private static let profiles = [
    ".bashrc", ".bash_profile", ".profile", ".zshrc", ".zshenv", ".zprofile", ".config/fish/config.fish",
  ]

  let area = Finding.Area.keyring
  let doctor: DoctorContext
  let pythons: PythonInterpreters

  /// Why no Python would use codeartifact-keyring; empty where the settings are correct.
  private var causes: [Finding] { [override, configuredBackend].compactMap { $0 } }

  /// Whether the settings make every Python use codeartifact-keyring.
  var isBackendExpected: Bool { causes.allSatisfy { !$0.isAboutFailure } }

  var findings: [Finding] {
    let onPath = pythons.distinctOnPath.compactMap { path, result -> Finding? in
      switch result {
      case .failure(let failure):
        warning("\(path) \(failure.problem): which backend its keyring uses is unknown")
      case .success(let probe): keyring(of: probe, at: path, expectingBackend: isBackendExpected)
      }
    }
    let redundant = pythons.withKeyring.flatMap { probe in
      probe.installed(of: AlternativePackages.backends).map { name, version in
        note(
          "\(name) \(version) of \(probe.executable) is redundant: uninstall it", run: probe.pip("uninstall \(name)"))
      }
    }
    let count = pythons.withKeyring.filter(\.usesThisBackend).count
    return (causes + onPath + [overrideInNewShells].compactMap { $0 } + redundant).orOK(
      .keyring,
      count == 0
        ? "no Python on PATH has the keyring package"
        : "Python's keyring uses codeartifact-keyring (Pythons checked: \(count))")
  }

  /// The variable that takes precedence over `keyringrc.cfg`, which also says where the backend is.
  var override: Finding? {
    guard let chosen = doctor.environment[Self.variable], chosen != PythonKeyringSettings.backend else { return nil }
    return problem(
      "\(Self.variable)=\(oneLine(chosen, limit: 80)) takes precedence over keyringrc.cfg: tools that use Python's keyring do not ask codeartifact-keyring",
      at: profileLine.map { $0.file.place($0.index) }, run: "unset \(Self.variable)")
  }

  /// The variable in a shell's file that this shell has not read.
  private var overrideInNewShells: Finding? {
    guard doctor.environment[Self.variable] == nil, let (file, index) = profileLine else { return nil }
    return warning(
      "new shells will set \(Self.variable), which takes precedence over keyringrc.cfg", at: file.place(index),
      run: Self.isAlone(file.document, index)
        ? EditCommand.delete(index...index, of: file) : EditCommand.open(file.path))
  }

  /// Its line, counted from zero.
  private var profileLine: (file: SettingsFile, index: Int)? {
    guard let home = doctor.context.directories.home else { return nil }
    return Self.profiles.lazy.compactMap { SettingsFile("\(home)/\($0)", doctor.context) }.compactMap { file in
      file.document.lines.indices.last { sets(file.document.text($0)) }.map { (file, $0) }
    }.first
  }

  /// Whether a line sets this variable to a word and does nothing else, so that it can be deleted. An indented one may be the
  /// only one of a block.
  private static func isAlone(_ document: LineDocument, _ index: Int) -> Bool {
    let line = document.text(index)
    guard document.indent(index).isEmpty, index == 0 || !document.text(index - 1).hasSuffix("\\") else { return false }
    let words = (line.firstRange(of: " #").map { line[..<$0.lowerBound] } ?? line[...])
      .split(whereSeparator: \.isWhitespace)
    let isFish = words.count == 4 && words[0] == "set" && words[1].hasPrefix("-") && words[2] == variable
    let isSetting =
      (words.count == 1 || words.count == 2 && words[0] == "export") && words.last?.hasPrefix("\(variable)=") ?? false
    guard isFish || isSetting, let value = isFish ? words.last : words.last?.dropFirst(variable.count + 1) else {
      return false
    }
    return ["", "\"", "'"].contains { quote in
      value.hasPrefix(quote) && value.hasSuffix(quote)
        && value.dropFirst(quote.count).dropLast(quote.count).isASCIILettersDigits(or: "_-.:/")
    }
  }

  private func sets(_ line: String) -> Bool {
    let words = line.split { $0 == " " || $0 == "\t" }
    let isSetting =
      line.contains("\(Self.variable)=") || (words.first == "set" && words.contains { $0 == Self.variable })
    return isSetting && !line.hasPrefix("#") && !line.contains(PythonKeyringSettings.backend)
  }

  private var configuredBackend: Finding? {
    guard let path = PythonKeyringSettings.path(doctor.context) else { return nil }
    let file = SettingsFile(path, doctor.context)
    if let mistake = file?.iniMistake {
      return unreadable(mistake, "every tool that uses Python's keyring fails")
    }
    let chosen = file?.ini.value(["default-keyring"], in: "backend")
    if let file, let chosen, chosen.value == PythonKeyringSettings.backend {
      guard let line = file.ini.value(["keyring-path"], in: "backend"),
        doctor.context.files.status("\(line.value)/codeartifact_keyring/backend.py") == nil
      else { return nil }
      return problem(
        "keyring-path does not contain codeartifact-keyring's backend: every tool that uses Python's keyring fails",
        at: file.place(line.index), run: configurePoetry, repair: .configure(.poetry))
    }
    let asked = pythons.withKeyring
    // If every Python has the package, no configuration is needed.
    if !asked.isEmpty, asked.allSatisfy(\.usesThisBackend) { return nil }
    let words =
      chosen.map { "default-keyring is \(oneLine($0.value, limit: 80)), not codeartifact-keyring" }
      ?? "Python's keyring is not configured to use codeartifact-keyring"
    return Finding(
      area, asked.isEmpty && chosen == nil ? .note : .problem, words,
      at: .file(path, line: chosen.map { $0.index + 1 }), run: configurePoetry, repair: .configure(.poetry))
  }
}

private let configurePoetry = "\(Installation.name) configure poetry"

extension Check {
  /// What is wrong with the keyring that a Python sees; nil when nothing is.
  func keyring(of probe: PythonProbe, at path: String, expectingBackend: Bool) -> Finding? {
    guard let version = probe.keyring else { return nil }
    let title = "the keyring \(version) of \(path)"
    if probe.usesThisBackend {
      guard let helper = probe.helper, let status = doctor.context.files.status(helper),
        !doctor.installation.includes(SearchPath.Program(path: helper, status: status))
      else { return nil }
      return warning(
        "\(title) starts another installation of codeartifact-keyring, \(helper)", run: configurePoetry,
        repair: .configure(.poetry))
    }
    guard expectingBackend else { return nil }
    // If the settings are there already, writing them again does not help.
    let repair = isPoetryConfigured ? nil : Repair.configure(.poetry)
    if let failure = probe.failure {
      let install = probe.isManaged ? nil : probe.pip("install --force-reinstall keyring")
      return problem(
        "\(title) cannot be used: \(oneLine(failure, limit: 200))", run: repair == nil ? install : configurePoetry,
        repair: repair)
    }
    return problem(
      "\(title) uses \(oneLine(probe.backend ?? "no backend", limit: 80)), not codeartifact-keyring",
      run: configurePoetry, repair: repair)
  }

  /// Whether `keyringrc.cfg` has everything that `configure` would write.
  private var isPoetryConfigured: Bool {
    guard let file = PythonKeyringSettings.path(doctor.context).flatMap({ SettingsFile($0, doctor.context) }),
      let backend = BackendCopy(doctor.context), backend.isThere,
      let installed = try? ConfigureCommand.installedBackend(doctor.context)
    else { return false }
    let settings = PythonKeyringSettings(file.ini)
    return settings.defaultKeyring == PythonKeyringSettings.backend && settings.keyringPath == backend.path
      && backend.isLinked(to: installed)
  }
}
