import ClientConfig
import CodeArtifact
import Platform
import TokenStores

/// Runs all checks. Programs and services are asked at the same time, so that one that hangs does not delay the others.
struct DoctorRun {
  private let doctor: DoctorContext
  private let addresses: [[RepositoryAddress]]
  let results: ProbeResults

  /// Asks programs and services. `urls` are the repositories to try; if empty, those of the project and of pip's and uv's
  /// settings. `known` are the results from before a repair; those that a repair cannot change are used again.
  init(_ doctor: DoctorContext, urls: [String], reusing known: ProbeResults? = nil) {
    self.doctor = doctor
    addresses =
      doctor.configurationFailure == nil
      ? RepositoryAddress.byDomain(urls.isEmpty ? Self.knownURLs(doctor) : urls, doctor.configuration) : []
    results = ProbeResults(addresses, doctor, known: known)
  }

  /// The findings, from the results of the probes and from files and variables.
  var findings: [Finding] {
    let pythons = results.pythons
    let keyring = KeyringCheck(doctor: doctor, pythons: pythons)
    let uv = UvCheck(doctor: doctor, version: results.uv)
    let poetry = PoetryCheck(
      doctor: doctor, pythons: pythons, expectingBackend: keyring.isBackendExpected, oldEntries: results.entries)
    let checks: [any Check] = [
      ProgramCheck(doctor: doctor, pythons: pythons), keyring, poetry,
      PipCheck(doctor: doctor, pythons: pythons), uv, PdmCheck(doctor: doctor),
      PublishCheck(doctor: doctor), FilesCheck(doctor: doctor), ProjectCheck(doctor: doctor, uv: uv),
      ExplicitSourceCheck(doctor: doctor),
      AWSCheck(doctor: doctor, repositories: repositories, domains: results.domains),
      StoresCheck(doctor: doctor, checks: results.stores), HistoryCheck(doctor: doctor, repositories: repositories),
    ]
    // A repair that cannot be made is not promised.
    let findings = ([configuration] + checks.flatMap(\.findings)).map { finding in
      finding.repair?.obstacle(doctor.context).map(finding.withoutRepair) ?? finding
    }
    // In the order of the areas; within one as they were found.
    return Finding.Area.allCases.flatMap { area in findings.filter { $0.area == area } }
  }

  /// A repository of each domain.
  private var repositories: [Repository] { addresses.compactMap { $0.first?.repository } }

  /// URLs of the project's sources, and of pip's settings.
  private static func knownURLs(_ doctor: DoctorContext) -> [String] {
    let lines = PipSettings.files(doctor.context).flatMap { $0.file.ini.settings }
      .filter { PipSettings.indexes.contains($0.name) }.map(\.value)
    let variables = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX"]
      .compactMap { doctor.environment[$0] }
    return doctor.project.all.map(\.url)
      + (lines + variables).flatMap { URLParts.all(in: $0).map(\.text) }
  }

  private var configuration: Finding {
    if let failure = doctor.configurationFailure {
      return Finding(
        .configuration, .problem, failure.problem, at: failure.location, run: EditCommand.correct(failure))
    }
    let path = doctor.context.directories.configuration.map { "\($0)/config.toml" }
    let existing = path.flatMap { doctor.context.files.status($0) == nil ? nil : $0 }
    return Finding(.configuration, .ok, existing.map { "\($0) is valid" } ?? "no config.toml (none is needed)")
  }
}
