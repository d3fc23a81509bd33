import TOMLKit
import Testing

@testable import CodeArtifact

@Suite struct TOMLTextTests {
  @Test(arguments: [
    "", "a = 1\n", "[a]\nb = 1\n", "[[a]]\n[[a]]\n", "[a.b-c.\"d e\".'f']\n", "  [ a . b ]  # c\n",
    "x = [\n  [1],\n  [2],\n]\n", "x = \"[\"\ny = '''\n[\n'''\n", "x = \"\"\"\n[\n\\\"\"\"\"\n[a]\n", "# [\n",
    "x = { y = [1] }\n", "x = 1996-05-27T07:32:00Z\ny = 1996-05-27 07:32:00\nz = 1996-05-27 # T\n",
    "x = [1,2e-4,-5, 7]\n", "x = \"1996-05-27Tea\"\n", "\u{FEFF}[a]\n", "a.'b c' . \"d\" = 1# x\r\n\r\n[e]\r\n",
    "x = [ # y\r\n 1, # z\n\n]", "x = []\ny = {}\nz = [{ a = 1, b.c = 'd' }, [[]], \"\"\"\n\"\"\" ,\n]",
    "x = 'no \\'\n",
    "x = \"\"\"a\\\r\n  b\\\\\"\"\"\ny = '''''a'''''\n", "1-_a = '' #", "'' = 1\n\"a\" .a = 2\n",
  ])
  func whatIsTOMLIsRead(_ text: String) throws {
    _ = try TOMLText.table(Array(text.utf8))
  }

  @Test(arguments: [
    "0", "+0", "-0", "99", "1_000", "0xDEAD_beef", "0o755", "0b1101", "1.5", "-0.01", "5e+22", "1e06", "-2E-2",
    "6.6_2e-34",
    "inf", "+inf", "-nan", "nan", "true", "false", "1979-05-27", "07:32:00", "00:32:00.999999", "1979-05-27T07:32:00",
    "1979-05-27t07:32:00z", "1979-05-27 07:32:00.5-07:00", "1979-05-27 07:32:00+00:00",
  ])
  func aScalarIsRead(_ text: String) throws {
    for document in ["x = \(text)", "x = [\(text)]", "x = {y =\(text)}", "x = [[\(text),\(text) ] ]#"] {
      #expect(throws: Never.self) { try TOMLText.table(Array(document.utf8)) }
    }
  }

  /// Some of these ended the process when the parser saw them.
  @Test(arguments: [
    "x", "-", "+", "00", "01", "1_", "_1", "1__0", "0x", "+0x1", "0xg", "0o8", "0b2", "1.", ".5", "1.e2", "1e",
    "1e+",
    "1e1.5", "1.5.5", "infinity", "+true", "True", "1979-5-27", "1979-05-27T", "1979-05-27T07:32", "1979-05-27 3",
    "07:32", "07:32:00.", "07:32:00Z", "1979-05-27Z", "1979-05-27T07:32:00+0700", "1979-05-27T07:32:00Z+07:00",
    "1979-05-27  07:32:00", "0989-05-2= 1", "1996-05-27T~07:32:00Z", "0000-00-00T-:1", "199_6-0/-27 3", "é", "a b",
  ])
  func aBrokenScalarIsAMistakeInItsLine(_ text: String) {
    for document in ["\nx = \(text)", "\nx = [\(text)  5]", "\nx = {y =\(text)}", "\nx = [\n[1, \(text), 2 ] ]#"] {
      #expect { try TOMLText.table(Array(document.utf8)) } throws: { error in
        [2, 3].contains((error as? TOMLText.Mistake)?.line)
      }
    }
  }

  @Test(arguments: [
    ("x = \"\n\"", 1), ("\nx = '", 2), ("x = \"\"\"\n\n", 1), ("x = '''\n''", 1), ("x = \"\\", 1), ("x = \"\\\n\"", 1),
    ("x", 1), ("x =", 1), ("x y = 1", 1), ("= 1", 1), ("x. = 1", 1), (".x = 1", 1), ("x.. y = 1", 1),
    ("'''x''' = 1", 1),
    ("x = 1 y = 2", 1), ("[x] y = 2", 1), ("x = 1\ry = 2", 1), ("x = [1 2]", 1), ("x = [,]", 1), ("x = [\n1,\n", 3),
    ("x = {\n}", 1), ("x = {a = 1,}", 1), ("x = {a = 1 b = 2}", 1), ("x = {a}", 1), ("x = {", 1),
    ("x = 1\n\u{A0}y = 1", 2),
    ("x = " + String(repeating: "[", count: 5000), 1), ("x = " + String(repeating: "{x=", count: 5000), 1),
    (String(repeating: "[", count: 5000), 1),
  ])
  func whatIsNoTOMLIsAMistakeInItsLine(_ text: String, _ line: Int) {
    #expect { try TOMLText.table(Array(text.utf8)) } throws: { ($0 as? TOMLText.Mistake)?.line == line }
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
