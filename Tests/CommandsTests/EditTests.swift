import FoundationEssentials
import Testing

@testable import Commands

/// Files as people have them, and as they should not be: whatever is in them must be there again after an undo.
let oddFiles: [(name: String, bytes: [UInt8])] = [
  ("empty", []), ("a newline", Array("\n".utf8)), ("blank lines", Array("\n\n \n".utf8)),
  ("no newline at the end", Array("[global]\ntimeout = 60".utf8)), ("a header alone", Array("[global]".utf8)),
  ("a header and its newline", Array("[backend]\n".utf8)),
  ("CRLF", Array("[global]\r\ntimeout = 60\r\n\r\n[install]\r\nx = y\r\n".utf8)),
  ("CRLF without the last", Array("[global]\r\ntimeout = 60".utf8)),
  ("mixed ends", Array("[global]\r\na = 1\nb = 2\r\n".utf8)),
  ("a lone CR", Array("[global]\ra = 1\r".utf8)), ("comments", Array("# mine\n[global]\n; too\na = 1 # here\n".utf8)),
  (
    "a continued value",
    Array("[global]\nextra-index-url =\n  https://a.example/\n  https://b.example/\ntimeout = 60\n".utf8)
  ),
  ("ours at the end of a continued value", Array("[global]\nkeyring-provider =\n  import".utf8)),
  (
    "the user's own choice",
    Array("[global]\nkeyring-provider = import\n[backend]\ndefault-keyring = a.B\nkeyring-path = /x\n".utf8)
  ),
  ("in the other order", Array("[backend]\nkeyring-path : /x\n\ndefault-keyring: a.B\n\n".utf8)),
  ("a key in capitals", Array("[global]\nKeyring-Provider = import\n[backend]\nDefault-Keyring = a.B\n".utf8)),
  ("a section twice", Array("[global]\na = 1\n[install]\nb = 2\n[global]\nkeyring-provider = import\n".utf8)),
  ("no section", Array("timeout = 60\n".utf8)), ("noise", Array("]]][[[===:::\n\u{0}\u{1}\n".utf8)),
  ("not UTF-8", [0x5B, 0x67, 0x5D, 0x0A, 0xFF, 0xFE, 0x3D, 0x80, 0x0A]),
  ("a byte order mark", [0xEF, 0xBB, 0xBF] + Array("[global]\na = 1\n".utf8)),
  ("what we would write ourselves", Array("[global]\nkeyring-provider = subprocess\n".utf8)),
  ("our mark without our line", Array("\(EditableFile.mark)\n[global]\n".utf8)),
  ("tabs", Array("[global]\t\n\ta\t=\t1\n".utf8)),
  ("large", Array(String(repeating: "[s]\nkey = value\n", count: 5000).utf8)),
]

@Suite struct LineDocumentTests {
  @Test(arguments: oddFiles.map(\.bytes))
  func linesPutTogetherAreTheFile(_ bytes: [UInt8]) {
    #expect(LineDocument(bytes).lines.flatMap { $0 } == bytes)
  }

  @Test(arguments: [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2), ("a\r\nb\r\n", 2)])
  func lines(_ text: String, _ count: Int) {
    #expect(LineDocument(Array(text.utf8)).lines.count == count)
  }

  @Test(
    arguments: [("a\r\nb\n", [0x0D, 0x0A]), ("a\nb\r\n", [0x0A]), ("", [0x0A]), ("a", [0x0A])] as [(String, [UInt8])])
  func theLineEndIsThatOfTheFirstLine(_ text: String, _ newline: [UInt8]) {
    #expect(LineDocument(Array(text.utf8)).newline == newline)
  }
}

@Suite struct IniDocumentTests {
  private func ini(_ text: String) -> IniDocument { IniDocument(document: LineDocument(Array(text.utf8))) }

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
    #expect(found == lines)
    #expect(ini.value(found) == value)
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
      ini("[global]\nkeyring_provider = import\n").option(["keyring-provider", "keyring_provider"], in: "global")
        == 1..<2)
  }
}

@Suite struct EditableFileTests {
  @Test(arguments: oddFiles.map(\.bytes))
  func everyEditIsTakenBackToTheByte(_ bytes: [UInt8]) {
    let count = LineDocument(bytes).lines.count
    var ranges: [Range<Int>] = [0..<0, count..<count, 0..<count]
    if count > 0 { ranges += [0..<1, (count - 1)..<count, (count / 2)..<(count / 2)] }
    for range in ranges {
      var file = EditableFile(bytes)
      file.replace(lines: range, with: ["one = 1", "two = 2"])
      #expect(file.bytes != bytes)
      let isComplete = file.undo(file.edits)
      #expect(isComplete)
      #expect(file.bytes == bytes)
    }
  }

  @Test(arguments: oddFiles.map(\.bytes))
  func everySectionIsTakenBackToTheByte(_ bytes: [UInt8]) {
    var file = EditableFile(bytes)
    file.append(section: "new", ["one = 1"])
    let isComplete = file.undo(file.edits)
    #expect(isComplete)
    #expect(file.bytes == bytes)
  }

  @Test(arguments: oddFiles.map(\.bytes))
  func editsOneAfterTheOtherAreTakenBackTogether(_ bytes: [UInt8]) {
    var file = EditableFile(bytes)
    file.append(section: "new", ["one = 1"])
    file.replace(lines: 0..<0, with: ["two = 2"])
    let last = LineDocument(file.bytes).lines.count
    file.replace(lines: (last - 1)..<last, with: ["three = 3"])
    #expect(file.edits.count == 3)
    let isComplete = file.undo(file.edits)
    #expect(isComplete)
    #expect(file.bytes == bytes)
  }

  @Test func whatAUserAddedSinceStays() {
    var file = EditableFile(Array("[global]\na = 1\n".utf8))
    file.replace(lines: 1..<1, with: ["x = y"])
    var later = EditableFile(Array("# new\n".utf8) + file.bytes + Array("b = 2\n".utf8))
    let isComplete = later.undo(file.edits)
    #expect(isComplete)
    #expect(later.bytes == Array("# new\n[global]\na = 1\nb = 2\n".utf8))
  }

  @Test func whatAUserChangedSinceIsLeftAlone() {
    var file = EditableFile(Array("[global]\na = 1\n".utf8))
    file.replace(lines: 1..<1, with: ["x = y"])
    let changed = Array(String(decoding: file.bytes, as: UTF8.self).replacing("x = y", with: "x = z").utf8)
    var later = EditableFile(changed)
    let isComplete = later.undo(file.edits)
    #expect(!isComplete)
    #expect(later.bytes == changed)
    let isUndone = later.undo([Edit(inserted: Data(), replaced: Data([1]))])
    #expect(!isUndone)
  }

  @Test(arguments: [("[a]\r\nb = 1\r\n", "\r\n"), ("[a]\nb = 1\n", "\n")])
  func newLinesEndAsTheOthersDo(_ text: String, _ newline: String) {
    var file = EditableFile(Array(text.utf8))
    file.replace(lines: 1..<1, with: ["x = y"])
    file.append(section: "new", ["one = 1"])
    let added = String(decoding: file.bytes, as: UTF8.self)
    #expect(added.contains("\(EditableFile.mark)\(newline)x = y\(newline)b = 1\(newline)"))
    #expect(added.hasSuffix("[new]\(newline)\(EditableFile.mark)\(newline)one = 1\(newline)"))
  }

  @Test func aFileWithoutALastLineEndGetsNone() {
    var file = EditableFile(Array("[a]\r\nx = 1".utf8))
    file.replace(lines: 1..<2, with: ["x = y"])
    #expect(file.bytes == Array("[a]\r\n\(EditableFile.mark)\r\nx = y".utf8))
  }

  @Test func aLineWithoutAnEndDoesNotRunIntoOurs() {
    var file = EditableFile(Array("[a]".utf8))
    file.replace(lines: 1..<1, with: ["x = y"])
    #expect(file.bytes == Array("[a]\n\(EditableFile.mark)\nx = y\n".utf8))
    let isComplete = file.undo(file.edits)
    #expect(isComplete)
    #expect(file.bytes == Array("[a]".utf8))
  }
}
