import Testing

@testable import Commands

@Suite struct TableTests {
  @Test func columnsAreAsWideAsTheyNeedToBe() {
    let table = Table(headings: ["A", "LONG", "C"], rows: [["one", "x", ""], ["b", "", "three"]])
    #expect(table.text == "A    LONG  C\none  x\nb          three\n")
  }

  @Test func aCellIsOneShortLine() {
    let text = Table(headings: ["A"], rows: [["a\n\u{1B}b"], [String(repeating: "x", count: 81)]]).text
    #expect(text == "A\na  b\n\(String(repeating: "x", count: 80))…\n")
  }
}
