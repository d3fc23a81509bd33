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
  /// Nil where one of the stores hangs.
  private(set) var stores: [StoreCheck]?
  /// Old passwords of Poetry's in Secret Service.
  private(set) var entries: [PoetryCheck.OldEntry] = []
  /// A view of each domain; nil for one that hangs.
  private(set) var domains: [DomainStatus?] = []

  /// One answer; the others keep what they are.
  private typealias Update = @Sendable (inout ProbeResults) -> Void

  /// Asks. Of known answers, only those that a repair may have changed are asked again.
  init(asking clients: Clients, _ addresses: [[RepositoryAddress]], _ machine: DoctorContext, known: ProbeResults?) {
    let context = machine.context
    var works: [@Sendable () -> Update] = [
      {
        let pythons = PythonInterpreters(asking: clients.pythons, machine)
        return { $0.pythons = pythons }
      },
      {
        let entries = Self.oldEntries(machine)
        return { $0.entries = entries }
      },
    ]
    domains = Array(repeating: nil, count: addresses.count)
    if let known, known.domains.count == addresses.count {
      (uv, stores, domains) = (known.uv, known.stores, known.domains)
    } else {
      works += [
        {
          let version = clients.uv.flatMap { Self.version(of: $0, context) }
          return { $0.uv = version }
        },
        {
          let stores = StoreCheck.all(machine.configuration.store, context)
          return { $0.stores = stores }
        },
      ]
      for (place, domain) in addresses.enumerated() {
        works.append {
          let view = DomainStatus.look(domain, machine)
          return { $0.domains[place] = view }
        }
      }
    }
    for answer in withTimeout(seconds: DoctorContext.patience, together: works, clock: context.clock) { answer?(&self) }
  }

  private static func version(of uv: String, _ context: Context) -> String? {
    let outcome = try? context.run(
      ProcessRequest(
        program: uv, arguments: ["--version"], environment: context.environment, timeout: DoctorContext.pythonPatience))
    let words = String(decoding: outcome?.output ?? [], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return words.count > 1 && words[0] == "uv" ? String(words[1]) : nil
  }

  /// What Poetry stored in Secret Service under the names of this project's sources.
  private static func oldEntries(_ machine: DoctorContext) -> [PoetryCheck.OldEntry] {
    let secrets = OtherServiceSecrets(machine.context)
    return machine.sourceNames(.poetry).sorted().compactMap { name in
      let service = "poetry-repository-\(name)"
      guard let found = try? secrets.find(service: service, username: nil) else { return nil }
      return PoetryCheck.OldEntry(
        service: service, username: found.username,
        secret: StoredPassword(String(decoding: found.password, as: UTF8.self), now: machine.now))
    }
  }
}
