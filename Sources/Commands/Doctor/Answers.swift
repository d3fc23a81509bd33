import CodeArtifact
import Platform
import TokenStores

/// What had to be asked of others: programs, Secret Service, AWS. They are asked side by side, and whoever has not answered
/// by the end has given no answer.
struct Answers: Sendable {
  private(set) var pythons = Pythons()
  /// uv's version; nil where it does not say.
  private(set) var uv: String?
  /// Nil where one of the stores hangs.
  private(set) var stores: [StoreCheck]?
  /// Old passwords of Poetry's in Secret Service.
  private(set) var entries: [PoetryCheck.OldEntry] = []
  /// A view of each domain; nil for one that hangs.
  private(set) var domains: [DomainView?] = []

  /// One answer; the others keep what they are.
  private typealias Answer = @Sendable (inout Answers) -> Void

  /// Asks. Of what is known already, only what a repair may have changed is asked again.
  init(asking clients: Clients, _ addresses: [[RepositoryAddress]], _ machine: Machine, known: Answers?) {
    let surroundings = machine.surroundings
    var works: [@Sendable () -> Answer] = [
      {
        let pythons = Pythons(asking: clients.pythons, machine)
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
          let version = clients.uv.flatMap { Self.version(of: $0, surroundings) }
          return { $0.uv = version }
        },
        {
          let stores = StoreCheck.all(machine.configuration.store, surroundings)
          return { $0.stores = stores }
        },
      ]
      for (place, domain) in addresses.enumerated() {
        works.append {
          let view = DomainView.look(domain, machine)
          return { $0.domains[place] = view }
        }
      }
    }
    for answer in patiently(seconds: Machine.patience, together: works, clock: surroundings.clock) { answer?(&self) }
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
}
