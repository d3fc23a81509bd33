import Testing

@testable import ClientConfig

/// What toml-test has a case for is tested end to end, in `test_toml.py`; here are the kinds, one document each.
@Suite struct TOMLTableTests {
  private func read(_ text: String) throws -> TOMLTable { try TOMLTable(parsing: Array(text.utf8)) }

  private func error(_ text: String) -> TOMLError? {
    do { _ = try TOMLTable(parsing: Array(text.utf8)) } catch { return error }
    return nil
  }

  // MARK: values

  @Test(arguments: [
    (#""""#, ""), (#""a\tb\"\\ \u00e9 \U0001F600""#, "a\tb\"\\ é 😀"), (#"'no \escape'"#, #"no \escape"#),
    ("\"\"\"\na\r\nb\"\"\"", "a\nb"), ("\"\"\"a \\  \n\n  b\"\"\"", "a b"), (#""""a""b"""""#, #"a""b""#),
    ("'''\n'a'\n'''''", "'a'\n''"), (#""\e\x41""#, "\u{1B}A"), ("\"é\u{301}\"", "é\u{301}"),
  ])
  func stringsAreRead(_ text: String, _ value: String) throws {
    for document in ["x = \(text)", "x = [1, \(text)] # c"] {
      let found = try #require(try read(document)["x"])
      #expect((found.array?.last ?? found).string.map { Array($0.utf8) } == Array(value.utf8))
    }
  }

  /// No setting of interest has such a value.
  @Test(arguments: [
    "0", "+0", "-17", "1_000", "0xDEAD_beef", "0o755", "0b1101", "9223372036854775807", "-9223372036854775808",
    "1.5", "-0.01", "5e+22", "1e06", "-2E-2", "6.6_2e-34", "inf", "-inf", "nan", "1e999",
    "1979-05-27", "2024-02-29", "2000-02-29", "1999-12-31", "1999-11-30", "07:32:00", "07:32", "00:32:00.999999",
    "23:59:60", "1979-05-27T07:32:00", "1979-05-27 07:32", "1979-05-27t07:32:00z", "1979-05-27 07:32:00.5-07:00",
  ])
  func aNumberOrADateIsNoOtherValue(_ text: String) throws {
    for document in ["x = \(text) # c", "x = {y=\(text)}", "x = [ \(text)]"] {
      let outer = try #require(try read(document)["x"])
      let value = outer.table?["y"] ?? outer.array?.first ?? outer
      #expect(value.string == nil && value.bool == nil && value.array == nil && value.table == nil)
      #expect(slice(document, value.source) == text)
    }
  }

  @Test func otherValuesAreRead() throws {
    let root = try read(
      "a = true\nb = false\nc = nan\nd = [[], [1, 'x'], {y.z = 1}, ]\ne = {}\n\"\" = 1\n'a b'.c = 2\n")
    #expect(root["a"]?.bool == true && root["b"]?.bool == false && root["c"]?.bool == nil)
    #expect(root["d"]?.array?.count == 3 && root["d"]?.array?.last?.table?["y"]?.table?["z"] != nil)
    #expect(root["e"]?.table?.keys == [] && root["e"]?.array == nil && root["a"]?.string == nil)
    #expect(root.keys == ["a", "b", "c", "d", "e", "", "a b"])
    #expect(root["a b"]?.table?.keys == ["c"])
  }

  /// Two spellings of é are two keys: bytes count.
  @Test func keysAreComparedByTheirBytes() throws {
    let root = try read("\"\u{E9}\" = '1'\n\"e\u{301}\" = '2'\n")
    #expect(root["\u{E9}"]?.string == "1" && root["e\u{301}"]?.string == "2" && root.keys.count == 2)
  }

  @Test(arguments: ["", "# c", "\u{FEFF}a = 1\n", "a = 1\r\n\r\n[b]\r\n", " \t[ a . 'b' ]  # c\n", "a=1#"])
  func whatStandsBetweenIsPassedOver(_ text: String) throws { _ = try read(text) }

  // MARK: tables

  @Test func headersMayComeInAnyOrder() throws {
    let root = try read("[a.b]\nx = 1\n[c]\n[a]\ny.z = 2\n[a.b.d]\n[[e]]\n[e.f]\ng = 3\n[[e]]\n[[e.h]]\n[[e.h]]\n")
    #expect(root.keys == ["a", "c", "e"])
    #expect(root["a"]?.table?["b"]?.table?.keys == ["x", "d"])
    #expect(root["a"]?.table?["y"]?.table?.keys == ["z"])
    let elements = try #require(root["e"]?.array)
    #expect(elements.map { $0.table?.keys } == [["f"], ["h"]])
    #expect(elements.last?.table?["h"]?.array?.count == 2)
  }

  @Test(arguments: [
    ("a = 1\na = 2", TOMLError.Reason.duplicateKey("a"), 2), ("[a]\n[a]", .duplicateKey("a"), 2),
    ("[a]\nb = 1\n[a.b]", .duplicateKey("b"), 3), ("a.b = 1\n[a]", .duplicateKey("a"), 2),
    ("a = {}\n[a.b]", .notATable("a"), 2), ("a = {}\na.b = 1", .notATable("a"), 2),
    ("a = [{}]\n[[a]]", .notATable("a"), 2), ("[a]\n[[a]]", .notATable("a"), 2), ("[[a]]\n[a]", .duplicateKey("a"), 2),
    ("[a.b]\n[a]\nb.c = 1", .notATable("b"), 3), ("a.b.c = 1\n[a]\n", .duplicateKey("a"), 2),
    ("[a]\nb.c = 1\n[a.b]", .duplicateKey("b"), 3), ("[[a.b]]\n[a]\nb.y = 2", .notATable("b"), 3),
    ("a = {b = 1, b = 2}", .duplicateKey("b"), 1), ("a = {b = {}, b.c = 1}", .notATable("b"), 1),
    ("a = 1\n[a.b]", .notATable("a"), 2),
  ])
  func whatIsClosedOrDefinedTwiceIsAnError(_ text: String, _ reason: TOMLError.Reason, _ line: Int) {
    let error = error(text)
    #expect(error?.reason == reason && error?.line == line)
  }

  // MARK: what is not TOML

  @Test(arguments: [
    ("x = \"\n\"", TOMLError.Reason.unterminatedString, 1), ("\nx = '", .unterminatedString, 2),
    ("x = \"\"\"\n\n", .unterminatedString, 1), (#"x = "\q""#, .invalidEscape, 1),
    (#"x = "\uD800""#, .invalidEscape, 1), (#"x = "\u00g0""#, .invalidEscape, 1),
    ("x = \"\"\"a\\ b\"\"\"", .invalidEscape, 1), ("x = 'a\u{7F}'", .controlCharacter, 1),
    ("# a\u{1}", .controlCharacter, 1), ("# a\rb", .controlCharacter, 1),
    ("x = '''\r'''", .controlCharacter, 1),
    ("x", .missingEquals, 1), ("x y = 1", .missingEquals, 1), ("x =", .missingValue, 1),
    ("x = é", .missingValue, 1), ("= 1", .missingKey, 1), ("x. = 1", .missingKey, 1),
    (".x = 1", .missingKey, 1), ("'''x''' = 1", .missingKey, 1), ("é = 1", .missingKey, 1),
    ("x = 1 y = 2", .textAfterValue, 1), ("[x] y = 2", .textAfterValue, 1),
    ("x = 1\ry = 2", .textAfterValue, 1),
    ("a = 1\n\u{0}b = 2", .missingKey, 2), ("x = [1 2]", .unterminatedArray, 1), ("x = [,]", .missingValue, 1),
    ("x = [\n1,\n", .missingValue, 3), ("x = [[}", .missingValue, 1),
    ("x = {a = 1 b = 2}", .unterminatedInlineTable, 1),
    ("x = {a}", .missingEquals, 1), ("x = {,}", .missingKey, 1), ("x = {", .missingKey, 1),
    ("x = ]", .missingValue, 1), ("[\n", .invalidHeader, 1), ("[.a]", .invalidHeader, 1),
    ("[[a]\n", .invalidHeader, 1), ("a = 1\n[a.]\n", .invalidHeader, 2), ("[a", .invalidHeader, 1),
  ])
  func whatIsNotTOMLIsAnErrorInItsLine(_ text: String, _ reason: TOMLError.Reason, _ line: Int) {
    #expect(error(text) == TOMLError(reason: reason, line: line))
  }

  @Test(arguments: [
    "x", "-", "+", "00", "01", "1_", "_1", "1__0", "0x", "+0x1", "0x_1", "0xg", "0o8", "0b2", "1.", ".5", "1.e2", "1e",
    "1e+", "1e1.5", "1.5.5", "infinity", "+true", "True", "0x-1", "1_.0", "1._0", "-0b1",
    "1979-5-27", "1979-05-27T", "1979-05-27 3", "1979-02-29", "1900-02-29", "1979-13-01", "1979-00-01", "1979-01-00",
    "24:00:00", "07:60:00", "07:32:61", "07:32:00.", "07:32:00Z", "07:32.5", "1979-05-27Z", "1979-05-27T07:32:00+0700",
    "1979-05-27T07:32:00Z+07:00", "1979-05-27T07:32:00+24:00", "1979-05-27T07:32:00+07:60", "1979-05-27  07:32:00",
    "0989-05-2= 1", "1996-05-27T~07:32:00Z", "0000-00-00T-:1", "199_6-0/-27 3", "a b", "1979-05-27\t07:32:00",
  ])
  func aBrokenScalarIsAnErrorInItsLine(_ text: String) {
    for document in ["\nx = \(text)", "\nx = [\(text)  5]", "\nx = {y =\(text)}", "\nx = [ [1, \(text), 2 ] ]#"] {
      #expect(error(document)?.line == 2, "\(document)")
    }
  }

  /// What TOML 1.1 allows beyond 1.0.
  @Test(arguments: [
    "x = {\n  a = 1, # c\n}", "x = {a = 1,}", #"x = "\e""#, #"x = "\x41""#, "x = 07:32", "x = 1979-05-27T07:32",
  ])
  func theNewerVersionIsRead(_ text: String) throws { _ = try read(text) }

  @Test func bytesThatAreNotUTF8AreAnErrorInTheirLine() {
    #expect(throws: TOMLError(reason: .notUTF8, line: 2)) {
      try TOMLTable(parsing: Array("a = 1\nb = '".utf8) + [0xC3, 0x28])
    }
  }

  @Test func anErrorIsOneLineWhateverTheKey() throws {
    let key = String(repeating: "a\\u202E\\n", count: 50)
    let problem = try #require(error("\"\(key)\" = 1\n\"\(key)\" = 2")?.problem)
    #expect(problem.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    #expect(problem.hasPrefix("\"a a a ") && problem.hasSuffix("…\" is defined twice"))
  }

  // MARK: limits

  /// A text that is too long to be an argument of a test, which the log shows.
  struct Flood: CustomTestStringConvertible {
    let testDescription: String
    let start: String
    let part: String
    let count: Int
    let end: String
    let reason: TOMLError.Reason

    init(_ start: String, _ part: String, _ count: Int, _ end: String, _ reason: TOMLError.Reason) {
      testDescription = "\(start)\(part)… \(count) times"
      (self.start, self.part, self.count, self.end, self.reason) = (start, part, count, end, reason)
    }
  }

  /// Some of these ended the process once.
  @Test(arguments: [
    Flood("", "a.", 400_000, "a = 1", .tooDeep), Flood("[", "a.", 400_000, "a]", .tooDeep),
    Flood("x = ", "[", 1_000_000, "", .tooDeep), Flood("x = ", "{x=", 1_000_000, "", .tooDeep),
    Flood("", "[", 1_000_000, "", .invalidHeader), Flood("[a", ".a", 62, "]\nb.c = 1", .tooDeep),
    Flood("x = [", "1,", 300_000, "]", .tooMany), Flood("x = 1.", "1", 1_000_000, "", .missingValue),
    Flood("", "#", TOMLLimits.length + 1, "", .tooLong),
  ])
  func whatGoesBeyondALimitIsAnError(_ flood: Flood) {
    let text = flood.start + String(repeating: flood.part, count: flood.count) + flood.end
    #expect(error(text)?.reason == flood.reason)
  }

  @Test func whatKeepsToTheLimitsIsRead() throws {
    let nested = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(try read("x = \(nested)")["x"]?.array?.count == 1)
    _ = try read(String(repeating: "a.", count: 63) + "a = 1")
    _ = try read(String(repeating: "#", count: TOMLLimits.length))
  }

  // MARK: places

  private func slice(_ text: String, _ source: SourceRange?) -> String? {
    source.map { String(decoding: Array(text.utf8)[$0.bytes], as: UTF8.self) }
  }

  @Test func everythingKnowsWhereItStands() throws {
    let text = """
      e = 1 # a comment

      [tool."po etry"]
      name . x = '''
      a
      '''
      [[tool.s]]  # first
      url = "u"

      # of the second
      [[tool.s]]
      list = [ 1, { b = "c" } ]
      """
    let root = try read(text)
    let tool = try #require(root["tool"]?.table)
    let name = try #require(tool["po etry"]?.table?["name"])
    let value = try #require(name.table?["x"])
    #expect(slice(text, value.source) == "'''\na\n'''" && slice(text, value.keySource) == "x")
    #expect((value.source.line, value.source.lastLine, value.keySource.line) == (4, 6, 4))
    #expect(slice(text, tool["po etry"]?.table?.source) == "[tool.\"po etry\"]\nname . x = '''\na\n'''")
    let elements = try #require(tool["s"]?.array)
    #expect(
      elements.map { slice(text, $0.source) } == [
        "[[tool.s]]  # first\nurl = \"u\"", "[[tool.s]]\nlist = [ 1, { b = \"c\" } ]",
      ])
    #expect(elements.map { $0.source.line } == [7, 11] && elements.map { $0.table?.isInline } == [false, false])
    let list = try #require(elements.last?.table?["list"]?.array)
    #expect(list.map { slice(text, $0.source) } == ["1", "{ b = \"c\" }"])
    #expect(slice(text, list.last?.table?["b"]?.source) == "\"c\"" && list.last?.table?.isInline == true)
    #expect(slice(text, root["e"]?.source) == "1" && root.source.line == 1)
  }

  // MARK: writing

  @Test(arguments: ["", "a", "a\"b\\", "\u{301}\"\u{301}", "\u{0}\u{1F}\u{7F}\n", "é 😀", "\u{85}"])
  func whatIsWrittenReadsTheSame(_ text: String) throws {
    let document = "\(TOMLWriter.key([text, "b"])) = \(TOMLWriter.string(text))"
    let root = try read(document)
    #expect(root.keys.map { Array($0.utf8) } == [Array(text.utf8)])
    #expect(root[text]?.table?["b"]?.string.map { Array($0.utf8) } == Array(text.utf8))
  }

  @Test func onlyKeysThatMustBeAreQuoted() { #expect(TOMLWriter.key(["a-1_B", "c.d", ""]) == "a-1_B.\"c.d\".\"\"") }
}
