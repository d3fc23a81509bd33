import TOMLKit
import Testing

@testable import CodeArtifact

@Suite struct TOMLTextTests {
  @Test(arguments: [
    "", "a = 1\n", "[a]\nb = 1\n", "[[a]]\n[[a]]\n", "[a.b-c.\"d e\".'f']\n", "  [ a . b ]  # c\n",
    "x = [\n  [1],\n  [2],\n]\n", "x = \"[\"\ny = '''\n[\n'''\n", "x = \"\"\"\n[\n\\\"\"\"\"\n[a]\n", "# [\n",
    "x = { y = [1] }\n", "x = 1996-05-27T07:32:00Z\ny = 1996-05-27 07:32:00\nz = 1996-05-27 # T\n",
    "x = [1,2e-4,-5, 7]\n", "x = \"1996-05-27Tea\"\n", "\u{FEFF}[a]\n",
  ])
  func whatIsTOMLIsRead(_ text: String) throws {
    _ = try TOMLText.table(Array(text.utf8))
  }

  /// Each of these ended the process when the parser saw it.
  @Test(arguments: [
    ("[\n", 1), ("[.a]\n", 1), ("[é]\n", 1), ("[[=", 1), ("a = 1\n[", 2), ("[a.]\n", 1), ("[[a]\n", 1),
    ("[\"a]\n", 1), ("x = [1]\n\n[=]", 3),
    ("\u{FEFF}[\n", 1),
  ])
  func aBrokenHeaderIsAMistakeInItsLine(_ text: String, _ line: Int) {
    #expect { try TOMLText.table(Array(text.utf8)) } throws: { ($0 as? TOMLText.Mistake)?.line == line }
  }

  /// Each of these ended the process too.
  @Test(arguments: [
    ("x = 1996-05-27T~07:32:00Z\n", 1), ("a = 1\nx = [1996-05-27t:]", 2), ("x = { y = 0000-00-00T-:1 }\n", 1),
    ("x = 1996-05-27T", 1), ("x = 1996-05-27 3\n", 1), ("\nx=[1996-05-27 3]", 2), ("x = 199_6-0/-27 3 ", 1),
  ])
  func aBrokenDateIsAMistakeInItsLine(_ text: String, _ line: Int) {
    #expect { try TOMLText.table(Array(text.utf8)) } throws: { ($0 as? TOMLText.Mistake)?.line == line }
  }

  @Test(arguments: [
    ("x = [[}\n", 1), ("\nx = [1, }]", 2), ("x = ]\n", 1), ("x = { y = 1 ]\n", 1), ("}\n", 1),
  ])
  func aStrayBracketIsAMistakeInItsLine(_ text: String, _ line: Int) {
    #expect { try TOMLText.table(Array(text.utf8)) } throws: { ($0 as? TOMLText.Mistake)?.line == line }
  }

  @Test(arguments: ["x = [\"\"\"a\"\"\"\"]\n[=]\n", "x = ['\'\'a\'\'\'\'\']\n[=]\n"])
  func aLongStringMayEndInQuotes(_ text: String) {
    #expect { try TOMLText.table(Array(text.utf8)) } throws: { ($0 as? TOMLText.Mistake)?.line == 2 }
  }

  @Test func whatStandsBehindANULIsNotPassedOver() {
    #expect { try TOMLText.table(Array("a = 1\n\u{0}b = 2".utf8)) } throws: { ($0 as? TOMLText.Mistake)?.line == 2 }
  }
}
