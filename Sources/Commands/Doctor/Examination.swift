import CodeArtifact
import Platform
import TokenStores

/// Looks at everything that keeps clients from their packages, or may: files and variables at once, and what has to be asked
/// of others side by side, so that whoever hangs holds up nobody else.
struct Examination {
  /// What had to be asked of others.
  private struct Answers: Sendable {
    var pythons: Pythons?
    var uv: String?
    var stores: [StoreCheck]?
    var entries: [PoetryCheck.OldEntry] = []
    var domain: DomainView?
  }

  let machine: Machine
  /// What to try; without any, what the project and pip's settings name.
  let urls: [String]

  func findings() -> [Finding] {
    let clients = Clients(machine)
    let addresses =
      machine.configurationFailure == nil
      ? RepositoryAddress.byDomain(urls.isEmpty ? knownURLs : urls, machine.configuration) : []
    let answers = ask(clients, addresses)
    let pythons = answers[0]?.pythons ?? Pythons()
    let keyring = KeyringCheck(machine: machine, pythons: pythons)
    let uv = UvCheck(machine: machine, clients: clients, version: answers[1]?.uv)
    let poetry = PoetryCheck(
      machine: machine, clients: clients, pythons: pythons,
      expectingUs: keyring.causes.allSatisfy { !$0.isAboutFailure }, oldEntries: answers[2]?.entries ?? [])
    let aws = AWSCheck(
      machine: machine, domains: answers.dropFirst(3).map { $0?.domain }, isAnythingKnown: !addresses.isEmpty)

    var findings = ProgramCheck(machine: machine, clients: clients, pythons: pythons).findings
    findings += configuration + keyring.findings + poetry.findings
    findings += PipCheck(machine: machine, clients: clients, pythons: pythons).findings
    findings += uv.findings
    findings += FilesCheck(machine: machine).findings
    findings += ProjectCheck(machine: machine, uv: uv).findings
    findings += aws.findings
    findings += StoresCheck(machine: machine, checks: answers[2]?.stores).findings
    findings += history
    // Told in the order of the areas; within one as they were found.
    return Finding.Area.allCases.flatMap { area in findings.filter { $0.area == area } }
  }

  private func ask(_ clients: Clients, _ addresses: [[RepositoryAddress]]) -> [Answers?] {
    let machine = machine
    var works: [@Sendable () -> Answers] = [
      { Answers(pythons: Pythons(asking: clients.pythons, machine)) },
      { Answers(uv: clients.uv.flatMap { Self.version(of: $0, machine.surroundings) }) },
      {
        // One conversation with Secret Service after the other: it is asked by one at a time in any case.
        let stores = StoreCheck.all(machine.configuration.store, machine.surroundings)
        return Answers(stores: stores, entries: Self.oldEntries(machine))
      },
    ]
    works += addresses.map { domain in { Answers(domain: DomainView.look(domain, machine)) } }
    return patiently(seconds: Machine.patience, together: works, clock: machine.surroundings.clock)
  }

  /// URLs of the project's sources, and of pip's settings.
  private var knownURLs: [String] {
    let pip = PipFiles(machine)
    let lines = (pip.shared + [pip.named].compactMap { $0 }).flatMap { $0.file.settings }
      .filter { $0.name.hasSuffix("index-url") || $0.name.hasSuffix("index_url") }.map(\.value)
    let variables = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX"]
      .compactMap { machine.environment[$0] }
    return (machine.project?.all.map(\.url) ?? []) + (lines + variables).flatMap { WrittenURL.all(in: $0).map(\.text) }
  }

  private static func version(of uv: String, _ surroundings: Surroundings) -> String? {
    let outcome = try? surroundings.run(
      ProcessRequest(
        program: uv, arguments: ["--version"], environment: surroundings.environment, timeout: Machine.pythonPatience))
    let words = String(decoding: outcome?.output ?? [], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return words.count > 1 && words[0] == "uv" ? String(words[1]) : nil
  }

  /// What Poetry stored in Secret Service under the names of this project's sources.
  private static func oldEntries(_ machine: Machine) -> [PoetryCheck.OldEntry] {
    let secrets = ForeignSecrets(machine.surroundings)
    return machine.sourceNames(.poetry).sorted().compactMap { name in
      let service = "poetry-repository-\(name)"
      guard let found = try? secrets.find(service: service, username: nil) else { return nil }
      return PoetryCheck.OldEntry(
        service: service, username: found.username,
        secret: StoredSecret(String(decoding: found.password, as: UTF8.self), now: machine.now))
    }
  }

  private var configuration: [Finding] {
    guard let failure = machine.configurationFailure else {
      return [Finding(.configuration, .ok, configurationTitle)]
    }
    return [
      Finding(
        .configuration, .problem, failure.problem, at: Finding.Place(file: failure.place, line: failure.line),
        run: failure.place.hasPrefix("/") ? "${EDITOR:-vi} \(failure.place)" : "unset \(failure.place)")
    ]
  }

  private var configurationTitle: String {
    let path = machine.surroundings.directories.configuration.map { "\($0)/config.toml" }
    guard let path, machine.surroundings.files.status(path) != nil else { return "no config.toml, and none is needed" }
    return "\(path) is without mistakes"
  }

  private var history: [Finding] {
    guard let last = LastFailure(machine.surroundings).last else {
      return [Finding(.history, .ok, "no lookup has failed")]
    }
    let ago = StoredSecret.duration(max(0, Int(machine.now - last.at)))
    return [Finding(.history, .note, failure: "the last failure, \(ago) ago: \(last.line)")]
  }
}
