import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct ConfigFileTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// The settings of `[profile dev]`; nil when there is no such section.
    let settings: [String: String]?

    init(_ name: String, _ text: String, _ settings: [String: String]?) {
      (testDescription, self.text, self.settings) = (name, text, settings)
    }
  }

  private func section(_ bytes: [UInt8]) throws -> [String: String]? {
    try ConfigFile(path: "config", bytes: bytes).section { $0.names("profile", "dev") }
      .map { Dictionary($0.map { ($0.name, $0.value) }) { $1 } }
  }

  @Test(arguments: [
    Case("nothing", "", nil),
    Case("another section", "[profile other]\na = 1\n", nil),
    Case("an empty section", "[profile dev]\n", [:]),
    Case("no newline at the end", "[profile dev]\na = 1", ["a": "1"]),
    Case("a header at the very end", "[profile dev]", [:]),
    Case("no spaces", "[profile dev]\na=1\n", ["a": "1"]),
    Case("tabs", "[profile\tdev]\na\t=\t1\t\n", ["a": "1"]),
    Case("spaces in the header", "[  profile   dev  ]\na = 1\n", ["a": "1"]),
    Case("a comment behind the header", "[profile dev] # mine\na = 1\n", ["a": "1"]),
    Case("double quotes", "[profile \"dev\"]\na = 1\n", ["a": "1"]),
    Case("single quotes", "[profile 'dev']\na = 1\n", ["a": "1"]),
    Case("unequal quotes", "[profile \"dev']\na = 1\n", nil),
    Case("quotes in shell fashion", "[profile d'e'\"v\"]\na = 1\n", ["a": "1"]),
    Case("a backslash in shell fashion", "[profile d\\ev]\na = 1\n", ["a": "1"]),
    Case("two spellings of one name", "[profile dev]\na = 1\nb = 1\n[profile 'dev']\nb = 2\n", ["b": "2"]),
    Case("two spellings the other way round", "[profile 'dev']\na = 1\n[profile dev]\nb = 2\n", ["b": "2"]),
    Case("what holds for every section", "[DEFAULT]\na = 1\nb = 1\n[profile dev]\nb = 2\n", ["a": "1", "b": "2"]),
    Case("and stands behind it", "[profile dev]\nb = 2\n[DEFAULT]\na = 1\nb =\n  c = 1\n", ["a": "1", "b": "2"]),
    Case("all settings indented", "[profile dev]\n  a = 1\n  b = 2\n", ["a": "1", "b": "2"]),
    Case("an indented comment", "[profile dev]\na = 1\n  # mine\nb = 2\n", ["a": "1", "b": "2"]),
    Case("a bracket in the comment behind the header", "[profile dev] # see [x]\na = 1\n", ["a": "1"]),
    Case("CRLF", "[profile dev]\r\na = 1\r\nb = 2\r\n", ["a": "1", "b": "2"]),
    Case("a byte order mark", "\u{FEFF}[profile dev]\na = 1\n", ["a": "1"]),
    Case("a colon, as the CLI reads it", "[profile dev]\na : 1\n", ["a": "1"]),
    Case(
      "a colon in a value", "[profile dev]\nrole_arn = arn:aws:iam::1:role/R\n", ["role_arn": "arn:aws:iam::1:role/R"]),
    Case("equals in a value", "[profile dev]\na = b=c==\n", ["a": "b=c=="]),
    Case("a key's case", "[profile dev]\nRole_ARN = x\n", ["role_arn": "x"]),
    Case("an empty value", "[profile dev]\na =\nb = 2\n", ["a": "", "b": "2"]),
    Case("the same key twice", "[profile dev]\na = 1\na = 2\n", ["a": "2"]),
    Case(
      "the same section twice", "[profile dev]\na = 1\nb = 1\n[other]\na = 9\n[profile dev]\nb = 2\nc = 3\n",
      ["a": "1", "b": "2", "c": "3"]),
    Case("comment lines", "# top\n[profile dev]\n# one\n; two\na = 1\n#b = 2\n", ["a": "1"]),
    Case(
      "a comment behind a value", "[profile dev]\na = 1 # one\nb = 2\t; two\nc = # all\n",
      ["a": "1", "b": "2", "c": ""]),
    Case(
      "no comment without a space", "[profile dev]\na = https://x/start/#/\nb = a;b\n",
      ["a": "https://x/start/#/", "b": "a;b"]),
    Case(
      "a command's own #", "[profile dev]\ncredential_process = /bin/x --a ' #1' ; y\n",
      ["credential_process": "/bin/x --a ' #1' ; y"]),
    Case("blank lines", "\n\n[profile dev]\n\n \n\t\na = 1\n\n", ["a": "1"]),
    Case("a continued value", "[profile dev]\na = 1\n  2\n\t3\n", ["a": "1\n2\n3"]),
    Case("a continuation of nothing", "[profile dev]\n", [:]),
    Case("a section's end ends a continuation", "[profile dev]\na = 1\n[other]\n  2\n", ["a": "1"]),
    Case("nested settings", "[profile dev]\ns3 =\n  max = 4\n  b = 5\nc = 1\n", ["s3": "", "c": "1"]),
    Case("what stands before the first section", "a = 1\n[profile dev]\nb = 2\n", ["b": "2"]),
    Case("an unwanted section full of noise", "[noise]\nwhat is this\n=\n[profile dev]\na = 1\n", ["a": "1"]),
    Case("a NUL", "[profile dev]\na = 1\u{0}2\n", ["a": "1\u{0}2"]),
    Case("a value in another script", "[profile dev]\na = größe 日本\n", ["a": "größe 日本"]),
    Case("another kind of section", "[services dev]\na = 1\n[sso-session dev]\na = 2\n", nil),
    Case("a name that goes on", "[profile dev eloper]\na = 1\n", nil),
  ])
  func grammar(_ given: Case) throws {
    #expect(try section(Array(given.text.utf8)) == given.settings)
  }

  @Test(arguments: [
    ("[profile dev]\nnonsense\n", 2), ("# c\n\n[profile dev]\na = 1\n\nnonsense\n", 6), ("[profile dev]\n= 1\n", 2),
    ("[profile dev]\n: 1\n", 2), ("[x]\nnonsense\n[profile dev]\nnonsense", 4),
    ("[profile dev]\r\na = 1\r\nnonsense\r\n", 3),
    ("[profile dev]\n}\n", 2), ("[DEFAULT]\nnonsense\n", 2),
  ])
  func aMalformedLineIsNamed(_ text: String, _ line: Int) {
    let place = Location.file("config", line: line)
    let expected = CredentialFailure.other(
      "neither a section nor a setting (name = value)", at: place, .edit(place, "Correct that line"))
    #expect(throws: expected) { try section(Array(text.utf8)) }
  }

  /// Nobody knows whose the settings behind it are.
  @Test(arguments: [
    ("[profile dev]\na = 1\n[profile other\nb = 2\n", 3), ("\n[profile dev\na = 1\n", 2), ("[", 1), ("[default # c", 1),
  ])
  func aHeaderWithoutItsEndIsNamed(_ text: String, _ line: Int) {
    let place = Location.file("config", line: line)
    let expected = CredentialFailure.other(
      "the section's name has no closing bracket", at: place, .edit(place, "Add the ]"))
    #expect(throws: expected) { try section(Array(text.utf8)) }
  }

  @Test func aHeaderWithAnOpenQuoteIsFound() {
    func line(_ text: String) -> Int? { ConfigFile(path: "config", bytes: Array(text.utf8)).lineWithOpenQuote }
    #expect(line("[profile 'a']\n[profile b]\nc = '\n") == nil)
    #expect(line("[profile a]\n[profile Bob's dev]\n") == 2)
    #expect(line("[profile a\\]\n") == 1)
  }

  @Test func bytesThatAreNoTextAreNoCrash() throws {
    #expect(try section([0xFF, 0xFE, 0x00]) == nil)
    #expect(try section(Array("[profile dev]\na = ".utf8) + [0xFF, 0x0A]) == ["a": "\u{FFFD}"])
    #expect(try section([0xEF, 0xBB]) == nil)
    #expect(try section(Array("[]\n[ ]\n[\"]\n[]]".utf8)) == nil)
  }

  @Test func aSettingKnowsItsLineAndWhatIsNestedInIt() throws {
    let text = "[services dev]\n\ncodeartifact =\n  endpoint_url = https://a:1/x\n  other = 2\n"
    let settings = try #require(
      try ConfigFile(path: "config", bytes: Array(text.utf8)).section { $0.names("services", "dev") })
    try #require(settings.map(\.line) == [3])
    #expect(settings[0].nested == ["endpoint_url": "https://a:1/x", "other": "2"])
  }

  @Test(arguments: [
    ("[default]", "", "default"), ("[profile a]", "profile", "a"), ("[profile my prof]", "profile", "my prof"),
    ("[profile \"my prof\"]", "profile", "my prof"), ("[sso-session corp]", "sso-session", "corp"), ("[]", "", ""),
    ("[profile]", "", "profile"), ("[\"quoted\"]", "", "quoted"), ("[profile a] ; c", "profile", "a"),
    ("[profile 'Bob'\"'\"'s dev']", "profile", "Bob's dev"), ("[profile a\\ b]", "profile", "a b"),
    ("[profile \"a]b\"] # c", "profile", "a]b"), ("[profile 'größe 日本']", "profile", "größe 日本"),
    ("[profile '']", "profile", ""), ("[sso-session 'a b']", "sso-session", "a b"), ("[profile Bob's]", "", ""),
  ])
  func headers(_ line: String, _ kind: String, _ name: String) throws {
    var seen: [SectionHeader] = []
    _ = try ConfigFile(path: "config", bytes: Array(line.utf8)).section {
      seen.append($0)
      return false
    }
    #expect(seen.map(\.kind) == [kind] && seen.map(\.name) == [name])
  }
}

@Suite struct SharedConfigurationTests {
  private func configuration(
    config: String = "", credentials: String = "", _ variables: [String: String] = [:]
  ) throws -> (SharedConfiguration, World) {
    let world = try World(variables, files: [".aws/config": config, ".aws/credentials": credentials])
    return (try SharedConfiguration(world.context), world)
  }

  @Test func theCredentialsFileComesFirstForEachKey() throws {
    let (configuration, _) = try configuration(
      config: "[profile dev]\nregion = a\noutput = json\nempty = x\n",
      credentials: "[dev]\nregion = b\naws_access_key_id = K\nempty =\n")
    let profile = try #require(try configuration.profile("dev"))
    #expect(profile["region"] == "b")
    #expect(profile["output"] == "json")
    #expect(profile["aws_access_key_id"] == "K")
    #expect(profile["empty"] == "x")
    #expect(profile["absent"] == nil)
  }

  @Test func defaultIsSpeltEitherWay() throws {
    let (plain, _) = try configuration(config: "[default]\nregion = a\n")
    #expect(try plain.profile("default")?["region"] == "a")
    let (named, _) = try configuration(config: "[profile default]\nregion = b\n")
    #expect(try named.profile("default")?["region"] == "b")
  }

  /// As with the AWS CLI, which takes the one for the other whole.
  @Test(arguments: [("default", "profile default"), ("profile default", "default"), ("default", "profile 'default'")])
  func ofTwoSpellingsTheLastOneCounts(_ first: String, _ second: String) throws {
    let (both, _) = try configuration(
      config: "[\(first)]\nregion = a\noutput = json\n[\(second)]\nregion = b\n", credentials: "[default]\nkey = c\n")
    let profile = try #require(try both.profile("default"))
    #expect(profile["region"] == "b" && profile["output"] == nil && profile["key"] == "c")
  }

  /// There a header is a name, letter for letter.
  @Test(arguments: ["Bob's dev", "a\\b", "a \"b\" c", "profile dev"])
  func theCredentialsFileKnowsNoQuotes(_ name: String) throws {
    let (configuration, _) = try configuration(credentials: "[\(name)]\na = 1\n")
    #expect(try configuration.profile(name)?["a"] == "1")
  }

  @Test func aBareNameInTheConfigFileIsNoProfile() throws {
    let (configuration, _) = try configuration(
      config: "[dev]\nregion = a\n['default']\n", credentials: "[profile prod]\na = 1\n")
    #expect(try configuration.profile("dev") == nil)
    #expect(try configuration.profile("prod") == nil)
    #expect(try configuration.profile("default") == nil)
  }

  @Test func aNameMayHaveSpaces() throws {
    let (configuration, _) = try configuration(
      config: "[profile \"my prof\"]\na = 1\n", credentials: "[my prof]\nb = 2\n")
    let profile = try #require(try configuration.profile("my prof"))
    #expect(profile["a"] == "1" && profile["b"] == "2")
  }

  @Test func otherSectionsAreFoundByTheirKind() throws {
    let (configuration, _) = try configuration(
      config: """
        [sso-session corp]
        sso_region = eu-west-1
        sso_region = eu-west-2
        [services local]
        codeartifact =
          endpoint_url = http://localhost:4566
        sts =
          endpoint_url = http://localhost:1
        [profile dev]
        services = local

        """)
    #expect(try configuration.ssoSession("corp") == ["sso_region": "eu-west-2"])
    #expect(try configuration.ssoSession("other") == nil)
    let dev = try #require(try configuration.profile("dev"))
    #expect(try configuration.endpoint(of: "codeartifact", dev)?.url == "http://localhost:4566")
    #expect(try configuration.endpoint(of: "sso", dev) == nil)
  }

  @Test func variablesNameOtherFiles() throws {
    let directory = try TemporaryDirectory()
    let config = try directory.file("c", "[profile dev]\na = 1\n")
    try directory.file("home/k", "[dev]\nb = 2\n")
    let world = try World(
      ["AWS_CONFIG_FILE": config, "AWS_SHARED_CREDENTIALS_FILE": "~/k"],
      files: [".aws/config": "[profile dev]\na = 9\n", ".aws/credentials": "[dev]\nb = 9\n"], directory: directory)
    let configuration = try SharedConfiguration(world.context)
    #expect(configuration.path == config)
    let profile = try #require(try configuration.profile("dev"))
    #expect(profile["a"] == "1" && profile["b"] == "2")
  }

  @Test(arguments: ["$PLACE/c", "${PLACE}/c", "$EMPTY$PLACE/c", "/tmp/$UNSET/c", "~/c", "${HOME}/c"])
  func variablesInVariablesArePutInFull(_ path: String) throws {
    let directory = try TemporaryDirectory()
    let world = try World(
      ["PLACE": "\(directory.path)/home", "EMPTY": "", "AWS_CONFIG_FILE": path], directory: directory)
    let isKnown = !path.contains("UNSET")
    #expect(try SharedConfiguration(world.context).path == (isKnown ? "\(directory.path)/home/c" : path))
  }

  @Test func filesThatAreNotThereAreEmpty() throws {
    let world = try World()
    #expect(try SharedConfiguration(world.context).profile("default") == nil)
  }

  /// As the CLI and the SDKs have it.
  @Test func aDirectoryInItsPlaceIsNoFile() throws {
    let world = try World()
    try world.directory.directory("home/.aws/config")
    #expect(try SharedConfiguration(world.context).profile("default") == nil)
  }

  @Test func aFileThatCannotBeReadIsAnErrorWithItsName() throws {
    let world = try World()
    try world.directory.file("home/.aws/config", [UInt8](repeating: 0x20, count: (16 << 20) + 1))
    let failure = #expect(throws: CredentialFailure.self) { try SharedConfiguration(world.context) }
    #expect("\(try #require(failure))".contains("\(world.home)/.aws/config"))
  }

  @Test func aMistakeIsNamedWithFileAndLine() throws {
    let (configuration, _) = try configuration(config: "[profile dev]\nregion = a\nnonsense\n")
    let failure = #expect(throws: CredentialFailure.self) { try configuration.profile("dev") }
    #expect("\(try #require(failure))".contains(".aws/config line 3"))
  }
}
