import CodeArtifact
import Testing

@Suite struct ConfigParserFileTests {
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
    #expect(ConfigParserFile(Array(text.utf8)).value(["default-keyring"], in: "backend")?.value == value)
  }
}
