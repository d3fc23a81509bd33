import Testing

@testable import Commands

@Suite struct TableTests {
  @Test func columnsAreAsWideAsTheyNeedToBe() {
    let text = table(["A", "LONG", "C"], [["one", "x", ""], ["b", "", "three"]])
    #expect(text == "A    LONG  C\none  x\nb          three\n")
  }

  @Test func theWidestColumnsAreCutOnANarrowTerminal() {
    let long = String(repeating: "x", count: 30)
    func text(_ columns: Int?) -> String {
      table(["A", "B", "C"], [["short", long, "a description of it"]], columns: columns)
    }
    let lines = text(40).split(separator: "\n")
    #expect(lines[1] == "short  xxxxxxxxxxxxxxx…  a description …")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(text(200) == text(nil))
    // Too narrow for any table: the terminal breaks its lines.
    #expect(text(1).contains("short  xxxxxxxxxxx…  a descripti…"))
  }

  @Test func aCellIsOneShortLine() {
    let text = table(["A"], [["a\n\u{1B}b"], [String(repeating: "x", count: 81)]])
    #expect(text == "A\na  b\n\(String(repeating: "x", count: 80))…\n")
  }
}
