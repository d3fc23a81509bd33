@testable import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands
@testable import TokenStores

@Suite struct StatusTests {
  private func found(
    _ domain: String = "acme", owner: String = "111122223333", region: String = "us-east-1",
    in store: StoreKind = .kernel, for seconds: Double = 3600
  ) -> StoreChain.Found {
    let key = EntryKey(["domain": domain, "owner": owner, "region": region])
    return StoreChain.Found(
      entry: TokenEntry(
        token: "secret", expiration: 1000 + seconds, mintedAt: 1000, key: key, identity: "profile \"dev\""),
      store: store)
  }

  private func text(_ status: Status, columns: Int? = nil) -> String {
    status.text(columns: columns, ManualClock().clock.localTime)
  }

  @Test func aTokenHasOneRowWhateverHoldsIt() {
    let rows = Status.tokens(
      [found(for: 60), found("other"), found(in: .secretService, for: 50), found(in: .file, for: 70)], now: 1000)
    #expect(rows.map(\.domain) == ["acme", "other"])
    #expect(rows.map(\.stores) == [["kernel", "secret-service", "file"], ["kernel"]])
    #expect(rows.map(\.store) == ["kernel", "kernel"])
    #expect(rows.map(\.seconds_left) == [60, 3600])
  }

  @Test func rowsAreInTheOrderOfTheirNames() {
    let rows = Status.tokens(
      [found("b"), found("a", region: "us-west-2"), found("a"), found("a", owner: "000000000000")], now: 1000)
    #expect(
      rows.map { "\($0.domain) \($0.owner) \($0.region)" } == [
        "a 000000000000 us-east-1", "a 111122223333 us-east-1", "a 111122223333 us-west-2", "b 111122223333 us-east-1",
      ])
  }

  @Test(arguments: [
    ("acme", "111122223333", "us-east-1", true), ("other", "111122223333", "us-east-1", false),
    ("acme", "444455556666", "us-east-1", false), ("acme", "111122223333", "us-west-2", false),
  ])
  func aTokenIsOfOneDomain(_ domain: String, _ owner: String, _ region: String, _ isOurs: Bool) {
    let repository = Repository(domain: domain, owner: owner, region: region, apiEndpoint: "https://x")
    #expect(Status.Token(found(), now: 1000).belongs(to: repository) == isOurs)
  }

  @Test func similarTokensAreDistinguished() {
    func token(_ domain: String, _ endpoint: String, _ seconds: Int) -> StoreChain.Found {
      let key = EntryKey(["domain": domain, "endpoint": "https://\(endpoint)", "duration": String(seconds)])
      let entry = TokenEntry(token: "secret", expiration: 1600, mintedAt: 1000, key: key, identity: "me")
      return StoreChain.Found(entry: entry, store: .kernel)
    }
    let found = [
      token("acme", "a.example", 43200), token("acme", "b.example", 900), token("acme", "c.example", 0),
      token("other", "a.example", 43200),
    ]
    #expect(
      text(Status(stores: [], tokens: Status.tokens(found, now: 1000), last_failure: nil)) == """
        stores: none, as configured

        DOMAIN  OWNER  REGION  IDENTITY  STORE   TIME LEFT  EXPIRES           REQUEST
        acme                   me        kernel  10 min     1970-01-01 00:26  a.example, 12 h 0 min
        acme                   me        kernel  10 min     1970-01-01 00:26  b.example, 15 min
        acme                   me        kernel  10 min     1970-01-01 00:26  c.example, session
        other                  me        kernel  10 min     1970-01-01 00:26


        """)
  }

  /// The file is in use where it has tokens, as where the kernel's quota is full.
  @Test(arguments: [([], false), ([StoreKind.kernel], false), ([.kernel, .file], true)])
  func aStoreWithTokensIsInUse(_ kinds: [StoreKind], _ isInUse: Bool) {
    let checks = [
      StoreCheck(kind: .kernel, failure: nil, place: nil), StoreCheck(kind: .file, failure: nil, place: "/there"),
    ]
    let stores = Status.stores(checks, kinds.map { found(in: $0) })
    #expect(stores.map(\.in_use) == [true, isInUse])
    #expect(stores.map(\.reason) == ["in memory", isInUse ? "/there" : "not needed, since another store is in use"])
  }

  @Test func theMessageForAPerson() {
    let kept = Status(
      stores: [
        Status.Store(name: "kernel", in_use: true, reason: "in memory"),
        Status.Store(name: "secret-service", in_use: false, reason: "there is no session bus"),
      ], tokens: Status.tokens([found(), found("other", for: 3599)], now: 1000),
      last_failure: Status.Failure(time: 100, now: 1000, line: "it failed"))
    #expect(
      text(kept) == """
        kernel          in use: in memory
        secret-service  not used: there is no session bus

        DOMAIN  OWNER         REGION     IDENTITY       STORE   TIME LEFT  EXPIRES
        acme    111122223333  us-east-1  profile "dev"  kernel  1 h 0 min  1970-01-01 01:16
        other   111122223333  us-east-1  profile "dev"  kernel  59 min     1970-01-01 01:16

        last failure, 15 min ago (1970-01-01 00:01): it failed

        """)
    #expect(text(Status(stores: [], tokens: [], last_failure: nil)) == "stores: none, as configured\nno tokens\n")
  }

  /// It is not what whole seconds make of it: both are the same moment as in the JSON.
  @Test func momentsAreExact() {
    let status = Status(
      stores: [], tokens: Status.tokens([found(for: 3620)], now: 1000.5),
      last_failure: Status.Failure(time: 59.5, now: 1000, line: "it failed"))
    #expect(status.tokens.map(\.expires_at) == ["1970-01-01T01:17:00Z"])
    #expect(text(status).contains("1 h 0 min  1970-01-01 01:17\n"))
    #expect(text(status).contains("ago (1970-01-01 00:00): it failed"))
  }

  @Test func aReasonIsWrappedInTheWidthOfTheTerminal() {
    let store = Status.Store(name: "file", in_use: false, reason: "not needed, since another store keeps tokens")
    #expect(
      text(Status(stores: [store], tokens: [], last_failure: nil), columns: 50) == """
        file            not used: not needed, since
                        another store keeps tokens
        no tokens

        """)
  }
}
