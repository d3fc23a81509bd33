import Platform
import Testing

@Suite struct TextTests {
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
