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
    ("\u{7F}", ""), ("two\u{2028}lines\u{2029}more", "two lines more"),
    // What makes `evil` look like `live`, and what nobody sees.
    ("\u{202A}a\u{202B}b\u{202C}c\u{202D}d\u{202E}e", "abcde"), ("\u{2066}a\u{2067}b\u{2068}c\u{2069}", "abc"),
    ("a\u{200B}b\u{200D}c\u{200E}d\u{200F}e\u{FEFF}f\u{AD}g\u{61C}h\u{E0041}", "abcdefgh"),
  ])
  func oneLineOfText(_ text: String, _ expected: String) {
    #expect(oneLine(text) == expected)
  }

  @Test func aLineHasAnEnd() {
    #expect(oneLine(String(repeating: "a", count: 300)) == String(repeating: "a", count: 300))
    #expect(oneLine(String(repeating: "a", count: 301)) == String(repeating: "a", count: 300) + "…")
    #expect(oneLine("abcdef", limit: 3) == "abc…")
    // To Swift a letter with all of its marks is one character.
    #expect(oneLine("a" + String(repeating: "\u{301}", count: 10_000)).utf8.count < 1000)
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
