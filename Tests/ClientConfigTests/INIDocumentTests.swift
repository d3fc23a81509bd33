import Testing

@testable import ClientConfig

@Suite struct INIDocumentTests {
  /// Each with what Python 3.11 gives for `RawConfigParser().get("backend", "default-keyring", fallback=None)`.
  static let files: [(text: String, value: String?)] = [
    ("[backend]\ndefault-keyring = a.B\n", "a.B"),
    ("[backend] ; note\ndefault-keyring=a.B\n", "a.B"),
    ("[backend] # note\r\nDefault-Keyring: a.B\r\n", "a.B"),
    ("[backend]x\ndefault-keyring=a.B", "a.B"),
    ("[backend] ; see [x]\ndefault-keyring=a.B\n", nil),
    ("[Backend]\ndefault-keyring=a.B\n", nil),
    ("[other]\ndefault-keyring=a.B\n", nil),
    ("[backend]\n# default-keyring=a.B\n; default-keyring=a.B\n", nil),
    ("[backend]\nx = 1\n  default-keyring=a.B\n", nil),
    ("[backend]\nx = 1\n  [other]\ndefault-keyring=a.B\n", "a.B"),
    ("  [backend]\n  default-keyring=a.B\n", "a.B"),
    ("[backend]\ndefault-keyring = a.B ; note\n", "a.B ; note"),
    ("[DEFAULT]\ndefault-keyring = a.B\n[backend]\n", "a.B"),
    ("[DEFAULT]\ndefault-keyring = a.B\n", nil),
    ("[DEFAULT]\ndefault-keyring = a.B\n[backend]\ndefault-keyring = c.D\n", "c.D"),
    ("", nil),
  ]

  @Test(arguments: files)
  func aSettingIsReadAsPythonReadsIt(_ text: String, _ value: String?) {
    #expect(INIDocument(Array(text.utf8)).value(["default-keyring"], in: "backend")?.value == value)
  }

  private func ini(_ text: String) -> INIDocument { INIDocument(Array(text.utf8)) }

  @Test(
    arguments: [
      ("[a]\nx = 1\n", 1..<2, "1"), ("[a]\ny = 0\nx: 1\n", 2..<3, "1"), ("[a]\nX=1", 1..<2, "1"),
      ("[a]\n\n# x = 0\nx = 1\n", 3..<4, "1"),
      ("[b]\nx = 0\n[a]\nx = 1\n", 3..<4, "1"), ("[a]\nx =\n  1\n\t2\ny = 3\n", 1..<4, "\n1\n2"),
      ("[a]\r\nx = 1\r\n", 1..<2, "1"),
      ("[a]\nx = a=b:c\n", 1..<2, "a=b:c"), ("[a]\nx = 1 \n", 1..<2, "1"), ("[a]\nx =\n", 1..<2, ""),
      ("[a] \nx = 1\n", 1..<2, "1"),
      ("[a]\ny = 0\n  x = continued\nx = 1\n", 3..<4, "1"), ("[a]\n  x = 1\n", 1..<2, "1"),
      ("[a]\n  y = 0\n  x = 1\n    more\n  z = 2\n", 2..<4, "1\nmore"),
    ] as [(String, Range<Int>, String)])
  func anOptionIsFound(_ text: String, _ lines: Range<Int>, _ value: String) throws {
    let ini = ini(text)
    let found = try #require(ini.option(["x"], in: "a"))
    #expect(found.lines == lines)
    #expect(found.value == value)
  }

  @Test(arguments: [
    "", "[a]\n", "[b]\nx = 1\n", "x = 1\n[a]\n", "[a]\n# x = 1\n;x = 2\n", "[a]\ny = 1\n[b]\nx = 1\n", "[a]\nxx = 1\n",
    "[A]\nx = 1\n", "[a]\nx\n",
  ])
  func anOptionIsNotThere(_ text: String) {
    #expect(ini(text).option(["x"], in: "a") == nil)
  }

  @Test func eitherSpellingIsFound() {
    #expect(
      ini("[global]\nkeyring_provider = import\n").option(["keyring-provider", "keyring_provider"], in: "global")?
        .lines == 1..<2)
  }

  private func settings(_ text: String) -> [INIDocument.Setting] { ini(text).settings }

  @Test func settingsAreReadAsConfigparserReadsThem() {
    let found = settings(
      "# a\n[global]\nIndex-URL : https://a/\nextra-index-url =\n    https://b/\n    ; c\n    https://d/\n[x]\ny=z=1\n")
    #expect(
      found == [
        INIDocument.Setting(section: "global", name: "index-url", value: "https://a/", index: 2),
        INIDocument.Setting(section: "global", name: "extra-index-url", value: "", index: 3),
        INIDocument.Setting(section: "global", name: "extra-index-url", value: "https://b/", index: 4),
        INIDocument.Setting(section: "global", name: "extra-index-url", value: "https://d/", index: 6),
        INIDocument.Setting(section: "x", name: "y", value: "z=1", index: 8),
      ])
  }

  @Test func theLastSettingOfANameIsInForce() {
    let file = ini("[a]\nb = 1\nb = 2\n[c]\nb = 3\n")
    #expect(file.value(["b"], in: "a")?.value == "2")
    #expect(file.value(["b"], in: "d") == nil)
  }

  @Test(arguments: ["", "\u{0}", "[", "]", "=", "[a\n=b", "\r\n\r\n", "\u{FEFF}[a]\nb=c"])
  func nothingIsTooOddToBeRead(_ text: String) { _ = settings(text) }
}
