import Platform
import TestSupport
import Testing

@testable import CodeArtifact
@testable import TokenStores

@Suite struct TokenBrokerTests {
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
    let scene = try Scene(Scene.keys.merging(["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"]) { $1 })
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
    let request = try TokenRequest(Scene.repository, Configuration(), scene.world.context)
    let bytes = try #require(scene.kernel.content(request.key))
    let entry = try #require(TokenEntry(bytes, for: request.key))
    scene.kernel.put(entry.retrying(after: scene.world.time.now + 1e9).encoded, for: request.key)
    scene.world.time.advance(30_000)
    #expect(try scene.token().value == "token-2")
  }

  // MARK: Refreshing

  @Test func refreshingMintsWhateverThereIs() throws {
    let scene = try Scene(Scene.keys.merging(["CODEARTIFACT_TOKEN": "given"]) { $1 })
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

  // MARK: Stores

  @Test(arguments: [StoreKind.kernel, .file])
  func aPinnedStoreThatFailsIsAnError(_ kind: StoreKind) throws {
    let scene = try Scene()
    let broken = StoreFailure.unusable(kind, reason: "scripted")
    for store in [scene.kernel, scene.file] where store.kind == kind { store.fail(broken) }
    let broker = scene.broker(.only(kind))
    #expect(throws: TokenFailure.store(broken)) { try broker.token(for: Scene.repository) }
    #expect(throws: TokenFailure.store(broken)) { try broker.removeToken(for: Scene.repository) }
    #expect("\(TokenFailure.store(broken))".contains("scripted"))
  }

  @Test func withoutAnyStoreATokenIsMintedEachTime() throws {
    let scene = try Scene()
    for store in [scene.kernel, scene.file] { store.fail(.unusable(store.kind, reason: "scripted")) }
    #expect(try scene.token().value == "token-1")
    #expect(try scene.token().value == "token-2")
    #expect(try scene.broker(.none).token(for: Scene.repository).value == "token-3")
  }

  @Test func forgettingMakesTheNextOneNew() throws {
    let scene = try Scene()
    _ = try scene.token()
    try scene.broker().removeToken(for: Scene.repository)
    #expect(try scene.token().value == "token-2")
  }

  @Test func aDamagedEntryIsReplacedByANewToken() throws {
    let scene = try Scene()
    let request = try TokenRequest(Scene.repository, Configuration(), scene.world.context)
    scene.kernel.put(Array("damage".utf8), for: request.key)
    scene.file.put(Array("damage".utf8), for: request.key)
    #expect(try scene.token().value == "token-1")
    #expect(try scene.token().source == .cached(.kernel))
  }
}
