import Platform
import TestSupport
import Testing

@Suite struct EnvironmentTests {
  @Test func aVariableThatIsEmptyCountsAsNotSet() {
    let environment = Environment(["SET": "value", "EMPTY": "", "SPACE": " "])
    #expect(environment["SET"] == "value")
    #expect(environment["EMPTY"] == nil)
    #expect(environment["ABSENT"] == nil)
    #expect(environment["SPACE"] == " ")
  }

  @Test func aGivenEnvironmentHidesThatOfThisProcess() {
    let environment = Environment([:])
    #expect(environment["PATH"] == nil)
    #expect(environment.all.isEmpty)
  }

  @Test func aChildIsGivenTheEmptyOnesToo() {
    #expect(Environment(["A": "", "B": "1"]).all == ["A": "", "B": "1"])
  }

  @Test func thisProcessHasAnEnvironment() {
    let environment = Environment.ofThisProcess
    #expect(environment["PATH"]?.isEmpty == false)
    #expect(environment.all["PATH"] == environment["PATH"])
  }
}

@Suite struct UserDirectoriesTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let variables: [String: String]
    var configuration: String?
    var runtime: String?
    var cache: String?

    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(
      name: "HOME alone", variables: ["HOME": "/home/u"], configuration: "/home/u/.config/codeartifact-keyring",
      cache: "/home/u/.cache/codeartifact-keyring"),
    Case(
      name: "all set",
      variables: [
        "HOME": "/home/u", "XDG_CONFIG_HOME": "/c", "XDG_CACHE_HOME": "/k", "XDG_RUNTIME_DIR": "/run/user/1",
      ],
      configuration: "/c/codeartifact-keyring", runtime: "/run/user/1/codeartifact-keyring",
      cache: "/k/codeartifact-keyring"),
    Case(
      name: "relative values are ignored",
      variables: ["HOME": "/home/u", "XDG_CONFIG_HOME": "c", "XDG_CACHE_HOME": "./k", "XDG_RUNTIME_DIR": "~/run"],
      configuration: "/home/u/.config/codeartifact-keyring", cache: "/home/u/.cache/codeartifact-keyring"),
    Case(
      name: "empty values are not set",
      variables: ["HOME": "/home/u", "XDG_CONFIG_HOME": "", "XDG_CACHE_HOME": "", "XDG_RUNTIME_DIR": ""],
      configuration: "/home/u/.config/codeartifact-keyring", cache: "/home/u/.cache/codeartifact-keyring"),
    Case(
      name: "a slash at the end",
      variables: ["HOME": "/home/u/", "XDG_RUNTIME_DIR": "/run/user/1/"],
      configuration: "/home/u/.config/codeartifact-keyring", runtime: "/run/user/1/codeartifact-keyring",
      cache: "/home/u/.cache/codeartifact-keyring"),
  ])
  func directories(_ given: Case) {
    let directories = UserDirectories(environment: Environment(given.variables))
    #expect(directories.configuration == given.configuration)
    #expect(directories.runtime == given.runtime)
    #expect(directories.cache == given.cache)
  }

  @Test(arguments: [[:], ["HOME": ""], ["HOME": "relative"]])
  func withoutHOMEThePasswordFileKnowsTheHome(_ variables: [String: String]) {
    #expect(UserDirectories(environment: Environment(variables)).home?.hasPrefix("/") == true)
  }

  @Test(arguments: [
    ("~", "/home/u"), ("~/x", "/home/u/x"), ("~other/x", "~other/x"), ("/abs", "/abs"), ("rel", "rel"),
    ("a~/b", "a~/b"),
  ])
  func tilde(_ path: String, _ expected: String) {
    #expect(UserDirectories(environment: Environment(["HOME": "/home/u"])).expand(path) == expected)
  }

  /// What Python's `expanduser(expandvars(path))` gives.
  @Test(arguments: [
    ("$A/x", "/a/x"), ("${A}/x", "/a/x"), ("x$A", "x/a"), ("$A$A", "/a/a"), ("$E|${E}|", "||"),
    ("$NO/${NO}", "$NO/${NO}"),
    ("$", "$"), ("$$A", "$/a"), ("$A-b", "/a-b"), ("$A_b", "$A_b"), ("${A", "${A"), ("${}", "${}"), ("${A}}", "/a}"),
    ("$\u{E4}", "$\u{E4}"), ("$D", "$A"), ("~/x", "/home/u/x"), ("~", "/home/u"), ("$T/x", "/home/u/x"),
    ("~nobody-has-this-name/x", "~nobody-has-this-name/x"), ("a~/$A", "a~//a"), ("", ""),
  ])
  func variables(_ path: String, _ expected: String) {
    let environment = Environment(["HOME": "/home/u", "A": "/a", "E": "", "D": "$A", "T": "~"])
    #expect(UserDirectories(environment: environment).expand(path, variables: environment) == expected)
  }

  @Test func theHomeOfAnotherUser() {
    let environment = Environment(["HOME": "/home/u"])
    let path = UserDirectories(environment: environment).expand("~root/x", variables: environment)
    #expect(path.hasPrefix("/") && path.hasSuffix("/x"))
  }
}

@Suite struct ContextTests {
  @Test func tracesGoToStandardErrorOnlyWhenAskedFor() throws {
    let quiet = try World()
    quiet.context.trace("a detail")
    #expect(quiet.output.errorLines.isEmpty)

    let loud = try World(["CODEARTIFACT_KEYRING_DEBUG": "1"])
    loud.time.advance(1.5)
    loud.context.trace("a detail")
    #expect(loud.output.errorLines == ["codeartifact-keyring: debug: 1500 ms: a detail"])
    #expect(loud.output.standardOutput.isEmpty)
  }
}
