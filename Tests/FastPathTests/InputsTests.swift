import Glibc
import Testing

@testable import FastPath

@Suite struct InputsTests {
  @Test(arguments: [
    "HOME", "AWS_PROFILE", "AWS_ANYTHING_NEW", "CODEARTIFACT_KEYRING_STORE", "CODEARTIFACT_TOKEN_ACME",
    "XDG_CONFIG_HOME",
    "DBUS_SESSION_BUS_ADDRESS", "https_proxy",
  ]) func aVariableOfTheTableIsCovered(name: String) {
    #expect(Inputs.standard.covers(name))
  }

  @Test(arguments: ["HOMES", "aws_profile", "LANG", "PATHS", "", "CODEARTIFACT_PASSWORD"])
  func anotherVariableIsNot(name: String) {
    #expect(!Inputs.standard.covers(name))
  }

  /// One entry is enough: the fingerprint has the variable, and a lookup that reads it is cached.
  @Test func aNewEntryIsFollowedOnBothSides() throws {
    // What a test runner is surely started with one of.
    let names: [StaticString] = ["PWD", "SHLVL", "_", "LANG", "TERM", "USER", "LOGNAME", "SHELL", "HOSTNAME"]
    let name = try #require(names.first { getenv("\($0)") != nil })
    #expect(!Inputs.standard.covers("\(name)"))
    let extended = Inputs(variables: Inputs.standard.variables + [.init(name, .included)], files: [])
    #expect(extended.covers("\(name)"))
    let line = Array("\(name)=".utf8)
    #expect(try #require(FingerprintVariables(.standard)).text.firstRange(of: line) == nil)
    #expect(try #require(FingerprintVariables(extended)).text.firstRange(of: line) != nil)
    let bypassing = Inputs(variables: Inputs.standard.variables + [.init(name, .bypass)], files: [])
    #expect(FingerprintVariables(bypassing) == nil)
  }
}
