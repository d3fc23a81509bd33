import ClientConfig
import CodeArtifact
import Platform
import TokenStores

/// Runs all checks: files and variables first, and questions to programs and services at the same time, so that one that
/// hangs does not delay the others.
struct DoctorRun {
  let machine: DoctorContext
  /// The repositories to try; if empty, those of the project and of pip's and uv's settings.
  let urls: [String]
  private let clients: Clients
  private let addresses: [[RepositoryAddress]]

  init(machine: DoctorContext, urls: [String]) {
    self.machine = machine
    self.urls = urls
    clients = Clients(machine)
    addresses =
      machine.configurationFailure == nil
      ? RepositoryAddress.byDomain(urls.isEmpty ? Self.knownURLs(machine) : urls, machine.configuration) : []
  }

  /// Asks programs and services. `known` are answers from before a repair: those that it cannot have changed are kept.
  func ask(knowing known: ProbeResults? = nil) -> ProbeResults {
    ProbeResults(asking: clients, addresses, machine, known: known)
  }

  /// What follows from the answers, and from files and variables.
  func findings(_ answers: ProbeResults) -> [Finding] {
    let pythons = answers.pythons
    let keyring = KeyringCheck(machine: machine, pythons: pythons)
    let uv = UvCheck(machine: machine, clients: clients, version: answers.uv)
    let poetry = PoetryCheck(
      machine: machine, clients: clients, pythons: pythons,
      expectingBackend: keyring.causes.allSatisfy { !$0.isAboutFailure }, oldEntries: answers.entries)

    var findings = ProgramCheck(machine: machine, clients: clients, pythons: pythons).findings
    findings += configuration + keyring.findings + poetry.findings
    findings += PipCheck(machine: machine, clients: clients, pythons: pythons).findings
    findings += uv.findings
    findings += PdmCheck(machine: machine).findings + PublishCheck(machine: machine).findings
    findings += FilesCheck(machine: machine).findings
    findings += ProjectCheck(machine: machine, uv: uv).findings
    findings += AWSCheck(machine: machine, domains: answers.domains, isAnythingKnown: !addresses.isEmpty).findings
    findings += StoresCheck(machine: machine, checks: answers.stores).findings
    findings.append(HistoryCheck(machine: machine).finding)
    // A repair that cannot be made is not promised.
    findings = findings.map { finding in
      finding.repair?.obstacle(machine.context).map(finding.withoutRepair) ?? finding
    }
    // In the order of the areas; within one as they were found.
    return Finding.Area.allCases.flatMap { area in findings.filter { $0.area == area } }
  }

  /// URLs of the project's sources, and of pip's settings.
  private static func knownURLs(_ machine: DoctorContext) -> [String] {
    let pip = PipSettings.files(machine.context)
    let lines = (pip.shared + [pip.named].compactMap { $0 }).flatMap { $0.file.settings }
      .filter { PipSettings.indexes.contains($0.name) }.map(\.value)
    let variables = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX"]
      .compactMap { machine.environment[$0] }
    return (machine.project?.all.map(\.url) ?? [])
      + (lines + variables).flatMap { URLParts.all(in: $0).map(\.text) }
  }

  private var configuration: [Finding] {
    guard let failure = machine.configurationFailure else {
      return [Finding(.configuration, .ok, configurationTitle)]
    }
    let command: String? =
      switch failure.location {
      case .file(let path, _): EditCommand.open(path)
      case .variable(let name): Remedy.unset(name).command
      case nil: nil
      }
    return [
      Finding(.configuration, .problem, failure.problem, at: failure.location.map { Finding.Place($0) }, run: command)
    ]
  }

  private var configurationTitle: String {
    let path = machine.context.directories.configuration.map { "\($0)/config.toml" }
    guard let path, machine.context.files.status(path) != nil else { return "no config.toml (none is needed)" }
    return "\(path) is valid"
  }
}
