import ClientConfig
import CodeArtifact
import Platform
import TokenStores

/// The answers of programs, Secret Service and AWS. They are asked at the same time; what has not answered by the deadline
/// counts as no answer.
struct ProbeResults: Sendable {
  private(set) var pythons = PythonInterpreters()
  /// uv's version; nil where it is unknown.
  private(set) var uv: String?
  /// Nil if one of the stores did not answer in time.
  private(set) var stores: [StoreCheck]?
  /// Old passwords of Poetry's in Secret Service.
  private(set) var entries: [PoetryCheck.OldEntry] = []
  /// The status of each domain; nil for one that did not answer in time.
  private(set) var domains: [DomainStatus?] = []

  /// Sets the result of one probe.
  private typealias Update = @Sendable (inout ProbeResults) -> Void

  /// Runs the probes. Where results are known, only the probes whose results a repair may have changed run again.
  init(_ addresses: [[RepositoryAddress]], _ doctor: DoctorContext, known: ProbeResults?) {
    let (context, clients) = (doctor.context, doctor.clients)
    var probes = [
      Self.probe(\.pythons) { PythonInterpreters(probing: clients.pythons, doctor) },
      Self.probe(\.entries) { Self.oldEntries(doctor) },
    ]
    domains = Array(repeating: nil, count: addresses.count)
    if let known, known.domains.count == addresses.count {
      (uv, stores, domains) = (known.uv, known.stores, known.domains)
    } else {
      probes += [
        Self.probe(\.uv) { clients.uv.flatMap { Self.version(of: $0, context) } },
        Self.probe(\.stores) { StoreCheck.all(doctor.configuration.store, context) },
      ]
      probes += addresses.enumerated().map { index, domain in
        Self.probe(\.domains[index]) { DomainStatus.probe(domain, doctor) }
      }
    }
    for update in withTimeout(seconds: DoctorContext.timeout, together: probes, clock: context.clock) { update?(&self) }
  }

  private static func probe<Value: Sendable>(
    _ member: WritableKeyPath<ProbeResults, Value> & Sendable, _ work: @escaping @Sendable () -> Value
  ) -> @Sendable () -> Update {
    {
      let value = work()
      return { $0[keyPath: member] = value }
    }
  }

  private static func version(of uv: String, _ context: Context) -> String? {
    let result = try? context.run(
      ProcessRequest(
        program: uv, arguments: ["--version"], environment: context.environment, timeout: DoctorContext.pythonTimeout))
    let words = String(decoding: result?.output ?? [], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return words.count > 1 && words[0] == "uv" ? String(words[1]) : nil
  }

  /// What Poetry stored in Secret Service under the names of this project's sources.
  private static func oldEntries(_ doctor: DoctorContext) -> [PoetryCheck.OldEntry] {
    let secrets = OtherServiceSecrets(doctor.context)
    return doctor.sourceNames(.poetry).sorted().compactMap { name in
      let service = "poetry-repository-\(name)"
      guard let found = try? secrets.find(service: service, username: nil) else { return nil }
      return PoetryCheck.OldEntry(
        service: service, username: found.username,
        secret: StoredPassword(String(decoding: found.password, as: UTF8.self), now: doctor.now))
    }
  }
}
