import Testing

@testable import Commands

@Suite struct TableTests {
  @Test func columnsAreAsWideAsTheyNeedToBe() {
    let table = Table(headings: ["A", "LONG", "C"], rows: [["one", "x", ""], ["b", "", "three"]])
    #expect(table.text() == "A    LONG  C\none  x\nb          three\n")
  }

  @Test func theWidestColumnsAreCutOnANarrowTerminal() {
    let long = String(repeating: "x", count: 30)
    let table = Table(headings: ["A", "B", "C"], rows: [["short", long, "a description of it"]])
    let lines = table.text(columns: 40).split(separator: "\n")
    #expect(lines[1] == "short  xxxxxxxxxxxxxxx…  a description …")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(table.text(columns: 200) == table.text())
    // Too narrow for any table: the terminal breaks its lines.
    #expect(table.text(columns: 1).contains("short  xxxxxxxxxxx…  a descripti…"))
  }

  @Test func aCellIsOneShortLine() {
    let text = Table(headings: ["A"], rows: [["a\n\u{1B}b"], [String(repeating: "x", count: 81)]]).text()
    #expect(text == "A\na  b\n\(String(repeating: "x", count: 80))…\n")
  }
}
