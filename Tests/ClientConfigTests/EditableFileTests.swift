import FoundationEssentials
import TestSupport
import Testing

@testable import ClientConfig

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

  @Test func aLineWithoutAnEndDoesNotRunIntoTheNext() {
    var file = EditableFile(Array("[a]".utf8))
    file.replace(lines: 1..<1, with: ["x = y"])
    #expect(file.bytes == Array("[a]\n\(EditableFile.mark)\nx = y\n".utf8))
    let isComplete = file.undo(file.edits)
    #expect(isComplete)
    #expect(file.bytes == Array("[a]".utf8))
  }
}
