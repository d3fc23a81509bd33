import FoundationEssentials
import Platform
import TestSupport
import Testing
import TokenStores

@testable import CodeArtifact

/// A token as AWS makes them: five parts, the first a readable header with an expiry. Nothing in it opens anything.
func webToken(_ name: String, header: String) -> String {
  let first = Data(header.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    .replacing("=", with: "")
  return "\(first).\(name).iv.text.tag"
}

func webToken(_ name: String, expiring epoch: Double) -> String {
  webToken(name, header: "{\"ver\":1,\"isu\":1,\"enc\":\"A128GCM\",\"exp\":\(Int(epoch)),\"alg\":\"A128GCMKW\"}")
}

@Suite struct EnvironmentTokenTests {
  private let repository = Repository(
    domain: "my-acme-2", owner: "111122223333", region: "us-east-1", apiEndpoint: "https://a")

  private func find(
    _ variables: [String: String], files: [String: String] = [:]
  ) throws -> (token: AuthorizationToken?, skipped: [EnvironmentToken.Skipped]) {
    let directory = try TemporaryDirectory()
    for (name, content) in files { try directory.file(name, content) }
    let variables = variables.mapValues { $0.replacing("DIR", with: directory.path) }
    let world = try World(variables, directory: directory)
    return EnvironmentToken(world.context).find(for: repository)
  }

  /// From the first to the last that is asked.
  static let order = [
    "CODEARTIFACT_TOKEN_MY_ACME_2", "CODEARTIFACT_TOKEN", "CODEARTIFACT_AUTH_TOKEN",
    "CODEARTIFACT_TOKEN_MY_ACME_2_FILE",
    "CODEARTIFACT_TOKEN_FILE", "CODEARTIFACT_AUTH_TOKEN_FILE",
  ]

  @Test(arguments: order.indices)
  func theFirstInOrderIsTaken(_ index: Int) throws {
    var variables: [String: String] = [:]
    var files: [String: String] = [:]
    for name in Self.order[index...] {
      variables[name] = name.hasSuffix("_FILE") ? "DIR/\(name)" : "token-\(name)"
      files[name] = "token-\(name)\n"
    }
    let found = try find(variables, files: files)
    #expect(found.token?.value == "token-\(Self.order[index])")
    #expect(found.token?.source == .environment(.variable(Self.order[index])))
    #expect(found.skipped.isEmpty)
  }

  @Test func thereMayBeNone() throws {
    let found = try find([
      "CODEARTIFACT_TOKEN": "", "CODEARTIFACT_TOKEN_OTHER": "x", "CODEARTIFACT_TOKEN_MY-ACME-2": "x",
    ])
    #expect(found.token == nil)
    #expect(found.skipped.isEmpty)
  }

  /// `exec` sets both variables for one domain; a lookup below it may be for another domain.
  @Test(arguments: ["CODEARTIFACT_TOKEN", "CODEARTIFACT_AUTH_TOKEN"])
  func theTokenOfAnotherDomainIsNotUsed(_ variable: String) throws {
    let found = try find([variable: "'one'", "CODEARTIFACT_TOKEN_OTHER": "one"])
    #expect(found.token == nil)
    #expect(found.skipped.map(\.description) == ["\(variable) (is the token of CODEARTIFACT_TOKEN_OTHER)"])
    #expect(try find([variable: "two", "CODEARTIFACT_TOKEN_OTHER": "one"]).token?.value == "two")
    let both = ["CODEARTIFACT_TOKEN_MY_ACME_2": "one", "CODEARTIFACT_TOKEN_OTHER": "one", variable: "one"]
    #expect(try find(both).token?.source == .environment(.variable("CODEARTIFACT_TOKEN_MY_ACME_2")))
  }

  @Test(arguments: [
    "token", "  token\n", "\ttoken\r\n", #"{"authorizationToken": "token", "expiration": 1}"#,
    " {\"authorizationToken\":\"token\"}\n", "\"token\"\n", "'token'",
  ])
  func aTokenIsFoundInItsWrapping(_ text: String) throws {
    #expect(try find(["CODEARTIFACT_TOKEN": text]).token?.value == "token")
    #expect(try find(["CODEARTIFACT_TOKEN_FILE": "DIR/t"], files: ["t": text]).token?.value == "token")
  }

  @Test(arguments: [
    "two words", " ", "\n", "line\nend", "ümlaut", "{\"other\": 1}", #"{"authorizationToken": "a b"}"#, "\u{1B}[31m",
    String(repeating: "x", count: 20_000), "None\n", "null", "\"\"", "\"None\"",
  ])
  func whatIsNoTokenIsPassedOverAndNamed(_ text: String) throws {
    let found = try find(["CODEARTIFACT_TOKEN": text, "CODEARTIFACT_AUTH_TOKEN_FILE": "DIR/t"], files: ["t": text])
    #expect(found.token == nil)
    try #require(found.skipped.count == 2)
    #expect(
      found.skipped.map(\.place) == [.variable("CODEARTIFACT_TOKEN"), .variable("CODEARTIFACT_AUTH_TOKEN_FILE")])
    // Whatever it was, it may have been a secret.
    #expect(trimmed(text).isEmpty || !found.skipped.map(\.description).joined().contains(trimmed(text)))
  }

  @Test func anExpiredOneIsPassedOverForTheNext() throws {
    let now = ManualClock().now
    let over = webToken("over", expiring: now)
    let fresh = webToken("fresh", expiring: now + 1)
    let found = try find(["CODEARTIFACT_TOKEN": over, "CODEARTIFACT_AUTH_TOKEN": fresh])
    #expect(found.token?.value == fresh)
    #expect(found.token?.expiration == now + 1)
    let none = try find(["CODEARTIFACT_TOKEN_MY_ACME_2": over])
    #expect(none.token == nil)
    #expect(none.skipped == [.init(place: .variable("CODEARTIFACT_TOKEN_MY_ACME_2"), reason: "has expired")])
    #expect(none.skipped.map(\.description) == ["CODEARTIFACT_TOKEN_MY_ACME_2 (has expired)"])
  }

  @Test(arguments: [
    "DIR/absent", "DIR", "/dev/zero", "relative/absent", "DIR/absent/\u{1}",
  ])
  func aFileThatCannotBeReadIsNamed(_ path: String) throws {
    let found = try find(["CODEARTIFACT_TOKEN_FILE": path])
    #expect(found.token == nil)
    #expect(found.skipped.map(\.place) == [.variable("CODEARTIFACT_TOKEN_FILE")])
    #expect(found.skipped.first?.place.removal.command == "unset CODEARTIFACT_TOKEN_FILE")
  }

  @Test(
    arguments: [
      (#"{"exp": 1800000000}"#, 1_800_000_000), (#"{"exp": 1800000000.5, "alg": "x"}"#, 1_800_000_000.5),
      (#"{"alg": "x"}"#, nil),
      (#"{"exp": "soon"}"#, nil), (#"{"exp": null}"#, nil), (#"{"exp": 1e300}"#, nil), ("", nil), ("no JSON", nil),
      ("[]", nil), ("??>>~~", nil),
    ] as [(String, Double?)])
  func expiryIsReadFromTheHeader(_ header: String, _ expiration: Double?) {
    #expect(EnvironmentToken.expiration(of: webToken("t", header: header)) == expiration)
  }

  @Test(arguments: ["", "opaque", "a.b", "a.b.c", "a.b.c.d", "....", "!!!!.b.c.d.e", "a.b.c.d.e.f"])
  func aTokenOfAnotherShapeHasNoKnownEnd(_ token: String) {
    #expect(EnvironmentToken.expiration(of: token) == nil)
  }

  @Test func aTokenDoesNotShowItself() {
    let token = AuthorizationToken(
      value: "hunter2", expiration: nil, source: .environment(.variable("CODEARTIFACT_TOKEN")))
    for text in ["\(token)", String(reflecting: token)] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("CODEARTIFACT_TOKEN"))
    }
    #expect("\(AuthorizationToken.Source.minted)" == "aws")
    #expect("\(AuthorizationToken.Source.cached(.secretService))" == "secret-service")
  }
}
