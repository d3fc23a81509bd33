import TestSupport
import Testing

@testable import TokenStores

@Suite struct EntryKeyTests {
  @Test func hasTheSameNameForEver() {
    // Another name would orphan what is cached: it may change with the entry's version only.
    #expect(EntryKey(["domain": "acme", "owner": "111122223333"]).name == "2aca69cab291ea909ef4e415a8c89063")
    #expect(EntryKey.digest("") == "e3b0c44298fc1c149afbf4c8996fb924")
  }

  @Test func doesNotDependOnTheOrderOfAttributes() {
    #expect(EntryKey(["a": "1", "b": "2"]) == EntryKey(["b": "2", "a": "1"]))
    #expect(EntryKey(["a": "1", "b": "2"]).name == EntryKey(["b": "2", "a": "1"]).name)
    #expect(EntryKey(["a": "1", "b": "2"]).attributes == ["a": "1", "b": "2"])
  }

  @Test(arguments: [
    EntryKey(["domain": "acme", "owner": "111122223334", "region": "us-east-1"]),
    EntryKey(["domain": "acme2", "owner": "111122223333", "region": "us-east-1"]),
    EntryKey(["domain": "acme", "owner": "111122223333", "region": "us-east-2"]),
    EntryKey(["domain": "acme", "owner": "111122223333", "regions": "us-east-1"]),
    EntryKey(["domain": "acme", "owner": "111122223333", "region": ""]),
    EntryKey(["domain": "acme", "owner": "111122223333"]),
    EntryKey(["domain": "acme", "owner": "111122223333", "region": "us-east-1", "more": ""]),
    EntryKey(["domain": "acmeowner=111122223333", "region": "us-east-1"]),
    EntryKey([:]),
  ])
  func differsByEveryAttribute(_ other: EntryKey) {
    let key = EntryKey(["domain": "acme", "owner": "111122223333", "region": "us-east-1"])
    #expect(other != key)
    #expect(other.name != key.name)
  }

  @Test func aNameIsFitForAFile() {
    let name = EntryKey(["domain": "../../etc/passwd"]).name
    #expect(name.count == 32)
    #expect(name.allSatisfy { $0.isHexDigit && !$0.isUppercase })
  }
}

@Suite struct TokenEntryTests {
  static let key = EntryKey(["domain": "acme", "owner": "111122223333", "region": "us-east-1"])

  /// An entry as JSON, with some of its members written differently, or left out where nil.
  static func json(_ changes: [String: String?] = [:], more: String = "") -> String {
    let members: KeyValuePairs = [
      "version": "1", "token": "\"abc.def\"", "expiration": "1800043200.0", "minted_at": "1800000000.5",
      "retry_after": "null", "entry": "\"\(key.name)\"", "key": "{\"domain\": \"acme\"}",
    ]
    let lines = members.compactMap { name, value -> String? in
      let value = changes[name] ?? value
      return value.map { "\"\(name)\": \($0)" }
    }
    return "{\(lines.joined(separator: ", "))\(more)}"
  }

  @Test func saysItselfWhatItBelongsTo() throws {
    let entry = TokenEntry(
      token: "t", expiration: 2, mintedAt: 1, key: Self.key, identity: "profile \"dev\" (SSO session \"corp\")")
    let bytes = try #require(entry.encoded)
    #expect(TokenEntry(bytes) == entry)
    #expect(TokenEntry(bytes, for: Self.key)?.retrying(after: 3).identity == entry.identity)
    #expect(TokenEntry.matches(bytes, ["domain": "acme"]) && TokenEntry.matches(bytes, [:]))
    #expect(!TokenEntry.matches(bytes, ["domain": "acme", "region": "eu-west-1"]))
    #expect(TokenEntry.matches([0xFF], [:]) && !TokenEntry.matches([0xFF], ["domain": "acme"]))
  }

  /// One that says one thing and is filed under another is nobody's; one of an older version, without identity, is as good as ever.
  @Test func isReadWithItsKeyOrNotAtAll() {
    #expect(TokenEntry(Array(Self.json().utf8)) == nil, "the key is not the whole one")
    let key = "{\"domain\": \"acme\", \"owner\": \"111122223333\", \"region\": \"us-east-1\"}"
    let whole = TokenEntry(Array(Self.json(["key": key]).utf8))
    #expect(whole?.key == Self.key && whole?.identity == nil)
    #expect(TokenEntry(Array("{}".utf8)) == nil && TokenEntry([]) == nil)
  }

  @Test(
    arguments: [nil, 1_800_000_100.25] as [Double?],
    ["a", "abc.def_-", "quote\"back\\slash/", String(repeating: "x", count: 8000)])
  func comesBackAsItWas(_ retryAfter: Double?, _ token: String) throws {
    let entry = TokenEntry(
      token: token, expiration: 1_800_043_200.75, mintedAt: 1_800_000_000.125, retryAfter: retryAfter, key: Self.key)
    let bytes = try #require(entry.encoded)
    #expect(TokenEntry(bytes, for: Self.key) == entry)
  }

  @Test func retryingChangesNothingElse() {
    let entry = TokenEntry(token: "t", expiration: 3, mintedAt: 1, key: Self.key)
    #expect(
      entry.retrying(after: 2) == TokenEntry(token: "t", expiration: 3, mintedAt: 1, retryAfter: 2, key: Self.key))
  }

  @Test func readsWhatThisTableIsMadeFrom() throws {
    let entry = try #require(TokenEntry(Array(Self.json().utf8), for: Self.key))
    #expect(entry.expiration == 1_800_043_200)
    #expect(entry.mintedAt == 1_800_000_000.5)
    #expect(entry.retryAfter == nil)
    // What a later version adds is passed over.
    #expect(TokenEntry(Array(Self.json(more: ", \"later\": [1]").utf8), for: Self.key) != nil)
    #expect(TokenEntry(Array(Self.json(["retry_after": nil]).utf8), for: Self.key) != nil)
  }

  struct Damaged: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) { (self.name, bytes) = (name, Array(text.utf8)) }
    init(_ name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }

    var testDescription: String { name }
  }

  static let truncated = stride(from: 0, to: json().utf8.count, by: 7).map {
    Damaged("cut after \($0) bytes", bytes: Array(json().utf8.prefix($0)))
  }

  static let members = [
    "version": ["0", "2", "-1", "\"1\"", "null", "true", "1.5", "[1]", "1e99"],
    "token": [
      "\"\"", "null", "7", "[\"a\"]", "\"two words\"", "\"line\\nend\"", "\"tab\\t\"", "\"nul\\u0000\"", "\"\\u007f\"",
      "\"\\u001b[31m\"", "\"ümlaut\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"",
      "\"\(String(repeating: "x", count: 17_000))\"",
    ],
    "expiration": [
      "NaN", "\"NaN\"", "Infinity", "-Infinity", "-1", "0", "1e11", "1e300", "1e400", "null", "\"1800043200\"", "[]",
      "true", "1800000000.5", "1799999999",
    ],
    "minted_at": ["NaN", "-0.001", "-1e300", "1800043200.0", "1900000000", "1e300", "null", "\"0\"", "{}", "false"],
    "retry_after": ["\"soon\"", "NaN", "[]", "true"],
    "entry": [
      "\"\"", "null", "7", "\"0123456789abcdef0123456789abcdef\"", "\"\(key.name.uppercased())\"", "\"\(key.name) \"",
    ],
  ]

  static let changed = members.sorted { $0.key < $1.key }.flatMap { name, values in
    values.map { Damaged("\(name) is \($0.prefix(24))", json([name: $0])) }
  }

  static let missing = ["version", "token", "expiration", "minted_at", "entry"].map {
    Damaged("without \($0)", json([$0: nil]))
  }

  static let others = [
    Damaged("no JSON", "token"), Damaged("white space", "  \n"), Damaged("null", "null"),
    Damaged("a list", "[\(json())]"),
    Damaged("a text", "\"\(key.name)\""), Damaged("two entries", json() + json()),
    Damaged("something behind", json() + "x"),
    Damaged("something before", "x" + json()), Damaged("single quotes", json().replacing("\"", with: "'")),
    Damaged("not UTF-8", bytes: Array(json().utf8).map { $0 == 0x61 ? 0xFF : $0 }),
    // Beyond what an integer holds, though its life is short enough.
    Damaged(
      "of the far future", json(["minted_at": "20000000000000000000", "expiration": "20000000000000004096"])),
    Damaged("a NUL in it", bytes: [0] + Array(json().utf8)),
    Damaged("NULs for content", bytes: Array(repeating: 0, count: 512)),
    Damaged("noise", bytes: (0..<512).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }),
    Damaged("oversized", json() + String(repeating: " ", count: TokenEntry.sizeLimit)),
    Damaged("nested deeply", json(["key": String(repeating: "[", count: 8000) + String(repeating: "]", count: 8000)])),
    Damaged("nothing but depth", String(repeating: "{\"key\":", count: 2000)),
  ]

  @Test(arguments: truncated + changed + missing + others)
  func isNotTakenFromDamagedBytes(_ damaged: Damaged) {
    #expect(TokenEntry(damaged.bytes, for: Self.key) == nil)
  }

  @Test func theTableOfDamageIsLong() {
    #expect(Self.truncated.count + Self.changed.count + Self.missing.count + Self.others.count >= 100)
  }

  @Test func isNotTakenForAnotherKey() throws {
    let bytes = try #require(TokenEntry(token: "t", expiration: 3, mintedAt: 1, key: Self.key).encoded)
    #expect(TokenEntry(bytes, for: Self.key) != nil)
    let other = EntryKey(["domain": "acme", "owner": "111122223333", "region": "us-east-2"])
    #expect(TokenEntry(bytes, for: other) == nil)
  }

  /// Any single bit that changes gives the same entry, another well-formed one, or none: never an end of the process.
  @Test func noChangedBitIsFatal() {
    let bytes = Array(Self.json().utf8)
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        if let entry = TokenEntry(changed, for: Self.key) {
          #expect(TokenEntry.isToken(entry.token))
          #expect(entry.mintedAt < entry.expiration)
        }
      }
    }
  }

  @Test(arguments: ["", "two words", "line\n", "ü", String(repeating: "x", count: TokenEntry.sizeLimit)])
  func whatCouldNotBeReadBackIsNotWritten(_ token: String) {
    #expect(TokenEntry(token: token, expiration: 3, mintedAt: 1, key: Self.key).encoded == nil)
  }

  @Test func datesThatAreNoNumbersAreNotWritten() {
    #expect(TokenEntry(token: "t", expiration: .infinity, mintedAt: 1, key: Self.key).encoded == nil)
    #expect(TokenEntry(token: "t", expiration: .nan, mintedAt: 1, key: Self.key).encoded == nil)
  }
}
