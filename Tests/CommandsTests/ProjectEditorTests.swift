import ClientConfig
import CodeArtifact
import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct ProjectEditorTests {
  private static let index = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/"
  private static let block = "[[tool.pdm.source]]\nname = \"acme\"\nurl = \"\(index)\"\n"

  private func add(to text: String) throws -> (result: Result<[String], any Error>, file: String, printed: String) {
    let world = try World(files: ["p/pyproject.toml": text])
    let editor = ProjectEditor(
      context: world.context, directory: "\(world.home)/p", name: "acme",
      url: try #require(RepositoryURL(Self.index)))
    let result = Result { try editor.add(for: .pdm) }
    let file = String(decoding: try world.context.files.read("\(world.home)/p/pyproject.toml"), as: UTF8.self)
    return (result, file, world.output.standardOutput)
  }

  @Test(arguments: [
    ("", ""), ("a = 1\n", "\n"), ("a = 1", "\n\n"), ("a = 1\n\n", ""), ("\n", ""), ("[tool.pdm]\n# c", "\n\n"),
    ("[[tool.pdm.source]]\nname = 'b'\n[tool.z]\n", "\n"), ("tool.pdm.x = 1\n", "\n"),
  ])
  func theTableIsAppended(_ before: String, _ between: String) throws {
    #expect(try add(to: before).file == before + between + Self.block)
  }

  /// Poetry fails at every command where two names differ in case alone; both clients read one variable for both.
  @Test(arguments: [
    (ProjectEditor.Tool.poetry, "source", "ACME-eu"), (.poetry, "source", "acme_eu"), (.uv, "index", "Acme.eu"),
    (.uv, "index", "acme-eu"),
  ])
  func aNameThatIsTheSameToAClientIsRefused(_ tool: ProjectEditor.Tool, _ key: String, _ name: String) throws {
    let text = "[[tool.\(tool.rawValue).\(key)]]\nname = \"\(name)\"\nurl = \"https://other.example/simple/\"\n"
    let world = try World(files: ["p/pyproject.toml": text])
    let editor = ProjectEditor(
      context: world.context, directory: "\(world.home)/p", name: "acme-eu",
      url: try #require(RepositoryURL(Self.index)))
    let failure = try #require(#expect(throws: FailureRecord.self) { try editor.add(for: tool) })
    #expect(failure.problem.contains("another source called \(name)"))
    #expect(failure.problem.contains("distinguish") == (name != "acme-eu"))
    #expect(failure.remedy == .advice("Choose a name with --name"))
    #expect(try world.context.files.read("\(world.home)/p/pyproject.toml") == Array(text.utf8))
  }

  /// `poetry publish -r` takes the name that the project has for the source.
  @Test(arguments: ["", "[repositories.theirs]\nurl = \"\(index.dropLast(7))\"\n"])
  func aSourceOfAnotherNameIsThereAlready(_ before: String) throws {
    let text = "[[tool.poetry.source]]\nname = \"theirs\"\nurl = \"\(Self.index)\"\n"
    let world = try World(files: ["p/pyproject.toml": text, "p/poetry.toml": before])
    let editor = ProjectEditor(
      context: world.context, directory: "\(world.home)/p", name: "acme",
      url: try #require(RepositoryURL(Self.index)))
    let lines = try editor.add(for: .poetry)
    let repository = before.isEmpty ? "[repositories.theirs] theirs" : "already there, as theirs"
    #expect(
      lines == [
        "\(world.home)/p/pyproject.toml: already there, as theirs", "\(world.home)/p/poetry.toml: \(repository)",
      ])
    #expect(try world.context.files.read("\(world.home)/p/pyproject.toml") == Array(text.utf8))
    #expect(
      String(decoding: try world.context.files.read("\(world.home)/p/poetry.toml"), as: UTF8.self)
        == "[repositories.theirs]\nurl = \"\(Self.index.dropLast(7))\"\n")
  }

  @Test func lineEndsAreTheFilesOwn() throws {
    #expect(try add(to: "a = 1\r\n").file == ("a = 1\n\n" + Self.block).replacing("\n", with: "\r\n"))
  }

  @Test(arguments: [
    ("tool = { pdm = { } }\n", "line 1: ", Self.block),
    ("[tool]\npdm = { a = 1 }\n", "line 2: ", Self.block), ("[tool.pdm]\n\nsource.x = 1\n", "line 3: ", Self.block),
    ("[tool.pdm]\nsource = [\n]\n", "line 2: ", "{ name = \"acme\", url = \"\(Self.index)\" }\n"),
  ])
  func whereItCannotBeAppendedItIsPrinted(_ text: String, _ line: String, _ printed: String) throws {
    let done = try add(to: text)
    #expect(done.file == text && done.printed == printed)
    guard case .failure(let failure) = done.result else { return #expect(Bool(false), "it was written") }
    #expect("\(failure)".contains("pyproject.toml \(line)[[tool.pdm.source]]") && !"\(failure)".contains("\n"))
  }
}
