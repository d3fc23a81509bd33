import CodeArtifact
import Platform

/// Whether pip asks us: its version, its `keyring-provider`, the `keyring` it would run, and URLs with a password in them.
struct PipCheck {
  private static let urlNames: Set<String> = ["index-url", "extra-index-url", "index_url", "extra_index_url"]

  let machine: Machine
  let clients: Clients
  let pythons: Pythons
  let files: PipFiles

  init(machine: Machine, clients: Clients, pythons: Pythons) {
    self.machine = machine
    self.clients = clients
    self.pythons = pythons
    files = PipFiles(machine)
  }

  var findings: [Finding] {
    let settings = passwords + variables + requirements
    guard !clients.pips.isEmpty else { return settings + [Finding(.pip, .note, "there is no pip on PATH")] }
    var own: [Finding] = []
    var titles: [String] = []
    for pip in clients.pips {
      let view = self.view(of: pip)
      let found = check(pip, view)
      if found.isEmpty, let version = view?.packages["pip"] { titles.append(version) }
      own += found
    }
    let fine = titles.isEmpty ? "nothing stands in its way" : "pip \(titles.joined(separator: ", ")) asks us"
    return (distinct(own) + settings).orFine(.pip, fine)
  }

  private func view(of pip: Clients.Client) -> PythonView? { pip.view ?? pythons.view(of: pip.python) }

  private func distinct(_ findings: [Finding]) -> [Finding] {
    var all: [Finding] = []
    for finding in findings where !all.contains(finding) { all.append(finding) }
    return all
  }

  // MARK: one pip

  private func check(_ pip: Clients.Client, _ view: PythonView?) -> [Finding] {
    guard let view, let version = view.packages["pip"] else {
      return [Finding(.pip, .note, "\(pip.path) does not tell which Python it runs on: it was not looked at")]
    }
    if Version(version) < Version("23.1") {
      // It can still import keyring where that is beside it.
      if view.isOurs { return [] }
      let title = "pip \(version) (\(pip.path)) is too old to ask us"
      if view.isManaged {
        return [
          Finding(
            .pip, .note, "\(title); it is the system's. Use one of a virtual environment", run: "python3 -m venv .venv")
        ]
      }
      return [Finding(.pip, .problem, title, run: "\(shellWord(view.executable)) -m pip install --upgrade pip")]
    }
    return [provider(view, pip), keyring(view, pip)].compactMap { $0 }
  }

  /// `keyring-provider` as this pip reads it.
  private func provider(_ view: PythonView, _ pip: Clients.Client) -> Finding? {
    let variable = "PIP_KEYRING_PROVIDER"
    if let value = machine.environment[variable] {
      return value == "subprocess" ? nil : finding(value, variable: variable)
    }
    for section in ["install", "global"] {
      for layer in files.layers(for: view).reversed() {
        guard let line = layer.file.value(["keyring-provider", "keyring_provider"], in: section) else { continue }
        if line.value == "subprocess" { return nil }
        let isOurs = layer.option == "--user" && section == "global"
        return Finding(
          .pip, severity(line.value), "keyring-provider is \(oneLine(line.value, limit: 40))\(consequence(line.value))",
          at: layer.file.place(line.index),
          run: isOurs
            ? "\(Installation.name) configure pip"
            : "pip config \(layer.option.isEmpty ? "" : layer.option + " ")set \(section).keyring-provider subprocess",
          repair: isOurs ? .configure(.pip) : nil)
      }
    }
    return Finding(
      .pip, .problem, "pip is not told to ask us (keyring-provider)", run: "\(Installation.name) configure pip",
      repair: .configure(.pip))
  }

  private func finding(_ value: String, variable: String) -> Finding {
    Finding(
      .pip, severity(value), "\(variable) is \(oneLine(value, limit: 40))\(consequence(value))",
      run: "unset \(variable)")
  }

  private func severity(_ provider: String) -> Finding.Severity { provider == "import" ? .warning : .problem }

  private func consequence(_ provider: String) -> String {
    provider == "import" ? ": pip asks us only where the keyring package is beside it" : ": pip does not ask us"
  }

  /// pip runs no `keyring` from its own scripts' directory, but the next one on PATH.
  private func keyring(_ view: PythonView, _ pip: Clients.Client) -> Finding? {
    guard let first = clients.keyrings.first, machine.installation.isOurs(first), first.path.hasPrefix(view.scripts)
    else { return nil }
    let identity = machine.surroundings.files.status(view.scripts)?.identity
    let next = clients.keyrings.first { machine.surroundings.files.status($0.directory)?.identity != identity }
    if let next, machine.installation.isOurs(next) { return nil }
    return Finding(
      .pip, .problem, "\(pip.path) runs no keyring from its own directory, \(view.scripts), where ours is",
      run:
        "mkdir -p ~/.local/bin && ln -s \(shellWord(machine.installation.program)) ~/.local/bin/keyring && export PATH=\"$HOME/.local/bin:$PATH\""
    )
  }

  // MARK: URLs

  /// The oldest pip that is looked at: below 26.2 it asks only for a URL with a user's name.
  private var needsUser: String? {
    clients.pips.compactMap { view(of: $0)?.packages["pip"] }
      .filter { Version($0) >= Version("23.1") && Version($0) < Version("26.2") }.min { Version($0) < Version($1) }
  }

  private var passwords: [Finding] {
    var layers = files.shared + [files.named].compactMap { $0 }
    for pip in clients.pips {
      if let site = files.site(of: view(of: pip)),
        !layers.contains(where: { $0.file.path == site.file.path })
      {
        layers.append(site)
      }
    }
    return layers.flatMap { layer in
      layer.file.settings.filter { Self.urlNames.contains($0.name) }.compactMap { line in
        finding(
          WrittenURL.all(in: line.value), what: line.name, at: layer.file.place(line.index),
          run: { url in
            let isAlone = layer.file.settings.filter { ($0.section, $0.name) == (line.section, line.name) }.count == 1
            let option = layer.option.isEmpty ? "" : "\(layer.option) "
            return isAlone && !layer.option.isEmpty
              ? "pip config \(option)set \(shellWord("\(line.section).\(line.name)")) "
                + shellWord(url.with(user: AuthorizationToken.username))
              : "sed -i '\(line.index + 1)s|//[^/]*@|//|; \(line.index + 1)s|//|//aws@|' \(shellWord(layer.file.path))"
          }, repair: { layer.file.withoutPasswords(line.index, $0, now: machine.now) })
      }
    }
  }

  private var variables: [Finding] {
    ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"].compactMap { name in
      guard let value = machine.environment[name] else { return nil }
      return finding(
        WrittenURL.all(in: value), what: name, at: nil, run: { _ in "unset \(name)" }, repair: { _ in nil })
    }
  }

  /// Options in the project's requirements files.
  private var requirements: [Finding] {
    machine.surroundings.files.names(in: machine.folder)
      .filter { $0.hasPrefix("requirements") && $0.hasSuffix(".txt") }
      .compactMap { SettingsFile("\(machine.folder)/\($0)", machine.surroundings) }
      .flatMap { file in
        file.document.lines.indices.compactMap { index -> Finding? in
          let text = file.document.text(index)
          guard text.hasPrefix("-i") || text.hasPrefix("--index-url") || text.hasPrefix("--extra-index-url") else {
            return nil
          }
          return finding(
            WrittenURL.all(in: text), what: "the index", at: file.place(index),
            run: { _ in "sed -i '\(index + 1)s|//[^/]*@|//|; \(index + 1)s|//|//aws@|' \(shellWord(file.path))" },
            repair: { file.withoutPasswords(index, $0, now: machine.now) })
        }
      }
  }

  private func finding(
    _ urls: [WrittenURL], what: String, at place: Finding.Place?, run command: (WrittenURL) -> String,
    repair: ([WrittenURL]) -> Repair?
  ) -> Finding? {
    let ours = urls.filter { $0.isRepository(machine.configuration) }
    if let url = ours.first(where: { $0.password != nil }), let password = url.password {
      let secret = StoredSecret(password, now: machine.now)
      return Finding(
        .pip, place == nil ? secret.severityInEnvironment : secret.severityInFile,
        "\(what) holds \(secret.words): pip sends it instead of asking", at: place, run: command(url),
        repair: repair(ours))
    }
    guard let version = needsUser, let url = ours.first(where: { $0.user == nil }) else { return nil }
    return Finding(
      .pip, .problem, "\(what) has no aws@ in its URL: pip \(version) asks only for a URL with a user's name",
      at: place,
      run: place == nil ? "export \(what)=\(shellWord(url.with(user: AuthorizationToken.username)))" : command(url))
  }
}
