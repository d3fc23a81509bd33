import Testing

@testable import AWSCredentials

@Suite struct ShellWordsTests {
  /// What Python's `shlex.split` gives, or nil where it throws.
  @Test(
    arguments: [
      ("", []), (" \t\r\n", []), ("a", ["a"]), ("  a  b\tc\nd\re ", ["a", "b", "c", "d", "e"]),
      ("'a b' \"c d\"", ["a b", "c d"]), ("a'b'\"c\"d", ["abcd"]), ("'' \"\" x", ["", "", "x"]), ("a''", ["a"]),
      ("'Bob'\"'\"'s dev'", ["Bob's dev"]), ("a\\ b", ["a b"]), ("\\a\\'\\\"\\\\", ["a'\"\\"]), ("'a\\b'", ["a\\b"]),
      ("\"a\\b\\\"c\\\\d\\$\"", ["a\\b\"c\\d\\$"]), ("\"'\" '\"'", ["'", "\""]), ("a\\\nb", ["a\nb"]),
      ("a & b; c | d $E * > f # g", ["a", "&", "b;", "c", "|", "d", "$E", "*", ">", "f", "#", "g"]),
      ("größe 日本", ["größe", "日本"]), ("a\u{B}b\u{A0}c", ["a\u{B}b\u{A0}c"]),
      ("'a", nil), ("\"a", nil), ("a\\", nil), ("'a\\'b'", nil), ("\"a\\\"", nil),
    ] as [(String, [String]?)])
  func areThoseOfPython(_ text: String, _ words: [String]?) {
    #expect(ShellWords.split(text.utf8) == words)
  }
}
