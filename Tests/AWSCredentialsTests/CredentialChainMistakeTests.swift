import Platform
import TestSupport
import Testing

@testable import AWSCredentials

/// Mistakes in settings, and the messages about them.
@Suite struct CredentialChainMistakeTests {
  private static let (dev, sso) = (ChainCase.dev, ChainCase.sso)

  /// The `plan` of these holds what the message must contain.
  static let mistakes: [ChainCase] = [
    ChainCase(
      testDescription: "half of the environment's keys", variables: ["AWS_ACCESS_KEY_ID": "A"],
      plan: "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not. Set both or neither"),
    ChainCase(
      testDescription: "web identity without its role", variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/var/t"],
      plan: "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not. Set both or neither"),
    ChainCase(testDescription: "AWS_PROFILE names none", variables: ["AWS_PROFILE": "gone"], plan: "gone|AWS_PROFILE"),
    ChainCase(
      testDescription: "AWS_DEFAULT_PROFILE names none", variables: ["AWS_DEFAULT_PROFILE": "gone"],
      plan: "gone|AWS_DEFAULT_PROFILE"),
    ChainCase(testDescription: "this program's configuration names none", profile: "gone", plan: "gone|config.toml"),
    ChainCase(
      testDescription: "a profile's keys lack a half", credentials: "[dev]\naws_access_key_id = A\n", profile: "dev",
      plan: "dev|aws_secret_access_key. Run: aws configure --profile dev"),
    ChainCase(
      testDescription: "a source profile that is not there",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = gone\n",
      profile: "a", plan: "a|gone|source_profile|.aws/config"),
    ChainCase(
      testDescription: "a source profile without credentials",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nregion = x\n", profile: "a",
      plan: "a|b|no credentials"),
    ChainCase(
      testDescription: "both sources",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\ncredential_source = Environment\n", profile: "a",
      plan: "a|both source_profile and credential_source"),
    ChainCase(
      testDescription: "no source", config: "[profile a]\nrole_arn = arn:A\n", profile: "a",
      plan: "a|neither source_profile nor credential_source"),
    ChainCase(
      testDescription: "credential_source Environment without keys",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Environment\n", profile: "a",
      plan: "a|AWS_ACCESS_KEY_ID"),
    ChainCase(
      testDescription: "credential_source EcsContainer outside of one",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = EcsContainer\n", profile: "a", plan: "a|EcsContainer"),
    ChainCase(
      testDescription: "an unknown credential_source",
      config: "[profile a]\nrole_arn = arn:A\ncredential_source = Magic\n", profile: "a", plan: "a|Magic|Environment"),
    ChainCase(
      testDescription: "a profile that names itself without keys",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = a\n", profile: "a", plan: "a → a"),
    ChainCase(
      testDescription: "a circle of two",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n[profile b]\nrole_arn = arn:B\nsource_profile = a\n",
      profile: "a", plan: "a → b → a"),
    ChainCase(
      testDescription: "a circle behind its beginning",
      config: "[profile x]\nrole_arn = arn:X\nsource_profile = a\n[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = a\n", profile: "x", plan: "x → a → b → a"),
    ChainCase(
      testDescription: "an SSO session that is not there", config: "[default]\nsso_session = corp\n" + sso,
      plan: "default|corp"),
    ChainCase(
      testDescription: "SSO without a region", config: "[default]\nsso_start_url = u\n" + sso,
      plan: "default|sso_region"),
    ChainCase(
      testDescription: "SSO with an account alone",
      config:
        "[sso-session corp]\nsso_start_url = u\nsso_region = r\n[default]\nsso_session = corp\nsso_account_id = 1\n",
      credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "config line 6|default|uses SSO but has no sso_role_name. "),
    ChainCase(
      testDescription: "SSO with a role alone", config: "[default]\nsso_role_name = R\n",
      plan: "config line 2|default|uses SSO but has no sso_account_id and sso_start_url and sso_region"),
    ChainCase(
      testDescription: "SSO whose region differs", variables: ["AWS_PROFILE": "dev"],
      config: "[sso-session corp]\nsso_start_url = u\nsso_region = r\n"
        + "[profile dev]\nsso_session = corp\nsso_region = q\n" + sso,
      plan: "config line 6|dev|sso_region = q|[sso-session corp] has sso_region = r"),
    ChainCase(
      testDescription: "SSO whose start URL differs in the credentials file",
      config: "[sso-session corp]\nsso_start_url = u\nsso_region = r\n[default]\nsso_session = corp\n" + sso,
      credentials: "[default]\nsso_start_url = v\n", plan: "credentials line 2|sso_start_url = v|has sso_start_url = u"),
    ChainCase(
      testDescription: "an SSO session and nothing else", config: "[default]\nsso_session = corp\n",
      plan: "config line 2|default|sso_session|sso_account_id and sso_role_name"),
    ChainCase(
      testDescription: "the start URL of SSO and nothing else",
      config: "[default]\nsso_start_url = u\nsso_region = r\n",
      plan: "config line 2|sso_start_url|sso_account_id and sso_role_name"),
    ChainCase(
      testDescription: "a token file without its role, beside keys",
      config: "[default]\nweb_identity_token_file = /t\n",
      credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "config line 2|web_identity_token_file but no role_arn"),
    ChainCase(
      testDescription: "a token of the environment for a role of a profile",
      variables: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/e"], config: "[default]\nrole_arn = arn:R\n",
      plan: "neither source_profile nor credential_source"),
    ChainCase(
      testDescription: "a source without a role", config: "[default]\nregion = x\nsource_profile = a\n",
      plan: "config line 3|source_profile but no role_arn"),
    ChainCase(
      testDescription: "a machine's source without a role", config: "[default]\ncredential_source = Environment\n",
      plan: "config line 2|credential_source but no role_arn"),
    ChainCase(
      testDescription: "a secret without its key", credentials: "[default]\naws_secret_access_key = s\n",
      plan: "credentials line 2|aws_secret_access_key but no aws_access_key_id"),
    ChainCase(
      testDescription: "a source profile with a half of keys beside its role",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = c\naws_secret_access_key = s\n[profile c]\n",
      credentials: "[c]\naws_access_key_id = A\naws_secret_access_key = s\n", profile: "a",
      plan: "profile b|has source_profile but no"),
    ChainCase(
      testDescription: "a role without a value, beside keys", config: "[default]\nrole_arn =\n",
      credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = s\n",
      plan: "config line 2|role_arn without a value"),
    ChainCase(
      testDescription: "an account without a value", config: "[default]\nsso_account_id =\n",
      plan: "config line 2|sso_account_id without a value"),
    ChainCase(
      testDescription: "a process without a value", config: "[default]\ncredential_process =\n",
      plan: "config line 2|credential_process without a value"),
    ChainCase(
      testDescription: "a process that looks like nested settings",
      config: "[default]\ncredential_process =\n  /bin/x --y=z\n", plan: "credential_process without a value"),
    ChainCase(
      testDescription: "a key without a value",
      credentials: "[default]\naws_access_key_id =\naws_secret_access_key =\n",
      plan: "default|aws_access_key_id. Run: aws configure"),
    ChainCase(
      testDescription: "a circle of which a member has keys",
      config: "[profile a]\nrole_arn = arn:A\nsource_profile = b\naws_access_key_id = A\naws_secret_access_key = s\n"
        + "[profile b]\nrole_arn = arn:B\nsource_profile = a\n", profile: "a", plan: "a → b → a"),
    ChainCase(
      testDescription: "a session behind an open quote",
      config: "[sso-session Bob's]\nsso_region = r\n[default]\nsso_session = Bob's\n" + sso,
      plan: "not defined, and a quote is not closed in ~/.aws/config line 1. Close the quote"),
    ChainCase(
      testDescription: "a header without its end", variables: ["AWS_PROFILE": "dev"],
      config: "[profile dev\nrole_arn = arn:A\n", credentials: dev, plan: "config line 1|closing bracket. Add the ]"),
    ChainCase(
      testDescription: "a malformed line", config: "[default]\nnonsense\n",
      plan: "config line 2|name = value). Correct that line"),
  ]

  @Test(arguments: mistakes)
  func aMistakeIsExplained(_ given: ChainCase) throws {
    let failure = #expect(throws: CredentialFailure.self) { try given.source() }
    let line = "\(try #require(failure))"
    for part in given.plan.split(separator: "|") { #expect(line.contains(part), "\(line)") }
    #expect(!line.contains("\n"))
  }

  @Test(arguments: [("a", ["a", "a"]), ("b", ["b", "c", "b"]), ("x", ["x", "b", "c", "b"])])
  func aLoopIsFoundInItsFirstRound(_ profile: String, _ circle: [String]) throws {
    let config = [("a", "a"), ("b", "c"), ("c", "b"), ("x", "b")].map { name, source in
      "[profile \(name)]\nrole_arn = arn:R\nsource_profile = \(source)\n"
    }
    let given = ChainCase(testDescription: "", config: config.joined(), profile: profile, plan: "")
    let failure = try #require(#expect(throws: CredentialFailure.self) { try given.source() })
    let loop = circle.joined(separator: " → ")
    #expect("\(failure)" == "source_profile forms a loop: \(loop). Correct source_profile in ~/.aws/config")
  }
}
