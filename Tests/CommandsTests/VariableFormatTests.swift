import Glibc
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
    #expect(
      try VariableFormat.json.text(variables) == "{\n  \"A\" : \"x.y-z_1\",\n  \"B\" : \"a'b\\\\c$d\\\"e#f\"\n}\n")
    #expect(try VariableFormat.github.text(variables) == nil)
    #expect(try VariableFormat.sh.text([], removing: ["A", "B"]) == "unset A\nunset B\n")
    #expect(try VariableFormat.fish.text([], removing: ["A"]) == "set -e A\n")
  }

  /// A sign and the mark on it are one character to Swift, and two to whoever reads the line.
  @Test func aMarkHidesNoSign() throws {
    let variables = [ClientVariables.Variable(name: "A", value: "'\u{301}\\\u{301}$\u{301}\"\u{301}")]
    #expect(try VariableFormat.sh.text(variables) == "export A=''\\''\u{301}\\\u{301}$\u{301}\"\u{301}'\n")
    #expect(try VariableFormat.fish.text(variables) == "set -gx A '\\'\u{301}\\\\\u{301}$\u{301}\"\u{301}'\n")
  }

  /// Some of its readers know no quotes, and the others not the same.
  @Test func aDotenvFileHoldsOnlyWhatAllReadAlike() throws {
    let plain = ["x.y-z_1", "https://aws:a%2Fb%3D@h.example:443/pypi/x/simple/", "eyJ2.-_.a+b/c==", "a=b", ","]
    for value in plain {
      #expect(try VariableFormat.dotenv.text([.init(name: "A", value: value)]) == "A=\(value)\n")
    }
    let odd = [
      "a b", "a'b", "a\"b", "a`id`", "$(id)", "${HOME}", "a\\b", "a#b", "a;id", "a&b", "a|b", "a>b", "(a)", "{a,b}",
      "a*b", "a?b",
      "[a]", "!a", "~", "a:~root", "~root", "=ls", "a:=ls", "a\nB=c", "a\r", "a\tb", "ü", "'\u{301}", "a\u{2028}b", "",
    ]
    for value in odd {
      let failure = try #require(
        #expect(throws: FailureRecord.self) { try VariableFormat.dotenv.text([.init(name: "A", value: value)]) })
      #expect(failure.problem == "A holds a character that readers of dotenv files interpret differently")
    }
  }

  @Test func aJobOfGitHubIsGivenItsVariablesInAFileAndMasks() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("env", "BEFORE=1\n")
    let world = try World(["GITHUB_ENV": path], directory: directory)
    try GitHubEnvironment(context: world.context).set(variables, tokens: ["a%b\r\nc", "d"])
    // As PIP_INDEX_URL spells it, too.
    #expect(world.output.standardOutput == "::add-mask::a%25b%0D%0Ac\n::add-mask::a%2525b%250D%250Ac\n::add-mask::d\n")
    let lines = String(decoding: try world.context.files.read(path), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines[0] == "BEFORE=1" && lines[2] == "x.y-z_1" && lines[5] == "a'b\\c$d\"e#f")
    #expect(lines[1] == "A<<\(lines[3])" && lines[3].hasPrefix("ghadelimiter_"))
  }

  /// Whoever could end a value early could set variables of his own.
  @Test func noValueHoldsTheLineThatEndsIt() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("env", "")
    let world = try World(["GITHUB_ENV": path], directory: directory)
    // What chance would come to here, twice.
    let end = "ghadelimiter_1000000000000010000000000000"
    let variables = [ClientVariables.Variable(name: "A", value: "x"), .init(name: "B", value: "1\n\(end)\nPATH=2")]
    try GitHubEnvironment(context: world.context).set(variables, tokens: [])
    #expect(
      String(decoding: try world.context.files.read(path), as: UTF8.self)
        == "A<<\(end)\nx\n\(end)\nB<<\(end)\(end)\n1\n\(end)\nPATH=2\n\(end)\(end)\n")
  }

  /// Nobody reads this pipe: opening it would wait for ever, and what is written to it is in no file of the job's.
  @Test func whatIsNoFileIsNotWrittenInto() throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/pipe"
    try #require(mkfifo(path, 0o600) == 0)
    for path in [path, "/dev/null", directory.path] {
      let world = try World(["GITHUB_ENV": path], directory: directory)
      #expect(throws: FileFailure.self) {
        try GitHubEnvironment(context: world.context).set(variables, tokens: ["t"])
      }
    }
  }

  @Test func elsewhereThereIsNothingToWriteInto() throws {
    let world = try World()
    #expect(throws: FailureRecord.self) {
      try GitHubEnvironment(context: world.context).set(variables, tokens: ["t"])
    }
    #expect(world.output.standardOutput.isEmpty)
  }
}
