import CodeArtifact
import Testing

@testable import Commands

@Suite struct TOMLInsertionTests {
  private static let fields: TOMLInsertion.Fields = [("name", "acme"), ("url", "https://a/")]
  private static let block = "[[tool.x.s]]\nname = \"acme\"\nurl = \"https://a/\"\n"

  private func added(_ text: String) -> String? {
    TOMLInsertion(Array(text.utf8)).adding(Self.fields, toArray: ["tool", "x", "s"]).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private static let ends: [(String, String)] = [
    ("", block), ("a = 1\n", "a = 1\n\n" + block), ("a = 1", "a = 1\n\n" + block), ("a = 1\n\n", "a = 1\n\n" + block),
    ("[tool.x]\n", "[tool.x]\n\n" + block), ("# only a comment\n", "# only a comment\n\n" + block),
    ("tool.x.a = 1\n", "tool.x.a = 1\n\n" + block), ("tool.x.z.s = []\n", "tool.x.z.s = []\n\n" + block),
  ]

  @Test(arguments: ends)
  func whereThereIsNoArrayItIsMadeAtTheEnd(_ before: String, _ after: String) { #expect(added(before) == after) }

  @Test func anItemIsPutBehindTheLast() {
    let before = "[[tool.x.s]]\nname = 1\n[tool.x.s.sub]\na = 1\n\n\n# of b\n# more\n[b]\nc = 1\n"
    #expect(
      added(before) == "[[tool.x.s]]\nname = 1\n[tool.x.s.sub]\na = 1\n\n\(Self.block)\n\n# of b\n# more\n[b]\nc = 1\n")
  }

  @Test func lineEndsAreTheFilesOwn() {
    #expect(added("a = 1\r\n")?.replacing("\r\n", with: "").contains("\n") == false)
  }

  private static let item = "{ name = \"acme\", url = \"https://a/\" }"

  private static let lists: [(String, String)] = [
    ("s = []", "s = [\(item)]"), ("s = [ ]", "s = [\(item) ]"), ("s = [{a = 1}]", "s = [{a = 1}, \(item)]"),
    ("s = [{a = 1},]", "s = [{a = 1}, \(item)]"),
    ("s = [\n]", "s = [\n  \(item),\n]"),
    ("s = [\n    {a = '#]'}, # one\n    # two\n]", "s = [\n    {a = '#]'}, # one\n    \(item),\n    # two\n]"),
    ("s = [\n\t{a = \"\\\"]\"} # one\n]  # end", "s = [\n\t{a = \"\\\"]\"}, # one\n\t\(item),\n]  # end"),
  ]

  @Test(arguments: lists)
  func aListIsAddedToInItsOwnManner(_ before: String, _ after: String) throws {
    for (head, tail) in [("[tool.x]\n", "\n[b]\n"), ("[tool.x]\nb = '''\n[[tool.x.s]]\n'''\n", "\n")] {
      let result = try #require(added(head + before + tail))
      #expect(result == head + after + tail)
      _ = try TOMLText.table(Array(result.utf8))
    }
  }

  @Test(arguments: ["tool = { x = { } }\n", "[tool]\nx = { a = 1 }\n", "[tool.x]\ns = 1\n"])
  func whatIsWrittenInBracesHasNoPlace(_ text: String) { #expect(added(text) == nil) }

  @Test func aTableIsAddedWithItsNameInQuotesWhereItMustBe() {
    let insertion = TOMLInsertion([])
    let marked = insertion.adding([("url", "\"\u{301}\\\u{301}")], asTable: ["a"])
    #expect(marked.map { String(decoding: $0, as: UTF8.self) } == "[a]\nurl = \"\\\"\u{301}\\\\\u{301}\"\n")
    let made = insertion.adding([("url", "a\"b\\")], asTable: ["repositories", "a.b"])
    #expect(made.map { String(decoding: $0, as: UTF8.self) } == "[repositories.\"a.b\"]\nurl = \"a\\\"b\\\\\"\n")
    #expect(
      TOMLInsertion(Array("repositories = {}\n".utf8)).adding([("url", "a")], asTable: ["repositories", "b"]) == nil)
  }

  /// Strings, dates, comments and nested values do not lead the walk astray.
  @Test func everyKindOfValueIsWalkedOver() throws {
    let text = """
      title = "a \\" # [x]"
      'quoted key'."other.key" = 'it''
      long = \"\"\"
      [not.a.header]
      "" \\\""" end\"\"\""
      date = 1979-05-27 07:32:00Z # when
      nested = [[1, 2], ["]", { a = "}" }], # ]
      ]
      [ a . "b.c" ] # trailing
      x.y = true
      """.replacing("'it''", with: "'it'")
    let outline = TOMLOutline(Array(text.utf8))
    _ = try TOMLText.table(Array(text.utf8))
    #expect(outline.headers.map(\.path) == [["a", "b.c"]])
    #expect(
      outline.values.map(\.path) == [
        ["title"], ["quoted key", "other.key"], ["long"], ["date"], ["nested"], ["a", "b.c", "x", "y"],
      ])
    let dates = outline.values.filter { $0.path == ["date"] }.map {
      String(decoding: Array(text.utf8)[$0.range], as: UTF8.self)
    }
    #expect(dates == ["1979-05-27 07:32:00Z"])
  }
}
