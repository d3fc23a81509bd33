import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct CredentialChainTests {
  /// What is planned, in the few words that a table can hold.
  private static func words(_ signIn: CredentialSource) -> String {
    switch signIn {
    case .environment(let keys): "environment \(keys.accessKeyID)\(keys.sessionToken.map { "+\($0)" } ?? "")"
    case .configuredKeys(let keys, let location): "keys of \(location) \(keys.accessKeyID)"
    case .keys(let profile, let keys): "keys \(profile) \(keys.accessKeyID)\(keys.sessionToken.map { "+\($0)" } ?? "")"
    case .assumeRole(let role, let source): "role \(role.profile ?? "-") \(role.roleARN) < \(words(source))"
    case .webIdentity(let profile, let role, let file, let session):
      "web \(profile ?? "-") \(role) \(file) \(session ?? "-")"
    case .sso(let profile, let session, let url, let region, let account, let role):
      "sso \(profile) \(session ?? "-") \(url) \(region) \(account) \(role)"
    case .login(let profile, let session): "login \(profile) \(session)"
    case .credentialProcess(let profile, let command): "process \(profile) \(command)"
    case .container(let endpoint): "container \(endpoint)"
    case .instanceMetadata: "instance"
    }
  }

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var variables: [String: String] = [:]
    var config = ""
    var credentials = ""
    var profile: String?
    var role: String?
    let plan: String
  }

  private static let keys = ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s"]
  private static let web = ["AWS_WEB_IDENTITY_TOKEN_FILE": "/var/t", "AWS_ROLE_ARN": "arn:W"]
  private static let dev = "[dev]\naws_access_key_id = AKDEV\naws_secret_access_key = s\n"
  private static let sso = """
    sso_account_id = 1
    sso_role_name = R

    """

  private static func with(_ more: [String: String], _ base: [String: String]) -> [String: String] {
    base.merging(more) { $1 }
  }

  static let plans = [
    Case(testDescription: "nothing at all", plan: "instance"),
    Case(testDescription: "keys in the environment", variables: keys, plan: "environment AKENV"),
    Case(
      testDescription: "a session token", variables: with(["AWS_SESSION_TOKEN": "T"], keys), plan: "environment AKENV+T"
    ),
    Case(
      testDescription: "the session token's older name", variables: with(["AWS_SECURITY_TOKEN": "O"], keys),
      plan: "environment AKENV+O"),
    Case(
      testDescription: "the newer name first",
      variables: with(["AWS_SECURITY_TOKEN": "O", "AWS_SESSION_TOKEN": "T"], keys), plan: "environment AKENV+T"),
    Case(
      testDescription: "keys beat AWS_PROFILE", variables: with(["AWS_PROFILE": "dev"], keys), credentials: dev,
      plan: "environment AKENV"),
    Case(
      testDescription: "keys beat an AWS_PROFILE that does not exist", variables: with(["AWS_PROFILE": "gone"], keys),
      plan: "environment AKENV"),
    Case(
      testDescription: "a profile named outright beats keys", variables: keys, credentials: dev, profile: "dev",
      plan: "keys dev AKDEV"),
    Case(
      testDescription: "empty variables are not set",
      variables: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "dev"], credentials: dev,
      plan: "keys dev AKDEV"),
    Case(testDescription: "AWS_PROFILE", variables: ["AWS_PROFILE": "dev"], credentials: dev, plan: "keys dev AKDEV"),
    Case(
      testDescription: "AWS_DEFAULT_PROFILE", variables: ["AWS_DEFAULT_PROFILE": "dev"], credentials: dev,
      plan: "keys dev AKDEV"),
    Case(
      testDescription: "AWS_PROFILE before AWS_DEFAULT_PROFILE",
      variables: ["AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "gone"], credentials: dev, plan: "keys dev AKDEV"),
    Case(
      testDescription: "the default profile",
      credentials: "[default]\naws_access_key_id = AKDEF\naws_secret_access_key = s\naws_session_token = T\n",
      plan: "keys default AKDEF+T"),
    Case(
      testDescription: "keys in the config file",
      config: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "keys default A"),
    Case(
      testDescription: "the credentials file's keys first",
      config: "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = s\n",
      credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n", plan: "keys default FILE"),
    Case(
      testDescription: "a profile without credentials", config: "[profile dev]\nregion = eu-west-1\n", profile: "dev",
      plan: "instance"),
    Case(
      testDescription: "credential_process", config: "[profile dev]\ncredential_process = /bin/x --y z\n",
      profile: "dev",
      plan: "process dev /bin/x --y z"),
    Case(
      testDescription: "credential_process before the config file's keys",
      config: "[default]\ncredential_process = x\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "process default x"),
    Case(
      testDescription: "the credentials file's keys before credential_process",
      config: "[default]\ncredential_process = x\n",
      credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n", plan: "keys default FILE"),
    Case(
      testDescription: "aws login before credential_process",
      config: "[default]\nlogin_session = arn:S\ncredential_process = x\n", plan: "login default arn:S"),
    Case(
      testDescription: "SSO with a session",
      config: "[sso-session corp]\nsso_start_url = https://c/start\nsso_region = eu-west-1\n"
        + "[default]\nsso_session = corp\n" + sso,
      plan: "sso default corp https://c/start eu-west-1 1 R"),
    Case(
      testDescription: "SSO, the legacy form",
      config: "[default]\nsso_start_url = https://c/start\nsso_region = eu-west-1\n" + sso,
      plan: "sso default - https://c/start eu-west-1 1 R"),
    Case(
      testDescription: "SSO before keys", config: "[default]\nsso_start_url = u\nsso_region = r\n" + sso,
      credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n", plan: "sso default - u r 1 R"),
    Case(
      testDescription: "an SSO session alone, beside keys",
      config: "[default]\nsso_session = corp\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "keys default A"),
    Case(
      testDescription: "SSO that profile and session agree on",
      config: "[sso-session corp]\nsso_start_url = u\nsso_region = r\n"
        + "[default]\nsso_session = corp\nsso_region = r\n" + sso,
      plan: "sso default corp u r 1 R"),
    Case(
      testDescription: "white space is no access key",
      variables: ["AWS_ACCESS_KEY_ID": " \t\n", "AWS_SECRET_ACCESS_KEY": "\n", "AWS_PROFILE": "dev"], credentials: dev,
      plan: "keys dev AKDEV"),
    Case(
      testDescription: "white space around keys",
      variables: ["AWS_ACCESS_KEY_ID": " AKENV\n", "AWS_SECRET_ACCESS_KEY": "s\r\n", "AWS_SESSION_TOKEN": "\tT\u{A0}"],
      plan: "environment AKENV+T"),
    Case(
      testDescription: "a session token of white space", variables: with(["AWS_SESSION_TOKEN": " "], keys),
      plan: "environment AKENV"),
    Case(
      testDescription: "a key on the next line",
      credentials: "[default]\naws_access_key_id =\n  A\naws_secret_access_key =\n\ts\n", plan: "keys default A"),
    Case(
      testDescription: "a command that goes on over the next lines",
      config: "[default]\ncredential_process = /bin/x\n  --y\n\tz # w\n", plan: "process default /bin/x\n--y\nz # w"),
    Case(
      testDescription: "web identity of the environment", variables: with(["AWS_ROLE_SESSION_NAME": "n"], web),
      plan: "web - arn:W /var/t n"),
    Case(
      testDescription: "a session name for the web identity of a profile", variables: ["AWS_ROLE_SESSION_NAME": "n"],
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\nrole_session_name = m\n",
      plan: "web default arn:R /t n"),
    Case(
      testDescription: "a role for the token of a profile", variables: ["AWS_ROLE_ARN": "arn:E"],
      config: "[default]\nweb_identity_token_file = /t\n", plan: "web default arn:E /t -"),
    Case(
      testDescription: "another role for the token of a profile", variables: ["AWS_ROLE_ARN": "arn:E"],
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\n", plan: "web default arn:E /t -"),
    Case(
      testDescription: "another token for the role of a profile", variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/e"],
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\n", plan: "web - arn:R /e -"),
    Case(
      testDescription: "a profile's session name for the web identity of the environment", variables: web,
      config: "[default]\nrole_session_name = m\n", plan: "web - arn:W /var/t m"),
    Case(
      testDescription: "no variable for a profile named outright", variables: with(["AWS_ROLE_SESSION_NAME": "n"], web),
      config: "[profile a]\nrole_arn = arn:R\nweb_identity_token_file = /t\n", profile: "a", plan: "web a arn:R /t -"),
    Case(
      testDescription: "no variable for a source profile", variables: ["AWS_ROLE_SESSION_NAME": "n"],
      config: "[default]\nrole_arn = arn:A\nsource_profile = w\n"
        + "[profile w]\nrole_arn = arn:W\nweb_identity_token_file = /t\n",
      plan: "role default arn:A < web w arn:W /t -"),
    Case(
      testDescription: "web identity before a profile's own", variables: with(["AWS_PROFILE": "dev"], web),
      credentials: dev, plan: "web - arn:W /var/t -"),
    Case(
      testDescription: "a profile's role before web identity", variables: web,
      config: "[default]\nrole_arn = arn:R\nsource_profile = dev\n", credentials: dev,
      plan: "role default arn:R < keys dev AKDEV"),
    Case(
      testDescription: "a profile named outright beats web identity", variables: web, credentials: dev, profile: "dev",
      plan: "keys dev AKDEV"),
    Case(
      testDescription: "a secret without its key, as the CLI passes it over", variables: ["AWS_SECRET_ACCESS_KEY": "s"],
      plan: "instance"),
    Case(
      testDescription: "web identity in a profile",
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\nrole_session_name = n\n",
      plan: "web default arn:R /t n"),
    Case(
      testDescription: "a container's relative address",
      variables: [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/",
      ],
      plan: "container http://169.254.170.2/v2/x"),
    Case(
      testDescription: "a container's full address",
      variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/c"],
      plan: "container http://localhost/c"),
    Case(
      testDescription: "a profile's keys before a container",
      variables: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_PROFILE": "dev"],
      credentials: dev, plan: "keys dev AKDEV"),
    Case(
      testDescription: "a role from a source profile",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\n", credentials: dev, profile: "a",
      plan: "role a arn:A < keys dev AKDEV"),
    Case(
      testDescription: "a chain of three roles",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\nsource_profile = c\n"
        + "[profile c]\nrole_arn = arn:C\nsource_profile = dev\n", credentials: dev, profile: "a",
      plan: "role a arn:A < role b arn:B < role c arn:C < keys dev AKDEV"),
    Case(
      testDescription: "keys in a source profile end the chain",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = c\naws_access_key_id = AKB\naws_secret_access_key = s\n",
      profile: "a", plan: "role a arn:A < keys b AKB"),
    Case(
      testDescription: "a profile that names itself for its keys",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = a\naws_access_key_id = AKA\naws_secret_access_key = s\n",
      profile: "a", plan: "role a arn:A < keys a AKA"),
    Case(
      testDescription: "a circle with keys in it, entered there",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = a\naws_access_key_id = B\naws_secret_access_key = s\n",
      profile: "a", plan: "role a arn:A < keys b B"),
    Case(
      testDescription: "SSO as the source of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = s\n[profile s]\nsso_start_url = u\nsso_region = r\n"
        + sso,
      profile: "a", plan: "role a arn:A < sso s - u r 1 R"),
    Case(
      testDescription: "a process as the source of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = p\n[profile p]\ncredential_process = x\n", profile: "a",
      plan: "role a arn:A < process p x"),
    Case(
      testDescription: "web identity as the source of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = w\n"
        + "[profile w]\nrole_arn = arn:W\nweb_identity_token_file = /t\n",
      profile: "a", plan: "role a arn:A < web w arn:W /t -"),
    Case(
      testDescription: "credential_source Environment", variables: keys,
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Environment\n", profile: "a",
      plan: "role a arn:A < environment AKENV"),
    Case(
      testDescription: "credential_source Ec2InstanceMetadata",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Ec2InstanceMetadata\n", profile: "a",
      plan: "role a arn:A < instance"),
    Case(
      testDescription: "credential_source EcsContainer", variables: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"],
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = ecscontainer\n", profile: "a",
      plan: "role a arn:A < container http://169.254.170.2/v2/x"),
    Case(
      testDescription: "a role of our own on top of a profile", credentials: dev, profile: "dev", role: "arn:X",
      plan: "role - arn:X < keys dev AKDEV"),
    Case(
      testDescription: "a role of our own on top of the environment", variables: keys, role: "arn:X",
      plan: "role - arn:X < environment AKENV"),
    Case(
      testDescription: "a role of our own on top of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\n",
      credentials: dev, profile: "a", role: "arn:X", plan: "role - arn:X < role a arn:A < keys dev AKDEV"),
  ]

  private func plan(_ given: Case) throws -> CredentialSource {
    let world = try World(
      given.variables, files: [".aws/config": given.config, ".aws/credentials": given.credentials])
    return try CredentialChain(world.context, try SharedConfiguration(world.context))
      .plan(profile: given.profile.map { ($0, "config.toml") }, roleARN: given.role)
  }

  @Test(arguments: plans)
  func isWhatTheCLIWouldDo(_ given: Case) throws {
    #expect(Self.words(try plan(given)) == given.plan)
  }

  /// The `plan` of these holds what the message must contain.
  static let mistakes = [
    Case(
      testDescription: "half of the environment's keys", variables: ["AWS_ACCESS_KEY_ID": "A"],
      plan: "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"),
    Case(
      testDescription: "web identity without its role", variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/var/t"],
      plan: "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not"),
    Case(testDescription: "AWS_PROFILE names none", variables: ["AWS_PROFILE": "gone"], plan: "gone|AWS_PROFILE"),
    Case(
      testDescription: "AWS_DEFAULT_PROFILE names none", variables: ["AWS_DEFAULT_PROFILE": "gone"],
      plan: "gone|AWS_DEFAULT_PROFILE"),
    Case(testDescription: "our own configuration names none", profile: "gone", plan: "gone|config.toml"),
    Case(
      testDescription: "a profile's keys lack a half", credentials: "[dev]\naws_access_key_id = A\n", profile: "dev",
      plan: "dev|aws_secret_access_key"),
    Case(
      testDescription: "a source profile that is not there",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = gone\n",
      profile: "a", plan: "a|gone|source_profile|.aws/config"),
    Case(
      testDescription: "a source profile without credentials",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nregion = x\n", profile: "a",
      plan: "a|b|no credentials"),
    Case(
      testDescription: "both sources",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\ncredential_source = Environment\n", profile: "a",
      plan: "a|both source_profile and credential_source"),
    Case(
      testDescription: "no source", config: "[profile a]\nrole_arn = arn:A\n", profile: "a",
      plan: "a|neither source_profile nor credential_source"),
    Case(
      testDescription: "credential_source Environment without keys",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Environment\n", profile: "a",
      plan: "a|AWS_ACCESS_KEY_ID"),
    Case(
      testDescription: "credential_source EcsContainer outside of one",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = EcsContainer\n", profile: "a", plan: "a|EcsContainer"),
    Case(
      testDescription: "an unknown credential_source",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Magic\n", profile: "a", plan: "a|Magic|Environment"),
    Case(
      testDescription: "a profile that names itself without keys",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = a\n", profile: "a", plan: "a → a"),
    Case(
      testDescription: "a circle of two",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\nsource_profile = a\n",
      profile: "a", plan: "a → b → a"),
    Case(
      testDescription: "a circle behind its beginning",
      config: "[profile x]\nrole_arn = arn:X\nsource_profile = a\n[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = a\n", profile: "x", plan: "x → a → b → a"),
    Case(
      testDescription: "an SSO session that is not there", config: "[default]\nsso_session = corp\n" + sso,
      plan: "default|corp"),
    Case(
      testDescription: "SSO without a region", config: "[default]\nsso_start_url = u\n" + sso,
      plan: "default|sso_region"),
    Case(
      testDescription: "SSO with an account alone",
      config:
        "[sso-session corp]\nsso_start_url = u\nsso_region = r\n[default]\nsso_session = corp\nsso_account_id = 1\n",
      credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "config line 6|default|uses SSO but has no sso_role_name. "),
    Case(
      testDescription: "SSO with a role alone", config: "[default]\nsso_role_name = R\n",
      plan: "config line 2|default|uses SSO but has no sso_account_id and sso_start_url and sso_region"),
    Case(
      testDescription: "SSO whose region differs", variables: ["AWS_PROFILE": "dev"],
      config: "[sso-session corp]\nsso_start_url = u\nsso_region = r\n"
        + "[profile dev]\nsso_session = corp\nsso_region = q\n" + sso,
      plan: "config line 6|dev|sso_region = q|[sso-session corp] has sso_region = r"),
    Case(
      testDescription: "SSO whose start URL differs in the credentials file",
      config: "[sso-session corp]\nsso_start_url = u\nsso_region = r\n[default]\nsso_session = corp\n" + sso,
      credentials: "[default]\nsso_start_url = v\n", plan: "credentials line 2|sso_start_url = v|has sso_start_url = u"),
    Case(
      testDescription: "an SSO session and nothing else", config: "[default]\nsso_session = corp\n",
      plan: "config line 2|default|sso_session|sso_account_id and sso_role_name"),
    Case(
      testDescription: "the start URL of SSO and nothing else",
      config: "[default]\nsso_start_url = u\nsso_region = r\n",
      plan: "config line 2|sso_start_url|sso_account_id and sso_role_name"),
    Case(
      testDescription: "a token file without its role, beside keys",
      config: "[default]\nweb_identity_token_file = /t\n",
      credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "config line 2|web_identity_token_file but no role_arn"),
    Case(
      testDescription: "a token of the environment for a role of a profile",
      variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/e"], config: "[default]\nrole_arn = arn:R\n",
      plan: "neither source_profile nor credential_source"),
    Case(
      testDescription: "a source without a role", config: "[default]\nregion = x\nsource_profile = a\n",
      plan: "config line 3|source_profile but no role_arn"),
    Case(
      testDescription: "a machine's source without a role", config: "[default]\ncredential_source = Environment\n",
      plan: "config line 2|credential_source but no role_arn"),
    Case(
      testDescription: "a secret without its key", credentials: "[default]\naws_secret_access_key = s\n",
      plan: "credentials line 2|aws_secret_access_key but no aws_access_key_id"),
    Case(
      testDescription: "a source profile with a half of keys beside its role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = c\naws_secret_access_key = s\n[profile c]\n",
      credentials: "[c]\naws_access_key_id = A\naws_secret_access_key = s\n", profile: "a",
      plan: "profile b|has source_profile but no"),
    Case(
      testDescription: "a role without a value, beside keys", config: "[default]\nrole_arn =\n",
      credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "config line 2|role_arn without a value"),
    Case(
      testDescription: "an account without a value", config: "[default]\nsso_account_id =\n",
      plan: "config line 2|sso_account_id without a value"),
    Case(
      testDescription: "a process without a value", config: "[default]\ncredential_process =\n",
      plan: "config line 2|credential_process without a value"),
    Case(
      testDescription: "a process that looks like nested settings",
      config: "[default]\ncredential_process =\n  /bin/x --y=z\n", plan: "credential_process without a value"),
    Case(
      testDescription: "a key without a value",
      credentials: "[default]\naws_access_key_id =\naws_secret_access_key =\n",
      plan: "default|aws_access_key_id"),
    Case(
      testDescription: "a circle of which a member has keys",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\naws_access_key_id = A\naws_secret_access_key = s\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = a\n", profile: "a", plan: "a → b → a"),
    Case(
      testDescription: "a session behind an open quote",
      config: "[sso-session Bob's]\nsso_region = r\n[default]\nsso_session = Bob's\n" + sso,
      plan: "not defined, and a quote is not closed in ~/.aws/config line 1. Close the quote"),
    Case(
      testDescription: "a header without its end", variables: ["AWS_PROFILE": "dev"],
      config: "[profile dev\nrole_arn = arn:A\n", credentials: dev, plan: "config line 1|closing bracket"),
    Case(testDescription: "a malformed line", config: "[default]\nnonsense\n", plan: "config line 2"),
  ]

  @Test(arguments: mistakes)
  func aMistakeIsExplained(_ given: Case) throws {
    let failure = #expect(throws: CredentialFailure.self) { try plan(given) }
    let line = "\(try #require(failure))"
    for part in given.plan.split(separator: "|") { #expect(line.contains(part), "\(line)") }
    #expect(!line.contains("\n"))
  }

  @Test(arguments: [("a", ["a", "a"]), ("b", ["b", "c", "b"]), ("x", ["x", "b", "c", "b"])])
  func aCircleIsNoticedAtItsFirstRound(_ profile: String, _ circle: [String]) throws {
    let config = [("a", "a"), ("b", "c"), ("c", "b"), ("x", "b")].map { name, source in
      "[profile \(name)]\nrole_arn = arn:R\nsource_profile = \(source)\n"
    }
    let given = Case(testDescription: "", config: config.joined(), profile: profile, plan: "")
    #expect(throws: CredentialFailure.roleLoop(circle)) { try plan(given) }
  }

  @Test(arguments: [49, 50, 2000])
  func aChainOfProfilesMayBeLong(_ count: Int) throws {
    let config = (0..<count).map { "[profile p\($0)]\nrole_arn = arn:R\nsource_profile = p\($0 + 1)\n" }
    let given = Case(
      testDescription: "", config: config.joined(),
      credentials: "[p\(count)]\naws_access_key_id = A\naws_secret_access_key = s\n", profile: "p0", plan: "")
    if count < 50 {
      #expect(Self.words(try plan(given)).hasSuffix("< keys p\(count) A"))
    } else {
      let failure = #expect(throws: CredentialFailure.self) { try plan(given) }
      #expect("\(try #require(failure))".contains("profile p0 has a chain of more than 50 profiles"))
    }
  }

  @Test func ofManyProfilesAFewAreNamed() throws {
    let config = (0..<300_000).map { "[profile p\($0)]\n" }.joined()
    let world = try World(files: [".aws/config": config])
    let configuration = try SharedConfiguration(world.context)
    #expect(try CredentialChain(world.context, configuration).plan() == .instanceMetadata)
    #expect(configuration.profileNames(beside: "p1", limit: 3) == ["p0", "p2", "p3"])
  }

  @Test func aRolesSettingsAreTakenOver() throws {
    let given = Case(
      testDescription: "",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\nexternal_id = e\n"
        + "mfa_serial = arn:M\nduration_seconds = 900\nrole_session_name = n\n", credentials: Self.dev, profile: "a",
      plan: "")
    guard case .assumeRole(let role, _) = try plan(given) else {
      Issue.record("no role was planned")
      return
    }
    #expect(
      role
        == AssumedRole(
          profile: "a", roleARN: "arn:A", externalID: "e", mfaSerial: "arn:M", duration: 900, sessionName: "n"))
  }

  @Test func anUnreadableDurationIsPassedOverAsByTheCLI() throws {
    let given = Case(
      testDescription: "", config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\nduration_seconds = 1h\n",
      credentials: Self.dev, profile: "a", plan: "")
    guard case .assumeRole(let role, _) = try plan(given) else {
      Issue.record("no role was planned")
      return
    }
    #expect(role.duration == nil)
  }

  @Test func theEnvironmentsKeysMayHaveAnEnd() throws {
    let given = Case(
      testDescription: "", variables: Self.with(["AWS_CREDENTIAL_EXPIRATION": "2026-11-22T21:48:36Z"], Self.keys),
      plan: "")
    guard case .environment(let credentials) = try plan(given) else {
      Issue.record("no keys were planned")
      return
    }
    #expect(credentials.expiration == 1_795_384_116)
  }
}
