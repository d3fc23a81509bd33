import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct VariableFormatTests {
  private let variables = [
    ClientVariables.Variable(name: "A", value: "x.y-z_1"), .init(name: "B", value: "a'b\\c$d\"e#f"),
  ]

  @Test func eachFormatQuotesAsItsReaderWants() throws {
    #expect(try VariableFormat.sh.text(variables) == "export A='x.y-z_1'\nexport B='a'\\''b\\c$d\"e#f'\n")
    #expect(try VariableFormat.fish.text(variables) == "set -gx A 'x.y-z_1'\nset -gx B 'a\\'b\\\\c$d\"e#f'\n")
    #expect(try VariableFormat.dotenv.text(variables) == "A=x.y-z_1\nB=\"a'b\\\\c\\$d\\\"e#f\"\n")
    #expect(
      try VariableFormat.json.text(variables) == "{\n  \"A\" : \"x.y-z_1\",\n  \"B\" : \"a'b\\\\c$d\\\"e#f\"\n}\n")
    #expect(try VariableFormat.github.text(variables) == nil)
  }

  @Test func aJobOfGitHubIsGivenItsVariablesInAFileAndMasks() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("env", "BEFORE=1\n")
    let world = try World(["GITHUB_ENV": path], directory: directory)
    try GitHubEnvironment(surroundings: world.surroundings).set(variables, tokens: ["a%b"])
    #expect(world.output.answer == "::add-mask::a%25b\n")
    let lines = String(decoding: try world.surroundings.files.read(path), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines[0] == "BEFORE=1" && lines[2] == "x.y-z_1" && lines[5] == "a'b\\c$d\"e#f")
    #expect(lines[1] == "A<<\(lines[3])" && lines[3].hasPrefix("ghadelimiter_"))
  }

  @Test func elsewhereThereIsNothingToWriteInto() throws {
    let world = try World()
    #expect(throws: NotInGitHubActions.self) {
      try GitHubEnvironment(surroundings: world.surroundings).set(variables, tokens: ["t"])
    }
    #expect(world.output.answer.isEmpty)
  }
}
