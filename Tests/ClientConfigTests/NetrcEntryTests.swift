import ClientConfig
import Testing

@Suite struct NetrcEntryTests {
  private func entries(_ text: String) -> [NetrcEntry] { NetrcEntry.all(in: Array(text.utf8)) }

  @Test func entriesOfANetrcFile() throws {
    let text = "machine a.example login b password c\nmachine\tB.Example\n  login d\n  password e\n\ndefault login f\n"
    let found = entries(text)
    #expect(found.map(\.machine) == ["a.example", "b.example", nil])
    #expect(found.map(\.password) == ["c", "e", ""])
    #expect(found.map(\.line) == [0, 1, 5])
    #expect(found.map(\.lastLine) == [0, 3, 5])
    for entry in found { #expect(Array(text.utf8).dropFirst(entry.offset).starts(with: entry.bytes)) }
    #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) }.joined() == text.replacing("\n\n", with: "\n"))
  }

  @Test(arguments: [
    // A value may look like a word of the grammar.
    ("machine machine login login password password", ["machine"], ["password"]),
    ("machine a password machine machine b password x", ["a", "b"], ["machine", "x"]),
    ("machine a login password password x", ["a"], ["x"]),
    ("machine a login #b password #c", ["a"], ["#c"]),
    ("# machine x password y\nmachine a password b", ["a"], ["b"]),
    ("machine a password \"b\"", ["a"], ["b"]),
    ("macdef init\nmachine x password y\n\nmachine a password b", ["a"], ["b"]),
    ("machine", [], []),
    ("password x", [], []),
    ("", [], []),
    ("machine a password", ["a"], [""]),
    // The value is missing: what a person meant is the entry of the next line.
    ("machine a password \nmachine b login c password d", ["a", "b"], ["", "d"]),
    ("machine a password x login\ndefault login c password d", ["a", nil], ["x", "d"]),
  ])
  func oddNetrcFiles(_ text: String, _ machines: [String?], _ passwords: [String]) {
    #expect(entries(text).map(\.machine) == machines)
    #expect(entries(text).map(\.password) == passwords)
  }

  @Test func anEntryWithoutAValueEndsWithItsLine() {
    let found = entries("machine a login b password \nmachine c login d password e\nmachine f password\n")
    #expect(found.map(\.lastLine) == [0, 1, 2])
    #expect(found.map(\.isUnfinished) == [true, false, false])
    #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) }.first == "machine a login b password \n")
  }

  /// It took minutes once.
  @Test(arguments: [0, 200_000]) func aLongFileOfOneWordIsRead(blanks: Int) {
    let text = String(repeating: " ", count: blanks) + String(repeating: "machine ", count: 100_000)
    #expect(entries(text).count == 50_000)
  }

  @Test func anEntryBesideAnotherOneIsTakenOutAlone() throws {
    let entry = try #require(entries("machine a password b machine c password d\n").first)
    #expect(String(decoding: entry.bytes, as: UTF8.self) == "machine a password b")
  }
}
