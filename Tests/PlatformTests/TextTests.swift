import Platform
import Testing

@Suite struct TextTests {
  @Test(arguments: [
    ("https://anna:hunter2@pypi.example.org/simple/", "https://pypi.example.org/simple/"),
    ("https://hunter2@pypi.example.org", "https://pypi.example.org"),
    ("https://a@b@pypi.example.org/x@y", "https://pypi.example.org/x@y"),
    ("https://pypi.example.org/?user=a@b", "https://pypi.example.org/?user=a@b"),
    ("anna@example.org", "anna@example.org"), ("", ""), ("://", "://"), ("https://@", "https://"),
  ])
  func aURLIsShownWithoutItsUser(_ text: String, _ shown: String) {
    #expect(withoutUserInformation(text) == shown)
  }

  @Test(arguments: [
    ("", ""), ("  ", ""), ("a", "a"), (" \t\r\na b\n\n", "a b"), ("\u{A0}x\u{2003}", "x"), ("a\r\n", "a"),
  ])
  func trimming(_ text: String, _ expected: String) {
    #expect(trimmed(text) == expected)
    #expect(trimmed(Substring(text)) == expected)
  }

  @Test(arguments: [
    ("plain", "plain"), ("two\nlines", "two lines"), ("two\r\nlines", "two  lines"), ("\u{1B}[31mred\u{7}", "[31mred"),
    ("tab\there", "tab here"), ("\u{0}nul\u{0}", "nul"), ("\u{85}next\u{9B}x", "next x"), ("größe → 日本", "größe → 日本"),
    ("\u{7F}", ""),
  ])
  func oneLineOfText(_ text: String, _ expected: String) {
    #expect(oneLine(text) == expected)
  }

  @Test func aLineHasAnEnd() {
    #expect(oneLine(String(repeating: "a", count: 300)) == String(repeating: "a", count: 300))
    #expect(oneLine(String(repeating: "a", count: 301)) == String(repeating: "a", count: 300) + "…")
    #expect(oneLine("abcdef", limit: 3) == "abc…")
  }

  @Test(arguments: [
    ("plain", "\"plain\""), ("", "\"\""), ("a\"b\\c", "\"a\\\"b\\\\c\""), ("\u{1}\n\t", "\"\\u0001\\n\\t\""),
    ("ü日", "\"\\u00fc\\u65e5\""), ("😀", "\"\\ud83d\\ude00\""), ("\u{7F}", "\"\\u007f\""),
  ])
  func quotesAsPythonsJSONDoes(_ text: String, _ quoted: String) {
    #expect(jsonQuoted(text) == quoted)
  }

  @Test func writesEveryByteInTwoDigits() {
    #expect(hexadecimal([0, 9, 10, 0x7F, 0xA0, 0xFF]) == "00090a7fa0ff")
    #expect(hexadecimal([]) == "")
  }
}
