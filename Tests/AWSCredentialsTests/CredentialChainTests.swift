import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct CredentialChainTests {
  private static let (keys, web) = (ChainCase.keys, ChainCase.web)
  private static let (dev, sso) = (ChainCase.dev, ChainCase.sso)

  static let plans: [ChainCase] = [
    ChainCase(testDescription: "nothing at all", plan: "instance"),
    ChainCase(testDescription: "keys in the environment", variables: keys, plan: "environment AKENV"),
    ChainCase(
      testDescription: "a session token", variables: ChainCase.with(["AWS_SESSION_TOKEN": "T"], keys),
      plan: "environment AKENV+T"
    ),
    ChainCase(
      testDescription: "the session token's older name", variables: ChainCase.with(["AWS_SECURITY_TOKEN": "O"], keys),
      plan: "environment AKENV+O"),
    ChainCase(
      testDescription: "the newer name first",
      variables: ChainCase.with(["AWS_SECURITY_TOKEN": "O", "AWS_SESSION_TOKEN": "T"], keys),
      plan: "environment AKENV+T"),
    ChainCase(
      testDescription: "keys beat AWS_PROFILE", variables: ChainCase.with(["AWS_PROFILE": "dev"], keys),
      credentials: dev,
      plan: "environment AKENV"),
    ChainCase(
      testDescription: "keys beat an AWS_PROFILE that does not exist",
      variables: ChainCase.with(["AWS_PROFILE": "gone"], keys),
      plan: "environment AKENV"),
    ChainCase(
      testDescription: "a profile named outright beats keys", variables: keys, credentials: dev, profile: "dev",
      plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "empty variables are not set",
      variables: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "dev"], credentials: dev,
      plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "AWS_PROFILE", variables: ["AWS_PROFILE": "dev"], credentials: dev, plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "AWS_DEFAULT_PROFILE", variables: ["AWS_DEFAULT_PROFILE": "dev"], credentials: dev,
      plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "AWS_PROFILE before AWS_DEFAULT_PROFILE",
      variables: ["AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "gone"], credentials: dev, plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "the default profile",
      credentials: "[default]\naws_access_key_id = AKDEF\naws_secret_access_key = s\naws_session_token = T\n",
      plan: "keys default AKDEF+T"),
    ChainCase(
      testDescription: "keys in the config file",
      config: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "keys default A"),
    ChainCase(
      testDescription: "the credentials file's keys first",
      config: "[default]\naws_access_key_id = CONFIG\naws_secret_access_key = s\n",
      credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n", plan: "keys default FILE"),
    ChainCase(
      testDescription: "a profile without credentials", config: "[profile dev]\nregion = eu-west-1\n", profile: "dev",
      plan: "instance"),
    ChainCase(
      testDescription: "credential_process", config: "[profile dev]\ncredential_process = /bin/x --y z\n",
      profile: "dev",
      plan: "process dev /bin/x --y z"),
    ChainCase(
      testDescription: "credential_process before the config file's keys",
      config: "[default]\ncredential_process = x\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "process default x"),
    ChainCase(
      testDescription: "the credentials file's keys before credential_process",
      config: "[default]\ncredential_process = x\n",
      credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n", plan: "keys default FILE"),
    ChainCase(
      testDescription: "aws login before credential_process",
      config: "[default]\nlogin_session = arn:S\ncredential_process = x\n", plan: "login default arn:S"),
    ChainCase(
      testDescription: "SSO with a session",
      config: "[sso-session corp]\nsso_start_url = https://c/start\nsso_region = eu-west-1\n"
        + "[default]\nsso_session = corp\n" + sso,
      plan: "sso default corp https://c/start eu-west-1 1 R"),
    ChainCase(
      testDescription: "SSO, the legacy form",
      config: "[default]\nsso_start_url = https://c/start\nsso_region = eu-west-1\n" + sso,
      plan: "sso default - https://c/start eu-west-1 1 R"),
    ChainCase(
      testDescription: "SSO before keys", config: "[default]\nsso_start_url = u\nsso_region = r\n" + sso,
      credentials: "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n", plan: "sso default - u r 1 R"),
    ChainCase(
      testDescription: "an SSO session alone, beside keys",
      config: "[default]\nsso_session = corp\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "keys default A"),
    ChainCase(
      testDescription: "SSO that profile and session agree on",
      config: "[sso-session corp]\nsso_start_url = u\nsso_region = r\n"
        + "[default]\nsso_session = corp\nsso_region = r\n" + sso,
      plan: "sso default corp u r 1 R"),
    ChainCase(
      testDescription: "white space is no access key",
      variables: ["AWS_ACCESS_KEY_ID": " \t\n", "AWS_SECRET_ACCESS_KEY": "\n", "AWS_PROFILE": "dev"], credentials: dev,
      plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "white space around keys",
      variables: ["AWS_ACCESS_KEY_ID": " AKENV\n", "AWS_SECRET_ACCESS_KEY": "s\r\n", "AWS_SESSION_TOKEN": "\tT\u{A0}"],
      plan: "environment AKENV+T"),
    ChainCase(
      testDescription: "a session token of white space", variables: ChainCase.with(["AWS_SESSION_TOKEN": " "], keys),
      plan: "environment AKENV"),
    ChainCase(
      testDescription: "a key on the next line",
      credentials: "[default]\naws_access_key_id =\n  A\naws_secret_access_key =\n\ts\n", plan: "keys default A"),
    ChainCase(
      testDescription: "a command that goes on over the next lines",
      config: "[default]\ncredential_process = /bin/x\n  --y\n\tz # w\n", plan: "process default /bin/x\n--y\nz # w"),
    ChainCase(
      testDescription: "web identity of the environment",
      variables: ChainCase.with(["AWS_ROLE_SESSION_NAME": "n"], web),
      plan: "web - arn:W /var/t n"),
    ChainCase(
      testDescription: "a session name for the web identity of a profile", variables: ["AWS_ROLE_SESSION_NAME": "n"],
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\nrole_session_name = m\n",
      plan: "web default arn:R /t n"),
    ChainCase(
      testDescription: "a role for the token of a profile", variables: ["AWS_ROLE_ARN": "arn:E"],
      config: "[default]\nweb_identity_token_file = /t\n", plan: "web default arn:E /t -"),
    ChainCase(
      testDescription: "another role for the token of a profile", variables: ["AWS_ROLE_ARN": "arn:E"],
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\n", plan: "web default arn:E /t -"),
    ChainCase(
      testDescription: "another token for the role of a profile", variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/e"],
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\n", plan: "web - arn:R /e -"),
    ChainCase(
      testDescription: "a profile's session name for the web identity of the environment", variables: web,
      config: "[default]\nrole_session_name = m\n", plan: "web - arn:W /var/t m"),
    ChainCase(
      testDescription: "no variable for a profile named outright",
      variables: ChainCase.with(["AWS_ROLE_SESSION_NAME": "n"], web),
      config: "[profile a]\nrole_arn = arn:R\nweb_identity_token_file = /t\n", profile: "a", plan: "web a arn:R /t -"),
    ChainCase(
      testDescription: "no variable for a source profile", variables: ["AWS_ROLE_SESSION_NAME": "n"],
      config: "[default]\nrole_arn = arn:A\nsource_profile = w\n"
        + "[profile w]\nrole_arn = arn:W\nweb_identity_token_file = /t\n",
      plan: "role default arn:A < web w arn:W /t -"),
    ChainCase(
      testDescription: "web identity before a profile's own", variables: ChainCase.with(["AWS_PROFILE": "dev"], web),
      credentials: dev, plan: "web - arn:W /var/t -"),
    ChainCase(
      testDescription: "a profile's role before web identity", variables: web,
      config: "[default]\nrole_arn = arn:R\nsource_profile = dev\n", credentials: dev,
      plan: "role default arn:R < keys dev AKDEV"),
    ChainCase(
      testDescription: "a profile named outright beats web identity", variables: web, credentials: dev, profile: "dev",
      plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "a secret without its key, as the CLI passes it over", variables: ["AWS_SECRET_ACCESS_KEY": "s"],
      plan: "instance"),
    ChainCase(
      testDescription: "web identity in a profile",
      config: "[default]\nrole_arn = arn:R\nweb_identity_token_file = /t\nrole_session_name = n\n",
      plan: "web default arn:R /t n"),
    ChainCase(
      testDescription: "a container's relative address",
      variables: [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/",
      ],
      plan: "container http://169.254.170.2/v2/x"),
    ChainCase(
      testDescription: "a container's full address",
      variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/c"],
      plan: "container http://localhost/c"),
    ChainCase(
      testDescription: "a profile's keys before a container",
      variables: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_PROFILE": "dev"],
      credentials: dev, plan: "keys dev AKDEV"),
    ChainCase(
      testDescription: "a role from a source profile",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\n", credentials: dev, profile: "a",
      plan: "role a arn:A < keys dev AKDEV"),
    ChainCase(
      testDescription: "a chain of three roles",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\nsource_profile = c\n"
        + "[profile c]\nrole_arn = arn:C\nsource_profile = dev\n", credentials: dev, profile: "a",
      plan: "role a arn:A < role b arn:B < role c arn:C < keys dev AKDEV"),
    ChainCase(
      testDescription: "keys in a source profile end the chain",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = c\naws_access_key_id = AKB\naws_secret_access_key = s\n",
      profile: "a", plan: "role a arn:A < keys b AKB"),
    ChainCase(
      testDescription: "a profile that names itself for its keys",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = a\naws_access_key_id = AKA\naws_secret_access_key = s\n",
      profile: "a", plan: "role a arn:A < keys a AKA"),
    ChainCase(
      testDescription: "a circle with keys in it, entered there",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = a\naws_access_key_id = B\naws_secret_access_key = s\n",
      profile: "a", plan: "role a arn:A < keys b B"),
    ChainCase(
      testDescription: "SSO as the source of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = s\n[profile s]\nsso_start_url = u\nsso_region = r\n"
        + sso,
      profile: "a", plan: "role a arn:A < sso s - u r 1 R"),
    ChainCase(
      testDescription: "a process as the source of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = p\n[profile p]\ncredential_process = x\n", profile: "a",
      plan: "role a arn:A < process p x"),
    ChainCase(
      testDescription: "web identity as the source of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = w\n"
        + "[profile w]\nrole_arn = arn:W\nweb_identity_token_file = /t\n",
      profile: "a", plan: "role a arn:A < web w arn:W /t -"),
    ChainCase(
      testDescription: "credential_source Environment", variables: keys,
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Environment\n", profile: "a",
      plan: "role a arn:A < environment AKENV"),
    ChainCase(
      testDescription: "credential_source Ec2InstanceMetadata",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Ec2InstanceMetadata\n", profile: "a",
      plan: "role a arn:A < instance"),
    ChainCase(
      testDescription: "credential_source EcsContainer", variables: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"],
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = ecscontainer\n", profile: "a",
      plan: "role a arn:A < container http://169.254.170.2/v2/x"),
    ChainCase(
      testDescription: "a role in config.toml on top of a profile", credentials: dev, profile: "dev", role: "arn:X",
      plan: "role - arn:X < keys dev AKDEV"),
    ChainCase(
      testDescription: "a role in config.toml on top of the environment", variables: keys, role: "arn:X",
      plan: "role - arn:X < environment AKENV"),
    ChainCase(
      testDescription: "a role in config.toml on top of a role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\n",
      credentials: dev, profile: "a", role: "arn:X", plan: "role - arn:X < role a arn:A < keys dev AKDEV"),
  ]

  @Test(arguments: plans)
  func isWhatTheCLIWouldDo(_ given: ChainCase) throws {
    #expect(ChainCase.words(try given.source()) == given.plan)
  }

  @Test(arguments: [49, 50, 2000])
  func aChainOfProfilesMayBeLong(_ count: Int) throws {
    let config = (0..<count).map { "[profile p\($0)]\nrole_arn = arn:R\nsource_profile = p\($0 + 1)\n" }
    let given = ChainCase(
      testDescription: "", config: config.joined(),
      credentials: "[p\(count)]\naws_access_key_id = A\naws_secret_access_key = s\n", profile: "p0", plan: "")
    if count < 50 {
      #expect(ChainCase.words(try given.source()).hasSuffix("< keys p\(count) A"))
    } else {
      let failure = #expect(throws: CredentialFailure.self) { try given.source() }
      #expect("\(try #require(failure))".contains("profile p0 has a chain of more than 50 profiles"))
    }
  }

  @Test func ofManyProfilesAFewAreNamed() throws {
    let config = (0..<300_000).map { "[profile p\($0)]\n" }.joined()
    let world = try World(files: [".aws/config": config])
    let configuration = try SharedConfiguration(world.context)
    #expect(try configuration.credentialSource() == .instanceMetadata)
    #expect(configuration.profileNames(beside: "p1") == "p0, p2, p3, p4, p5 …")
  }

  @Test func aRolesSettingsAreTakenOver() throws {
    let given = ChainCase(
      testDescription: "",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\nexternal_id = e\n"
        + "mfa_serial = arn:M\nduration_seconds = 900\nrole_session_name = n\n", credentials: ChainCase.dev,
      profile: "a",
      plan: "")
    guard case .assumeRole(let role, _) = try given.source() else {
      Issue.record("no role was planned")
      return
    }
    #expect(
      role
        == AssumedRole(
          profile: "a", roleARN: "arn:A", externalID: "e", mfaSerial: "arn:M", duration: 900, sessionName: "n"))
  }

  @Test func anUnreadableDurationIsPassedOverAsByTheCLI() throws {
    let given = ChainCase(
      testDescription: "", config: "[profile a]\nrole_arn = arn:A\nsource_profile = dev\nduration_seconds = 1h\n",
      credentials: ChainCase.dev, profile: "a", plan: "")
    guard case .assumeRole(let role, _) = try given.source() else {
      Issue.record("no role was planned")
      return
    }
    #expect(role.duration == nil)
  }

  @Test func theEnvironmentsKeysMayHaveAnEnd() throws {
    let given = ChainCase(
      testDescription: "",
      variables: ChainCase.with(["AWS_CREDENTIAL_EXPIRATION": "2026-11-22T21:48:36Z"], ChainCase.keys),
      plan: "")
    guard case .environment(let credentials) = try given.source() else {
      Issue.record("no keys were planned")
      return
    }
    #expect(credentials.expiration == 1_795_384_116)
  }
}
