import Platform
import TestSupport
import Testing

@testable import TokenStores

@Suite struct StoreChainTests {
  private let world: World
  private let kernel = ScriptedStore(.kernel)
  private let service = ScriptedStore(.secretService)
  private let file = ScriptedStore(.file)
  private let key = EntryKey(["domain": "acme"])

  init() throws { world = try World() }

  private func chain(_ policy: StorePolicy) -> StoreChain {
    StoreChain(policy, stores: [kernel, service, file], world.context)
  }

  private func entry(_ token: String = "t", lasting seconds: Double = 3600) -> TokenEntry {
    TokenEntry(token: token, expiration: world.time.now + seconds, mintedAt: world.time.now - 3600, key: key)
  }

  private func put(_ entry: TokenEntry, in stores: ScriptedStore...) throws {
    let bytes = try #require(entry.encoded)
    for store in stores { store.put(bytes, for: entry.key) }
  }

  private func stored(in store: ScriptedStore) -> TokenEntry? {
    store.content(key).flatMap { TokenEntry($0, for: key) }
  }

  /// Fails as a store does that is not there, or not fit for use.
  private func absent(_ kind: StoreKind) -> StoreFailure { .absent(kind, reason: "scripted") }
  private func unusable(_ kind: StoreKind) -> StoreFailure { .unusable(kind, reason: "scripted") }

  // MARK: Writing

  @Test func automaticWritesTheQuickCopyAndTheRecord() throws {
    try chain(.automatic).write(entry())
    #expect(stored(in: kernel) == entry())
    #expect(stored(in: service) == entry())
    #expect(file.calls.isEmpty)
  }

  @Test func theFileIsForMachinesThatHaveNeither() throws {
    kernel.fail(absent(.kernel))
    service.fail(absent(.secretService))
    try chain(.automatic).write(entry())
    #expect(stored(in: file) == entry())
  }

  @Test func withoutSecretServiceTheQuickCopyIsEnough() throws {
    service.fail(unusable(.secretService))
    try chain(.automatic).write(entry())
    #expect(stored(in: kernel) == entry())
    #expect(file.calls.isEmpty)
  }

  @Test func withoutTheKernelSecretServiceIsEnough() throws {
    kernel.fail(absent(.kernel))
    try chain(.automatic).write(entry())
    #expect(stored(in: service) == entry())
    #expect(file.calls.isEmpty)
  }

  @Test func automaticLivesWithoutAnyStore() throws {
    for store in [kernel, service, file] { store.fail(unusable(store.kind)) }
    try chain(.automatic).write(entry())
    #expect(try chain(.automatic).readBest(key, isGood: { _ in true }) == nil)
    #expect(world.output.errorLines.isEmpty)
  }

  @Test func automaticSaysAloudWhatIsUnsafe() throws {
    kernel.fail(absent(.kernel))
    service.fail(absent(.secretService))
    file.fail(.unsafe(.file, reason: "/x is open to other users"))
    // Once, though every lookup that finds nothing writes as well.
    #expect(try chain(.automatic).readBest(key, isGood: { _ in true }) == nil)
    try chain(.automatic).write(entry())
    #expect(world.output.errorLines.count == 1)
    #expect(world.output.standardError.contains("/x is open to other users"))
  }

  /// Whether the store is pinned or not: a new one takes its place.
  @Test(arguments: [StorePolicy.automatic, .only(.file)])
  func anEntryThatWasRemovedIsReportedAndIsNoFailure(_ policy: StorePolicy) throws {
    kernel.fail(absent(.kernel))
    service.fail(absent(.secretService))
    file.fail(.dropped(.file, reason: "/x is a symbolic link, and was\nremoved"))
    #expect(try chain(policy).readBest(key, isGood: { _ in true }) == nil)
    #expect(
      world.output.errorLines
        == ["codeartifact-keyring: the private file was refused: /x is a symbolic link, and was removed"])
    file.fail(nil)
    try chain(policy).write(entry())
    #expect(try chain(policy).readBest(key, isGood: { _ in true })?.store == .file)
  }

  @Test func whatCannotBeReadBackIsNotWritten() throws {
    try chain(.automatic).write(entry("two words"))
    #expect(kernel.calls.isEmpty && service.calls.isEmpty && file.calls.isEmpty)
  }

  // MARK: Pinned stores

  @Test(arguments: StoreKind.allCases)
  func aPinnedStoreIsUsedAlone(_ kind: StoreKind) throws {
    let chain = chain(.only(kind))
    try chain.write(entry())
    #expect(try chain.readBest(key, isGood: { _ in true })?.store == kind)
    try chain.remove(key)
    for store in [kernel, service, file] { #expect(store.calls.isEmpty == (store.kind != kind)) }
  }

  @Test(arguments: StoreKind.allCases)
  func thePinnedStoresFailureIsTheUsersToHear(_ kind: StoreKind) throws {
    let chain = chain(.only(kind))
    for failure in [absent(kind), unusable(kind), .unsafe(kind, reason: "scripted")] {
      for store in [kernel, service, file] where store.kind == kind { store.fail(failure) }
      #expect(throws: failure) { try chain.write(entry()) }
      #expect(throws: failure) { try chain.readBest(key, isGood: { _ in true }) }
      #expect(throws: failure) { try chain.remove(key) }
    }
    for store in [kernel, service, file] where store.kind != kind { #expect(store.calls.isEmpty) }
  }

  @Test func noneStoresNothing() throws {
    try put(entry(), in: kernel, service, file)
    try chain(.none).write(entry())
    #expect(try chain(.none).readKernel(key) == nil)
    #expect(try chain(.none).readBest(key, isGood: { _ in true }) == nil)
    try chain(.none).remove(key)
    #expect(kernel.calls.isEmpty && service.calls.isEmpty && file.calls.isEmpty)
  }

  // MARK: Reading

  @Test func aQuickCopyThatIsGoodSparesTheOthers() throws {
    try put(entry(), in: kernel, service, file)
    let found = try chain(.automatic).readBest(key, isGood: { _ in true })
    #expect(found == StoreChain.Found(entry: entry(), store: .kernel))
    #expect(service.calls.isEmpty && file.calls.isEmpty)
  }

  @Test func whatComesFromASlowerStoreIsCopied() throws {
    try put(entry(), in: service)
    #expect(try chain(.automatic).readKernel(key) == nil)
    #expect(try chain(.automatic).readBest(key, isGood: { _ in true })?.store == .secretService)
    #expect(try chain(.automatic).readKernel(key)?.entry == entry())
    #expect(file.calls.isEmpty)
  }

  @Test func theFirstGoodOneWins() throws {
    try put(entry("old", lasting: 10), in: kernel)
    try put(entry("good", lasting: 20), in: service)
    try put(entry("longest", lasting: 99), in: file)
    let found = try chain(.automatic).readBest(key, isGood: { $0.entry.token == "good" })
    #expect(found?.entry.token == "good")
    #expect(file.calls.isEmpty)
  }

  @Test func amongTheBadTheLongestLivedWins() throws {
    try put(entry("kernel", lasting: 20), in: kernel)
    try put(entry("service", lasting: 99), in: service)
    try put(entry("file", lasting: 30), in: file)
    #expect(try chain(.automatic).readBest(key, isGood: { _ in false })?.entry.token == "service")
    #expect(stored(in: kernel)?.token == "service")
  }

  @Test func aStoreThatFailsIsPassedOver() throws {
    kernel.fail(unusable(.kernel))
    service.fail(unusable(.secretService))
    try put(entry(), in: file)
    #expect(try chain(.automatic).readBest(key, isGood: { _ in true })?.store == .file)
  }

  @Test(arguments: ["", "{", "not an entry"])
  func aDamagedEntryIsDroppedAndTheNextStoreAsked(_ damage: String) throws {
    kernel.put(Array(damage.utf8), for: key)
    service.put(Array(damage.utf8), for: key)
    try put(entry(), in: file)
    #expect(try chain(.automatic).readBest(key, isGood: { _ in true })?.store == .file)
    #expect(service.content(key) == nil)
    // The quick copy now is that of the file.
    #expect(stored(in: kernel) == entry())
  }

  @Test func anEntryOfAnotherKeyIsDropped() throws {
    let other = TokenEntry(
      token: "t", expiration: world.time.now + 9999, mintedAt: 1, key: EntryKey(["domain": "other"]))
    kernel.put(try #require(other.encoded), for: key)
    #expect(try chain(.automatic).readKernel(key) == nil)
    #expect(kernel.calls == ["read", "remove"])
    #expect(kernel.content(key) == nil)
  }

  @Test func anExpiredEntryIsDropped() throws {
    try put(entry(lasting: 100), in: kernel)
    world.time.advance(99)
    #expect(try chain(.automatic).readKernel(key) != nil)
    world.time.advance(1)
    #expect(try chain(.automatic).readKernel(key) == nil)
    #expect(kernel.content(key) == nil)
  }

  /// A clock that was set back makes an old entry look young: it would be served long after its end.
  @Test func anEntryFromFarAheadIsDropped() throws {
    let ahead = TokenEntry(
      token: "t", expiration: world.time.now + 86_400 * 30, mintedAt: world.time.now + 86_400 * 30 - 3600, key: key)
    try put(ahead, in: file)
    #expect(try chain(.only(.file)).readBest(key, isGood: { _ in true }) == nil)
    #expect(file.content(key) == nil)
    // A wrong zone of time is no reason.
    let near = TokenEntry(
      token: "t", expiration: world.time.now + 86_399, mintedAt: world.time.now + 43_200, key: key)
    try put(near, in: file)
    #expect(try chain(.only(.file)).readBest(key, isGood: { _ in true })?.entry == near)
  }

  @Test func forgettingIsForgettingEverywhere() throws {
    try put(entry(), in: kernel, service, file)
    service.fail(unusable(.secretService))
    // It may still be there: who wants it forgotten must hear of it.
    #expect(throws: unusable(.secretService)) { try chain(.automatic).remove(key) }
    #expect(kernel.content(key) == nil && file.content(key) == nil)
    #expect(service.calls == ["remove"])
  }

  @Test func anAbsentStoreHasNothingToRemove() throws {
    for store in [kernel, service] { store.fail(absent(store.kind)) }
    try put(entry(), in: file)
    try chain(.automatic).remove(key)
    #expect(file.content(key) == nil)
  }

  @Test func failuresNameTheStore() {
    for kind in StoreKind.allCases {
      for failure in [absent(kind), unusable(kind), StoreFailure.unsafe(kind, reason: "scripted")] {
        #expect("\(failure)".contains(kind.title))
        #expect("\(failure)".contains("scripted"))
      }
    }
  }

  // MARK: All of them

  @Test func everyEntryIsListedWithItsStore() throws {
    let own = TokenEntry(
      token: "t", expiration: world.time.now + 60, mintedAt: world.time.now, key: EntryKey(["domain": "b"]),
      identity: "profile \"dev\"")
    try put(entry(), in: kernel, service)
    try put(own, in: service)
    try put(entry(lasting: -1), in: file)
    file.put(Array("damaged".utf8), for: EntryKey(["domain": "c"]))
    let found = try chain(.automatic).entries()
    #expect(found.count == 3)
    #expect(found.filter { $0.entry.key == key }.map(\.store) == [.kernel, .secretService])
    #expect(found.first { $0.entry.key == own.key }?.entry == own)
    #expect(try chain(.none).entries().isEmpty)
  }

  @Test func aStoreThatFailsIsPassedOverInAListButNotWhenPinned() throws {
    service.fail(unusable(.secretService))
    try put(entry(), in: kernel)
    #expect(try chain(.automatic).entries().map(\.store) == [.kernel])
    #expect(throws: unusable(.secretService)) { try chain(.only(.secretService)).entries() }
  }

  @Test func whatHasTheAttributesIsForgottenEverywhere() throws {
    let other = TokenEntry(
      token: "t", expiration: world.time.now + 60, mintedAt: world.time.now, key: EntryKey(["domain": "b"]))
    try put(entry(), in: kernel, service, file)
    try put(other, in: kernel)
    kernel.fail(absent(.kernel))
    service.fail(unusable(.secretService))
    #expect(throws: unusable(.secretService)) { try chain(.automatic).removeAll(matching: ["domain": "acme"]) }
    #expect(stored(in: file) == nil, "a store that fails does not keep the others from forgetting")
    kernel.fail(nil)
    service.fail(nil)
    try chain(.automatic).removeAll(matching: ["domain": "acme"])
    #expect(try chain(.automatic).entries().map(\.entry) == [other])
    try chain(.automatic).removeAll(matching: [:])
    #expect(try chain(.automatic).entries().isEmpty)
  }
}
