import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct SignInPlannerTests {
  /// What is planned, in the few words that a table can hold.
  private static func words(_ signIn: SignIn) -> String {
    switch signIn {
    case .environment(let keys): "environment \(keys.accessKeyID)\(keys.sessionToken.map { "+\($0)" } ?? "")"
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
      testDescription: "an SSO session without a role is none of ours", config: "[default]\nsso_session = corp\n",
      plan: "instance"),
    Case(
      testDescription: "web identity of the environment", variables: with(["AWS_ROLE_SESSION_NAME": "n"], web),
      plan: "web - arn:W /var/t n"),
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

  private func plan(_ given: Case) throws -> SignIn {
    let world = try World(
      given.variables, files: [".aws/config": given.config, ".aws/credentials": given.credentials])
    return try SignInPlanner(world.surroundings, try SharedConfiguration(world.surroundings))
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
