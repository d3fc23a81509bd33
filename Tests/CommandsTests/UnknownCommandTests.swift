import TestSupport
import Testing

@testable import Commands

@Suite struct UnknownCommandTests {
  @Test(arguments: [
    ("tokne", "token"), ("stats", "status"), ("unconfig", "unconfigure"), ("dcotor", "doctor"), ("log-in", "login"),
    ("list-repositories", nil), ("aws-credential", "aws-credentials"), ("addsource", "add-source"),
    ("get", "keyring get"), ("x", nil), ("", nil), ("https://x.example/", nil), ("TOKEN", nil),
  ])
  func theNearestCommandIsSuggested(_ word: String, _ meant: String?) throws {
    let message = UnknownCommand.message([word, "more"])
    #expect(message == "Unknown command '\(word)'." + (meant.map { " Did you mean '\($0)'?" } ?? ""))
  }

  @Test(arguments: [[], ["token"], ["--help"], ["help", "tokne"], ["doctor", "x"]])
  func commandsAndOptionsAreKnown(_ arguments: [String]) {
    #expect(UnknownCommand.message(arguments) == nil)
  }

  @Test func itIsWrongUsage() throws {
    let world = try World()
    #expect(CLI.run(world.context, arguments: ["tokne", "--help"]) == 2)
    #expect(world.output.standardOutput.isEmpty)
    #expect(world.output.standardError.hasPrefix("Error: Unknown command 'tokne'. Did you mean 'token'?\nUsage: "))
  }
}
