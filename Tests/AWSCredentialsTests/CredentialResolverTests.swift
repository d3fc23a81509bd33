import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct CredentialResolverTests {
  private static let keys = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "hunter2secret")
  private static let answer = """
    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>
    <Arn>arn:aws:sts::1:assumed-role/R/s</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>
    <SecretAccessKey>role/secret+1</SecretAccessKey><SessionToken>role-session==</SessionToken>
    <Expiration>2027-01-15T09:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
    """

  private func resolve(_ source: CredentialSource, _ world: World) throws(CredentialFailure) -> Credentials {
    try AWSClient(world.context, certificates: nil).credentials(
      for: source, deadline: Deadline(30, on: world.context.clock))
  }

  private func role(_ role: AssumedRole) -> CredentialSource {
    .assumeRole(role, source: .keys(profile: "base", Self.keys))
  }

  @Test func keysNeedNoNetwork() throws {
    let world = try World()
    #expect(try resolve(.environment(Self.keys), world) == Self.keys)
    #expect(try resolve(.keys(profile: "a", Self.keys), world) == Self.keys)
    #expect(world.http.requests.isEmpty)
  }

  /// They would become other headers of the request.
  @Test(arguments: [("AKID\r\nX: y", "hunter2", nil), ("AKID", "hunter2", "a\nb"), ("AKID", "hunter2\u{7F}", "t")])
  func keysOfMoreThanALineAreNotSent(_ id: String, _ secret: String, _ token: String?) throws {
    let world = try World()
    let keys = Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
    for source in [CredentialSource.environment(keys), .keys(profile: "dev", keys)] {
      let failure = try #require(#expect(throws: CredentialFailure.self) { try resolve(source, world) })
      #expect(
        "\(failure)" == "the keys from \(source.title) contain a line break or another control character. "
          + "Re-enter the keys, each on one line")
    }
    #expect(world.http.requests.isEmpty)
  }

  @Test func aRoleIsAssumed() throws {
    let world = try World(["AWS_REGION": "eu-west-1"], http: ScriptedHTTP(.answer(200, Self.answer)))
    let assumed = AssumedRole(
      profile: "a", roleARN: "arn:aws:iam::1:role/R", externalID: "e/x&1", duration: 900, sessionName: "me@home")
    let credentials = try resolve(role(assumed), world)
    #expect(
      credentials
        == Credentials(
          accessKeyID: "ASIAROLE", secretAccessKey: "role/secret+1", sessionToken: "role-session==",
          expiration: 1_800_003_600))
    let request = try #require(world.http.requests.first)
    #expect(request.method == "POST" && request.url == "https://sts.eu-west-1.amazonaws.com/")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2FR&RoleSessionName=me%40home"
        + "&ExternalId=e%2Fx%261&DurationSeconds=900")
    #expect(request.header("content-type")?.hasPrefix("application/x-www-form-urlencoded") == true)
    #expect(request.header("authorization")?.contains("AKIDEXAMPLE/20270115/eu-west-1/sts/aws4_request") == true)
  }

  @Test func aChainIsFollowedFromItsEnd() throws {
    let http = ScriptedHTTP(
      .answer(200, Self.answer.replacing("ASIAROLE", with: "ASIAFIRST")),
      .answer(200, Self.answer.replacing("ASIAROLE", with: "ASIASECOND")))
    let world = try World(http: http)
    let chain = CredentialSource.assumeRole(
      AssumedRole(profile: "b", roleARN: "arn:B"), source: role(AssumedRole(profile: "a", roleARN: "arn:A")))
    #expect(try resolve(chain, world).accessKeyID == "ASIASECOND")
    let bodies = http.requests.map { String(decoding: $0.body, as: UTF8.self) }
    try #require(bodies.count == 2)
    #expect(bodies[0].contains("arn%3AA") && bodies[1].contains("arn%3AB"))
    #expect(http.requests[0].header("authorization")?.contains("AKIDEXAMPLE/") == true)
    #expect(http.requests[1].header("authorization")?.contains("ASIAFIRST/") == true)
    #expect(http.requests[1].header("x-amz-security-token") == "role-session==")
    // Without a name of the user's own, the session is named after this program.
    #expect(bodies[0].contains("RoleSessionName=codeartifact-keyring-1800000000"))
  }

  struct Endpoint: CustomTestStringConvertible {
    let testDescription: String
    var variables: [String: String] = [:]
    var config = ""
    let url: String
    var region = "us-east-1"
  }

  @Test(arguments: [
    Endpoint(testDescription: "no region", url: "https://sts.amazonaws.com/"),
    Endpoint(
      testDescription: "AWS_REGION first", variables: ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "x-y-1"],
      url: "https://sts.eu-west-1.amazonaws.com/", region: "eu-west-1"),
    Endpoint(
      testDescription: "AWS_DEFAULT_REGION", variables: ["AWS_DEFAULT_REGION": "eu-west-2"],
      url: "https://sts.eu-west-2.amazonaws.com/", region: "eu-west-2"),
    Endpoint(
      testDescription: "the profile's region", config: "[profile a]\nregion = eu-west-3\n",
      url: "https://sts.eu-west-3.amazonaws.com/", region: "eu-west-3"),
    Endpoint(
      testDescription: "China", variables: ["AWS_REGION": "cn-north-1"],
      url: "https://sts.cn-north-1.amazonaws.com.cn/", region: "cn-north-1"),
    Endpoint(
      testDescription: "GovCloud", variables: ["AWS_REGION": "us-gov-west-1"],
      url: "https://sts.us-gov-west-1.amazonaws.com/", region: "us-gov-west-1"),
    Endpoint(
      testDescription: "Europe's own", variables: ["AWS_REGION": "eusc-de-east-1"],
      url: "https://sts.eusc-de-east-1.amazonaws.eu/", region: "eusc-de-east-1"),
    Endpoint(
      testDescription: "the region of all regions", variables: ["AWS_REGION": "aws-global"],
      url: "https://sts.amazonaws.com/"),
    Endpoint(
      testDescription: "a region that means FIPS", variables: ["AWS_REGION": "us-east-1-fips"],
      url: "https://sts-fips.us-east-1.amazonaws.com/"),
    Endpoint(
      testDescription: "the same the other way round", config: "[profile a]\nregion = fips-us-west-2\n",
      url: "https://sts-fips.us-west-2.amazonaws.com/", region: "us-west-2"),
    Endpoint(
      testDescription: "FIPS and an endpoint",
      variables: ["AWS_REGION": "us-west-2-fips", "AWS_ENDPOINT_URL_STS": "http://localhost:4566"],
      url: "http://localhost:4566/", region: "us-west-2"),
    Endpoint(
      testDescription: "AWS_ENDPOINT_URL", variables: ["AWS_ENDPOINT_URL": "http://localhost:4566"],
      url: "http://localhost:4566/"),
    Endpoint(
      testDescription: "AWS_ENDPOINT_URL_STS first",
      variables: ["AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_STS": "http://b/"], url: "http://b/"),
  ])
  func theEndpointOfSTS(_ given: Endpoint) throws {
    let world = try World(
      given.variables, files: [".aws/config": given.config], http: ScriptedHTTP(.answer(200, Self.answer)))
    _ = try resolve(role(AssumedRole(profile: "a", roleARN: "arn:A")), world)
    let request = try #require(world.http.requests.first)
    #expect(request.url == given.url)
    #expect(request.header("authorization")?.contains("/\(given.region)/sts/") == true)
  }

  struct Refusal: CustomTestStringConvertible {
    let testDescription: String
    let answer: Result<HTTPResponse, HTTPFailure>
    let parts: [String]

    init(_ code: String, status: Int = 403, _ parts: [String]) {
      testDescription = code
      answer = .answer(
        status, "<ErrorResponse><Error><Code>\(code)</Code><Message>AWS says so</Message></Error></ErrorResponse>")
      self.parts = parts
    }
    init(_ name: String, _ answer: Result<HTTPResponse, HTTPFailure>, _ parts: [String]) {
      (testDescription, self.answer, self.parts) = (name, answer, parts)
    }
  }

  @Test(arguments: [
    Refusal("AccessDenied", ["arn:aws:iam::1:role/R", "base", "AWS says so", "sts:AssumeRole"]),
    Refusal("ExpiredToken", ["base", "expired"]), Refusal("ExpiredTokenException", ["base", "expired"]),
    Refusal("InvalidClientTokenId", ["base", "not valid"]),
    Refusal("UnrecognizedClientException", ["base", "not valid"]),
    Refusal("SignatureDoesNotMatch", ["base", "secret access key"]),
    Refusal("ValidationError", status: 400, ["base", "ValidationError", "AWS says so"]),
    Refusal("Throttling", status: 400, ["base", "throttling"]),
    Refusal("unavailable", .answer(503), ["unavailable", "base"]),
    Refusal("unreachable", .failing(.unreachable), ["cannot reach"]),
    Refusal("an empty answer", .answer(200), ["\"a\"", "arn:aws:iam::1:role/R", "credentials"]),
    Refusal(
      "half an answer", .answer(200, "<AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"),
      ["\"a\"", "arn:aws:iam::1:role/R", "credentials"]),
    Refusal(
      "empty credentials",
      .answer(200, "<AccessKeyId></AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"),
      ["\"a\"", "arn:aws:iam::1:role/R", "credentials"]),
    Refusal("an element without an end", .answer(200, "<AccessKeyId>A"), ["\"a\"", "credentials"]),
  ])
  func aRefusalIsExplained(_ given: Refusal) throws {
    let world = try World(http: ScriptedHTTP(given.answer))
    let failure = #expect(throws: CredentialFailure.self) {
      try resolve(role(AssumedRole(profile: "a", roleARN: "arn:aws:iam::1:role/R")), world)
    }
    let line = "\(try #require(failure))"
    for part in given.parts { #expect(line.contains(part), "\(line)") }
    #expect(!line.contains("\n") && !line.contains("hunter2secret"))
  }

  @Test func aRoleThatWantsMFAIsNotPromptedFor() throws {
    let world = try World()
    let failure = #expect(throws: CredentialFailure.self) {
      try resolve(role(AssumedRole(profile: "dev", roleARN: "arn:A", mfaSerial: "arn:aws:iam::1:mfa/me")), world)
    }
    let line = "\(try #require(failure))"
    #expect(line.contains("MFA") && line.contains("--profile dev"))
    #expect(world.http.requests.isEmpty)
  }

  @Test func withoutCredentialsTheProfilesAreNamed() throws {
    let files = [
      ".aws/config": "[default]\nregion = x\n[profile dev]\nbroken\n[sso-session s]\n[profile prod]\n[odd]\n",
      ".aws/credentials": "[dev]\n[keys]\n",
    ]
    let world = try World(files: files, http: ScriptedHTTP(.failing(.unreachable)))
    let failure = try world.failure(of: .instanceMetadata)
    #expect(failure.remedy == .set("AWS_PROFILE", to: "one of your profiles: dev, prod, keys"))
  }

  @Test(arguments: ["odd", "Profile odd", "PROFILE 'odd'"])
  func aSectionWithoutTheWordProfileIsNamed(_ header: String) throws {
    let world = try World(["AWS_PROFILE": "odd"], files: [".aws/config": "[\(header)]\nregion = x\n"])
    let configuration = try SharedConfiguration(world.context)
    let expected = CredentialFailure.other(
      "AWS profile \"odd\" (from AWS_PROFILE) is not in ~/.aws/config or ~/.aws/credentials",
      .edit(.file("~/.aws/config"), "Write [profile odd] instead of [\(header)]"))
    #expect(throws: expected) { try configuration.credentialSource() }
  }

  @Test func aProfileOfTheCredentialsFileNeedsNoWordBeforeItsName() throws {
    let files = [".aws/credentials": "[profile odd]\naws_access_key_id = A\n[other]\n"]
    for (name, remedy) in [
      ("odd", Remedy.edit(.file("~/.aws/credentials"), "Write [odd] instead of [profile odd]")),
      ("dve", .advice("Choose one of your profiles: other")),
    ] {
      let configuration = try SharedConfiguration(World(["AWS_PROFILE": name], files: files).context)
      let failure = #expect(throws: CredentialFailure.self) { try configuration.credentialSource() }
      #expect(failure?.remedy == remedy)
    }
  }

  /// AWS_PROFILE takes precedence over a project; on an instance no profile is needed.
  @Test(arguments: [
    ("", "default for this machine's own role, or add the profile to ~/.aws/config"),
    ("[default]\nregion = x\n", "one of your profiles: default"),
  ])
  func aMissingProfileOfAProjectHasARemedy(_ config: String, _ value: String) throws {
    let configuration = try SharedConfiguration(World(files: [".aws/config": config]).context)
    let failure = #expect(throws: CredentialFailure.self) {
      try configuration.credentialSource(profile: ("team", "/p/pyproject.toml"))
    }
    #expect(failure?.remedy == .set("AWS_PROFILE", to: value))
    #expect(failure?.problem.contains("(from /p/pyproject.toml)") == true)
  }

  /// The AWS CLI passes over such a section without a word.
  @Test func aSectionWithAnOpenQuoteIsNamed() throws {
    let world = try World(["AWS_PROFILE": "Bob's dev"], files: [".aws/config": "\n[profile Bob's dev]\nregion = x\n"])
    let configuration = try SharedConfiguration(world.context)
    let failure = #expect(throws: CredentialFailure.self) { try configuration.credentialSource() }
    #expect(
      "\(try #require(failure))".hasSuffix(
        "and a quote is not closed in ~/.aws/config line 2. Close the quote in ~/.aws/config line 2"))
  }

  @Test(arguments: [(-1.0, false), (0, false), (1, true)])
  func credentialsOfTheEnvironmentMayHaveEnded(_ seconds: Double, _ isGood: Bool) throws {
    let keys = Credentials(accessKeyID: "A", secretAccessKey: secretWord, expiration: 1_800_000_000 + seconds)
    let world = try World()
    if isGood {
      #expect(try world.credentials(for: .environment(keys)) == keys)
    } else {
      #expect(
        try world.failure(of: .environment(keys)) == .credentialsExpired(source: "the environment (AWS_ACCESS_KEY_ID)"))
    }
  }

  /// Where was looked, and what to do: that depends on the profile, on those there are, and on the AWS CLI.
  @Test(arguments: [
    (nil, "", false, "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or add a profile to ~/.aws/config"),
    (nil, "", true, "Run: aws configure"),
    (nil, "[profile a]\n[profile 'b c']\n", true, "Set AWS_PROFILE to one of your profiles: a, b c"),
    // Nobody can choose a profile without a name.
    (nil, "[profile '']\n", true, "Run: aws configure"),
    (nil, "[profile '']\n[profile '\u{200B}']\n[profile a]\n", true, "Set AWS_PROFILE to one of your profiles: a"),
    (
      nil, "abcdef".map { "[profile \($0)]\n" }.joined(), false,
      "Set AWS_PROFILE to one of your profiles: a, b, c, d, e …"
    ),
    ("dev", "", false, "Add keys or SSO settings to profile \"dev\" in ~/.aws/config"),
    ("my dev", "[profile a]\n", true, "Run: aws configure --profile 'my dev'"),
  ])
  func withoutCredentialsThereIsARemedy(
    _ profile: String?, _ config: String, _ hasCLI: Bool, _ remedy: String
  ) throws {
    let world = try World(
      profile.map { ["AWS_PROFILE": $0] } ?? [:], files: [".aws/config": config],
      http: ScriptedHTTP(.failing(.unreachable)))
    if hasCLI { try world.directory.file("bin/aws", "", mode: 0o755) }
    let failure = try world.failure(of: .instanceMetadata)
    #expect(
      "\(world.context.choosingRemedy(of: failure))"
        == "No AWS credentials found (looked in env, profile \"\(profile ?? "default")\", container, instance). "
        + remedy)
    guard case .noCredentials = failure else {
      Issue.record("failed otherwise")
      return
    }
  }

  @Test func aRemedyNamesTheConfigurationFileInUse() throws {
    let world = try World(
      ["AWS_PROFILE": "dev", "AWS_CONFIG_FILE": "/srv/aws.conf"], http: ScriptedHTTP(.failing(.unreachable)))
    let failure = world.context.choosingRemedy(of: try world.failure(of: .instanceMetadata))
    #expect("\(failure)".hasSuffix("Add keys or SSO settings to profile \"dev\" in /srv/aws.conf"))
  }
}
