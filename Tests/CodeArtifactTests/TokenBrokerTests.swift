import AWSCredentials
import Platform
import Synchronization
import TestSupport
import Testing

@testable import CodeArtifact
@testable import TokenStores

@Suite struct TokenBrokerTests {
  private static let repository = Repository(
    domain: "acme", owner: "111122223333", region: "us-east-1",
    apiEndpoint: "https://codeartifact.us-east-1.amazonaws.com")
  private static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hunter2secret"]

  /// A user with keys in the environment, AWS that mints a new token each time, and stores in memory.
  private final class Scene: Sendable {
    let world: World
    let kernel = ScriptedStore(.kernel)
    let file = ScriptedStore(.file)
    private let mints = Mutex(0)

    /// `life` is how long a token of AWS's lives.
    init(
      _ variables: [String: String] = keys, files: [String: String] = [:], life: Double = 43_200,
      time: ManualClock = ManualClock(), directory: TemporaryDirectory? = nil
    ) throws {
      world = try World(variables, files: files, time: time, directory: directory)
      mintsFromNowOn(life: life)
    }

    func mintsFromNowOn(life: Double = 43_200) {
      let time = world.time
      world.http.answer { [unowned self] _ in
        let number = mints.withLock { count in
          count += 1
          return count
        }
        return .answer(200, "{\"authorizationToken\": \"token-\(number)\", \"expiration\": \(time.now + life)}")
      }
    }

    var mintCount: Int { world.http.requests.count }

    func broker(_ policy: StorePolicy = .automatic, _ configuration: Configuration = Configuration()) -> TokenBroker {
      TokenBroker(
        world.surroundings, configuration: configuration,
        stores: StoreChain(policy, stores: [kernel, file], world.surroundings))
    }

    func token(refreshing: Bool = false) throws(TokenFailure) -> AuthorizationToken {
      try broker().token(for: repository, refreshing: refreshing)
    }
  }

  @Test func mintsOnceAndThenServesWhatIsCached() throws {
    let scene = try Scene()
    let first = try scene.token()
    #expect(first.value == "token-1")
    #expect(first.source == .minted)
    #expect(first.expiration == scene.world.time.now + 43_200)
    for _ in 0..<3 {
      let next = try scene.token()
      #expect(next.value == "token-1")
      #expect(next.source == .cached(.kernel))
      #expect(next.expiration == first.expiration)
    }
    #expect(scene.mintCount == 1)
  }

  @Test func asksAWSAsItsReferenceSays() throws {
    let scene = try Scene()
    _ = try scene.token()
    let request = try #require(scene.world.http.requests.first)
    #expect(request.method == "POST")
    #expect(
      request.url == "https://codeartifact.us-east-1.amazonaws.com/v1/authorization-token"
        + "?domain=acme&domain-owner=111122223333&duration=43200")
    #expect(request.body.isEmpty)
    #expect(request.header("content-type") == nil)
    #expect(request.header("authorization")?.contains("/us-east-1/codeartifact/aws4_request") == true)
  }

  @Test func theRepositorysRegionIsSignedForWhateverAWS_REGIONSays() throws {
    let scene = try Scene(Self.keys.merging(["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"]) { $1 })
    _ = try scene.token()
    #expect(scene.world.http.requests.first?.header("authorization")?.contains("/us-east-1/codeartifact/") == true)
  }

  // MARK: Half-life

  @Test func atHalfItsLifeATokenIsRenewed() throws {
    let scene = try Scene()
    _ = try scene.token()
    scene.world.time.advance(21_600)
    #expect(try scene.token().value == "token-1")
    scene.world.time.advance(1)
    #expect(try scene.token().value == "token-2")
    #expect(try scene.token().source == .cached(.kernel))
    #expect(scene.mintCount == 2)
  }

  @Test func whenRenewingFailsTheOldOneServesAndIsLeftInPeace() throws {
    let scene = try Scene()
    _ = try scene.token()
    scene.world.time.advance(30_000)
    scene.world.http.answer { _ in .failing(.tls) }
    #expect(try scene.token().value == "token-1")
    #expect(scene.mintCount == 2)
    // For five minutes AWS is not asked again: an offline laptop must not wait at every lookup.
    for _ in 0..<4 {
      scene.world.time.advance(74)
      #expect(try scene.token().value == "token-1")
    }
    #expect(scene.mintCount == 2)
    scene.world.time.advance(5)
    #expect(try scene.token().value == "token-1")
    #expect(scene.mintCount == 3)
    // And as soon as AWS answers again, there is a new one.
    scene.mintsFromNowOn()
    scene.world.time.advance(301)
    #expect(try scene.token().value == "token-2")
  }

  @Test func theOldOneServesUntilFiveMinutesAreLeft() throws {
    let scene = try Scene()
    _ = try scene.token()
    scene.world.http.answer { _ in .failing(.tls) }
    scene.world.time.advance(43_200 - 300)
    #expect(try scene.token().value == "token-1")
    // It rests now, and yet a second later it is too near to its end.
    scene.world.time.advance(1)
    #expect(throws: TokenFailure.self) { try scene.token() }
  }

  @Test func withLessThanFiveMinutesLeftThereIsANewOne() throws {
    let scene = try Scene(life: 500)
    #expect(try scene.token().value == "token-1")
    scene.world.time.advance(200)
    #expect(try scene.token().value == "token-1")
    // More than half of its life is left, and yet it would die too soon.
    scene.world.time.advance(1)
    #expect(try scene.token().value == "token-2")
  }

  @Test func expiryIsWhatAWSSaid() throws {
    let scene = try Scene(life: 1000)
    #expect(try scene.token().expiration == scene.world.time.now + 1000)
    scene.world.time.advance(501)
    #expect(try scene.token().value == "token-2")
  }

  @Test func aPauseThatReachesIntoTheDistantFutureIsNotHeeded() throws {
    let scene = try Scene()
    _ = try scene.token()
    let request = try TokenRequest(Self.repository, Configuration(), scene.world.surroundings)
    let bytes = try #require(scene.kernel.content(request.key))
    let entry = try #require(TokenEntry(bytes, for: request.key))
    scene.kernel.put(entry.retrying(after: scene.world.time.now + 1e9).encoded, for: request.key)
    scene.world.time.advance(30_000)
    #expect(try scene.token().value == "token-2")
  }

  // MARK: Refreshing

  @Test func refreshingMintsWhateverThereIs() throws {
    let scene = try Scene(Self.keys.merging(["CODEARTIFACT_TOKEN": "given"]) { $1 })
    #expect(try scene.token().value == "given")
    #expect(scene.mintCount == 0)
    #expect(try scene.token(refreshing: true).value == "token-1")
    scene.world.time.advance(1)
    #expect(try scene.token(refreshing: true).value == "token-2")
    #expect(try scene.token().value == "given")
  }

  @Test func aFailedRefreshIsAFailure() throws {
    let scene = try Scene()
    _ = try scene.token()
    scene.world.time.advance(1)
    scene.world.http.answer { _ in .failing(.tls) }
    #expect(throws: TokenFailure.self) { try scene.token(refreshing: true) }
    #expect(try scene.token().value == "token-1")
  }

  // MARK: Whose token it is

  private static let profiles = """
    [profile a]
    aws_access_key_id = AKA
    aws_secret_access_key = s
    [profile b]
    aws_access_key_id = AKB
    aws_secret_access_key = s

    """

  private func key(
    _ variables: [String: String] = keys, _ configuration: Configuration = Configuration(),
    repository: Repository = repository
  ) throws -> EntryKey {
    let world = try World(variables, files: [".aws/config": Self.profiles])
    return try TokenRequest(repository, configuration, world.surroundings).key
  }

  @Test func eachOfTheseIsAnotherKey() throws {
    var short = Configuration()
    short.duration = .seconds(900)
    var session = Configuration()
    session.duration = .session
    var named = Configuration()
    named.profile = ("a", "CODEARTIFACT_KEYRING_PROFILE")
    var role = Configuration()
    role.domains = [DomainSettings(roleARN: "arn:aws:iam::1:role/R")]
    var otherRole = Configuration()
    otherRole.domains = [DomainSettings(roleARN: "arn:aws:iam::1:role/S")]
    func other(_ domain: String = "acme", _ owner: String = "111122223333", _ region: String = "us-east-1")
      -> Repository
    {
      Repository(domain: domain, owner: owner, region: region, apiEndpoint: Self.repository.apiEndpoint)
    }
    let keys = [
      try key(), try key(["AWS_PROFILE": "a"]), try key(["AWS_PROFILE": "b"]), try key(Self.keys, short),
      try key(Self.keys, session), try key(Self.keys, role), try key(Self.keys, otherRole),
      try key(["AWS_ACCESS_KEY_ID": "ANOTHER", "AWS_SECRET_ACCESS_KEY": "s"]),
      try key(Self.keys.merging(["AWS_ENDPOINT_URL_CODEARTIFACT": "http://localhost:1"]) { $1 }),
      try key(repository: other("acme2")), try key(repository: other("acme", "444455556666")),
      try key(repository: other("acme", "111122223333", "eu-west-1")),
    ]
    #expect(Set(keys.map(\.name)).count == keys.count)
    // Naming the profile outright is the same identity as choosing it by AWS's own variable.
    #expect(try key(Self.keys, named) == key(["AWS_PROFILE": "a"]))
    for key in keys { #expect(!key.attributes.values.joined().contains("AK")) }
  }

  @Test func renewedCredentialsKeepTheKey() throws {
    #expect(try key() == key(Self.keys.merging(["AWS_SESSION_TOKEN": "T", "AWS_SECRET_ACCESS_KEY": "x"]) { $1 }))
    // The role of a domain that is not asked for changes nothing.
    var others = Configuration()
    others.domains = [DomainSettings(domain: "other", profile: "gone")]
    #expect(try key() == key(Self.keys, others))
  }

  @Test func anotherProfileGetsAnotherToken() throws {
    let directory = try TemporaryDirectory()
    let files = [".aws/config": Self.profiles]
    let a = try Scene(["AWS_PROFILE": "a"], files: files, directory: directory)
    #expect(try a.token().value == "token-1")
    let b = try Scene(["AWS_PROFILE": "b"], files: files, directory: directory)
    let stores = StoreChain(.automatic, stores: [a.kernel], b.world.surroundings)
    let broker = TokenBroker(b.world.surroundings, configuration: Configuration(), stores: stores)
    #expect(try broker.token(for: Self.repository).source == .minted)
    #expect(b.world.http.requests.first?.header("authorization")?.contains("Credential=AKB/") == true)
    #expect(try broker.token(for: Self.repository).source == .cached(.kernel))
    #expect(try a.token().source == .cached(.kernel))
  }

  @Test func aRepositorysTokenServesItsWholeDomain() throws {
    let scene = try Scene()
    guard
      case .repository(let one) = Repository.recognise(
        "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/one/"),
      case .repository(let two) = Repository.recognise("acme-111122223333.d.codeartifact.us-east-1.amazonaws.com")
    else {
      Issue.record("not recognised")
      return
    }
    _ = try scene.broker().token(for: one)
    #expect(try scene.broker().token(for: two).source == .cached(.kernel))
  }

  @Test func aTokenOutlivesTheCredentialsThatGotIt() throws {
    let directory = try TemporaryDirectory()
    let config = "[profile a]\nsso_start_url = u\nsso_region = r\nsso_account_id = 1\nsso_role_name = R\n"
    let world = try World(["AWS_PROFILE": "a"], files: [".aws/config": config], directory: directory)
    let kernel = ScriptedStore(.kernel)
    let request = try TokenRequest(Self.repository, Configuration(), world.surroundings)
    let entry = TokenEntry(
      token: "cached", expiration: world.time.now + 40_000, mintedAt: world.time.now, key: request.key)
    kernel.put(entry.encoded, for: request.key)
    let broker = TokenBroker(
      world.surroundings, configuration: Configuration(),
      stores: StoreChain(.automatic, stores: [kernel], world.surroundings))
    // Nobody ever signed in here: there is no SSO session at all.
    #expect(try broker.token(for: Self.repository).value == "cached")
    #expect(world.http.requests.isEmpty)
  }

  // MARK: Many at once

  @Test func whoWaitedTakesWhatTheHolderLeft() throws {
    let scene = try waiting { scene, request, lock in
      let entry = TokenEntry(
        token: "theirs", expiration: scene.world.time.now + 43_200, mintedAt: scene.world.time.now, key: request.key)
      scene.kernel.put(entry.encoded, for: request.key)
      lock.leave(.none)
    }
    #expect(try scene.token().value == "theirs")
    #expect(scene.mintCount == 0)
  }

  @Test func whoWantsANewOneTakesOneThatIsNewerThanHisQuestion() throws {
    let scene = try waiting { scene, request, lock in
      let now = scene.world.time.now
      scene.kernel.put(
        TokenEntry(token: "theirs", expiration: now + 43_200, mintedAt: now, key: request.key).encoded, for: request.key
      )
    }
    #expect(try scene.token(refreshing: true).value == "theirs")
    #expect(scene.mintCount == 0)
    scene.world.time.advance(1)
    #expect(try scene.token(refreshing: true).value == "token-1")
  }

  @Test func whoWaitedIsToldOfTheHoldersFailure() throws {
    let scene = try waiting { scene, _, lock in
      lock.leave(.failure(at: scene.world.time.now, line: "AWS said no"))
    }
    #expect(throws: TokenFailure.told(line: "AWS said no")) { try scene.token() }
    #expect(scene.mintCount == 0)
    // Whoever comes later asks for himself.
    scene.world.time.advance(1)
    #expect(try scene.token().value == "token-1")
  }

  @Test func aFailureOfLongAgoIsNotTold() throws {
    let scene = try waiting { scene, _, lock in
      lock.leave(.failure(at: scene.world.time.now - 3600, line: "AWS said no"))
    }
    #expect(try scene.token().value == "token-1")
  }

  @Test func waitingHasAnEnd() throws {
    let directory = try TemporaryDirectory()
    let scene = try Scene(directory: directory)
    let request = try TokenRequest(Self.repository, Configuration(), scene.world.surroundings)
    let lock = try InterProcessLock.acquire(
      request.key.name, scene.world.surroundings, deadline: Deadline(1, on: scene.world.time.clock))
    try withExtendedLifetime(try #require(lock)) {
      let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
      #expect(failure == .busy(domain: "acme"))
      #expect(scene.world.time.sleeps.reduce(0, +) <= TokenBroker.patience + 0.001)
    }
    #expect(scene.mintCount == 0)
  }

  /// A scene in which another process holds the lock, does something after a while, and lets go.
  private func waiting(
    _ act: @escaping @Sendable (Scene, TokenRequest, InterProcessLock) -> Void
  ) throws -> Scene {
    let others = Others()
    let scene = try Scene(time: ManualClock(whenAsleep: { others.act() }))
    let request = try TokenRequest(Self.repository, Configuration(), scene.world.surroundings)
    let lock = try InterProcessLock.acquire(
      request.key.name, scene.world.surroundings, deadline: Deadline(1, on: scene.world.time.clock))
    others.hold(try #require(lock)) { [unowned scene] in act(scene, request, $0) }
    return scene
  }

  /// Another process, which acts while we sleep for the third time.
  private final class Others: @unchecked Sendable {
    private var lock: InterProcessLock?
    private var work: ((InterProcessLock) -> Void)?
    private var sleeps = 0

    func hold(_ lock: InterProcessLock, _ work: @escaping (InterProcessLock) -> Void) {
      (self.lock, self.work) = (lock, work)
    }

    func act() {
      sleeps += 1
      guard sleeps == 3, let lock else { return }
      work?(lock)
      self.lock = nil
    }
  }

  // MARK: Stores

  @Test(arguments: [StoreKind.kernel, .file])
  func aPinnedStoreThatFailsIsAnError(_ kind: StoreKind) throws {
    let scene = try Scene()
    let broken = StoreFailure.unusable(kind, reason: "scripted")
    for store in [scene.kernel, scene.file] where store.kind == kind { store.fail(broken) }
    let broker = scene.broker(.only(kind))
    #expect(throws: TokenFailure.store(broken)) { try broker.token(for: Self.repository) }
    #expect(throws: TokenFailure.store(broken)) { try broker.forget(Self.repository) }
    #expect("\(TokenFailure.store(broken))".contains("scripted"))
  }

  @Test func withoutAnyStoreATokenIsMintedEachTime() throws {
    let scene = try Scene()
    for store in [scene.kernel, scene.file] { store.fail(.unusable(store.kind, reason: "scripted")) }
    #expect(try scene.token().value == "token-1")
    #expect(try scene.token().value == "token-2")
    #expect(try scene.broker(.none).token(for: Self.repository).value == "token-3")
  }

  @Test func forgettingMakesTheNextOneNew() throws {
    let scene = try Scene()
    _ = try scene.token()
    try scene.broker().forget(Self.repository)
    #expect(try scene.token().value == "token-2")
  }

  @Test func aDamagedEntryIsMintedAnew() throws {
    let scene = try Scene()
    let request = try TokenRequest(Self.repository, Configuration(), scene.world.surroundings)
    scene.kernel.put(Array("damage".utf8), for: request.key)
    scene.file.put(Array("damage".utf8), for: request.key)
    #expect(try scene.token().value == "token-1")
    #expect(try scene.token().source == .cached(.kernel))
  }

  // MARK: Failures

  @Test func tokensPassedOverAreNamedWhenNothingElseAnswers() throws {
    let over = webToken("over", expiring: ManualClock().now - 1)
    let scene = try Scene(Self.keys.merging(["CODEARTIFACT_TOKEN": over]) { $1 })
    #expect(try scene.token().value == "token-1")
    try scene.broker().forget(Self.repository)
    scene.world.http.answer { _ in .failing(.tls) }
    let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
    #expect("\(failure)".contains("CODEARTIFACT_TOKEN") && "\(failure)".contains("expired"))
    #expect(!"\(failure)".contains(over))
  }

  struct Refusal: CustomTestStringConvertible {
    let testDescription: String
    let answer: Result<HTTPResponse, HTTPFailure>
    let parts: [String]

    init(_ name: String, _ answer: Result<HTTPResponse, HTTPFailure>, _ parts: String...) {
      (testDescription, self.answer, self.parts) = (name, answer, parts)
    }

    static func error(_ code: String, _ message: String = "AWS says so", status: Int = 400) -> Result<
      HTTPResponse, HTTPFailure
    > {
      .answer(status, "{\"message\": \"\(message)\"}", headers: ["x-amzn-errortype": code])
    }
  }

  @Test(arguments: [
    Refusal(
      "domain missing", Refusal.error("ResourceNotFoundException", status: 404), "acme", "111122223333", "us-east-1",
      "check the repository URL"),
    Refusal(
      "denied", Refusal.error("AccessDeniedException", status: 403), "AWS says so", "AWS_ACCESS_KEY_ID",
      "codeartifact:GetAuthorizationToken"),
    Refusal(
      "denied the bearer token",
      Refusal.error("AccessDeniedException", "not authorized to perform: sts:GetServiceBearerToken", status: 403),
      "add sts:GetServiceBearerToken"),
    Refusal("expired", Refusal.error("ExpiredTokenException", status: 403), "AWS_ACCESS_KEY_ID", "expired"),
    Refusal(
      "unknown keys", Refusal.error("UnrecognizedClientException", status: 403), "AWS_ACCESS_KEY_ID", "not valid"),
    Refusal(
      "a wrong secret", Refusal.error("InvalidSignatureException", status: 403), "AWS_ACCESS_KEY_ID",
      "secret access key"),
    Refusal(
      "something else", Refusal.error("ValidationException"), "ValidationException", "AWS says so", "AWS_ACCESS_KEY_ID"),
    Refusal("throttled", .answer(429), "throttling"), Refusal("unavailable", .answer(503, "<html>"), "unavailable"),
    Refusal("unreachable", .failing(.unreachable, host: "aws.example"), "aws.example"),
    Refusal("TLS", .failing(.tls), "AWS_CA_BUNDLE"), Refusal("proxy", .failing(.proxy), "HTTPS_PROXY"),
    Refusal("no JSON", .answer(200, "<html>hello</html>"), "codeartifact.us-east-1.amazonaws.com", "HTTPS_PROXY"),
    Refusal("nothing", .answer(200), "no token"),
    Refusal("no token in it", .answer(200, "{\"expiration\": 1800043200}"), "no token"),
    Refusal("an empty token", .answer(200, "{\"authorizationToken\": \"\", \"expiration\": 1800043200}"), "no token"),
    Refusal("two lines", .answer(200, #"{"authorizationToken": "a\nb", "expiration": 1800043200}"#), "no token"),
    Refusal("two words", .answer(200, #"{"authorizationToken": "a b", "expiration": 1800043200}"#), "no token"),
    Refusal("no expiry", .answer(200, "{\"authorizationToken\": \"t\"}"), "no token"),
    Refusal("an expiry of text", .answer(200, "{\"authorizationToken\": \"t\", \"expiration\": \"soon\"}"), "no token"),
    Refusal("a negative expiry", .answer(200, "{\"authorizationToken\": \"t\", \"expiration\": -1}"), "no token"),
    Refusal(
      "an expiry in milliseconds", .answer(200, "{\"authorizationToken\": \"t\", \"expiration\": 1800043200000}"),
      "no token"),
  ])
  func aRefusalIsExplained(_ given: Refusal) throws {
    let scene = try Scene()
    scene.world.http.answer { _ in given.answer }
    let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
    let line = "\(failure)"
    for part in given.parts { #expect(line.contains(part), "\(line)") }
    #expect(!line.contains("\n") && !line.contains("hunter2secret"))
    #expect(scene.kernel.calls.filter { $0 == "write" }.isEmpty)
  }

  @Test func noCredentialsMeanNoRequest() throws {
    let scene = try Scene(["AWS_PROFILE": "gone"])
    let failure = try #require(#expect(throws: TokenFailure.self) { try scene.token() })
    #expect("\(failure)".contains("gone") && "\(failure)".contains("AWS_PROFILE"))
    #expect(scene.mintCount == 0)
  }

  @Test func aProfileOfOurConfigurationIsNamedAsSuch() throws {
    let scene = try Scene([:])
    var configuration = Configuration()
    configuration.domains = [DomainSettings(domain: "acme", profile: "gone")]
    let failure = try #require(
      #expect(throws: TokenFailure.self) {
        try scene.broker(.automatic, configuration).token(for: Self.repository)
      })
    #expect("\(failure)".contains("gone") && "\(failure)".contains("config.toml"))
  }
}

@Suite struct LastFailureTests {
  @Test func isKeptOnOneLineForUsAlone() throws {
    let world = try World()
    LastFailure(world.surroundings).note("first\nsecond \(String(repeating: "x", count: 5000))")
    let path = "\(world.home)/.cache/codeartifact-keyring/last-failure.json"
    let text = String(decoding: try world.surroundings.files.read(path, limit: 4096), as: UTF8.self)
    #expect(text.contains("first second"))
    #expect(world.directory.mode(of: path) == 0o600)
    LastFailure(world.surroundings).note("another")
    #expect(String(decoding: try world.surroundings.files.read(path), as: UTF8.self).contains("another"))
  }

  @Test(arguments: ["1e300", "-1e300", "20000000000000000000"])
  func oneOfNoMomentIsNone(_ moment: String) throws {
    let world = try World()
    try world.directory.directory("home/.cache/codeartifact-keyring")
    try world.directory.file(
      "home/.cache/codeartifact-keyring/last-failure.json", "{\"at\": \(moment), \"line\": \"x\"}")
    #expect(LastFailure(world.surroundings).last == nil)
  }

  @Test(arguments: [
    (Optional("acme"), "acme", "us-east-1", true), (nil, "acme", "us-east-1", true),
    ("acme", "other", "us-east-1", false), ("acme", "acme", "eu-west-1", false),
  ])
  func isOverWhenThatDomainHasATokenAgain(
    _ noted: String?, _ domain: String, _ region: String, _ isOver: Bool
  ) throws {
    func repository(_ domain: String, _ region: String) -> Repository {
      Repository(domain: domain, owner: "111122223333", region: region, apiEndpoint: "")
    }
    let world = try World()
    LastFailure(world.surroundings).note("a line", about: noted.map { repository($0, "us-east-1") })
    LastFailure(world.surroundings).isOver(for: repository(domain, region))
    #expect((LastFailure(world.surroundings).last == nil) == isOver)
  }

  @Test func whereNothingTakesItNothingHappens() throws {
    let world = try World()
    try world.directory.file("home/.cache", "a file in the way")
    LastFailure(world.surroundings).note("a line")
    #expect(world.output.complaints.isEmpty)
  }
}
