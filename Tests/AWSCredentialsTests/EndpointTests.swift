import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct EndpointTests {
  private func resolver(
    _ variables: [String: String] = [:], config: String = "", profile: String = "dev"
  ) throws -> EndpointResolver {
    let world = try World(variables, files: [".aws/config": config])
    let configuration = try SharedConfiguration(world.context)
    return EndpointResolver(configuration, profile: try configuration.profile(profile))
  }

  // MARK: AWS's own hosts

  struct Hosts: CustomTestStringConvertible {
    let service: AWSService
    let region: String
    let plain: String
    let dualStack: String
    let fips: String
    let both: String

    var testDescription: String { "\(service) in \(region)" }

    init(_ service: AWSService, _ region: String, _ plain: String, _ dualStack: String, _ fips: String, _ both: String)
    {
      (self.service, self.region) = (service, region)
      (self.plain, self.dualStack, self.fips, self.both) = (plain, dualStack, fips, both)
    }
  }

  /// What botocore makes of the services' endpoint rules: 1.43.11, and for Sign-In that of AWS CLI 2.36.7.
  static let hosts = [
    Hosts(
      .codeArtifact, "us-east-1", "codeartifact.us-east-1.amazonaws.com", "codeartifact.us-east-1.api.aws",
      "codeartifact-fips.us-east-1.amazonaws.com", "codeartifact-fips.us-east-1.api.aws"),
    Hosts(
      .codeArtifact, "cn-north-1", "codeartifact.cn-north-1.amazonaws.com.cn",
      "codeartifact.cn-north-1.api.amazonwebservices.com.cn", "codeartifact-fips.cn-north-1.amazonaws.com.cn",
      "codeartifact-fips.cn-north-1.api.amazonwebservices.com.cn"),
    Hosts(
      .codeArtifact, "us-gov-west-1", "codeartifact.us-gov-west-1.amazonaws.com",
      "codeartifact.us-gov-west-1.api.aws", "codeartifact-fips.us-gov-west-1.amazonaws.com",
      "codeartifact-fips.us-gov-west-1.api.aws"),
    Hosts(
      .codeArtifact, "eusc-de-east-1", "codeartifact.eusc-de-east-1.amazonaws.eu",
      "codeartifact.eusc-de-east-1.api.amazonwebservices.eu", "codeartifact-fips.eusc-de-east-1.amazonaws.eu",
      "codeartifact-fips.eusc-de-east-1.api.amazonwebservices.eu"),
    Hosts(
      .codeArtifact, "us-iso-east-1", "codeartifact.us-iso-east-1.c2s.ic.gov",
      "codeartifact.us-iso-east-1.api.aws.ic.gov", "codeartifact-fips.us-iso-east-1.c2s.ic.gov",
      "codeartifact-fips.us-iso-east-1.api.aws.ic.gov"),
    Hosts(
      .sts, "eu-west-1", "sts.eu-west-1.amazonaws.com", "sts.eu-west-1.api.aws", "sts-fips.eu-west-1.amazonaws.com",
      "sts-fips.eu-west-1.api.aws"),
    Hosts(
      .sts, "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com", "sts.us-gov-west-1.api.aws",
      "sts.us-gov-west-1.amazonaws.com", "sts-fips.us-gov-west-1.api.aws"),
    Hosts(
      .sts, "us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov", "sts.us-isob-east-1.api.aws.scloud",
      "sts-fips.us-isob-east-1.sc2s.sgov.gov", "sts-fips.us-isob-east-1.api.aws.scloud"),
    Hosts(
      .sso, "us-east-1", "portal.sso.us-east-1.amazonaws.com", "portal.sso.us-east-1.api.aws",
      "portal.sso-fips.us-east-1.amazonaws.com", "portal.sso-fips.us-east-1.api.aws"),
    Hosts(
      .sso, "us-gov-west-1", "portal.sso.us-gov-west-1.amazonaws.com", "portal.sso.us-gov-west-1.api.aws",
      "portal.sso.us-gov-west-1.amazonaws.com", "portal.sso-fips.us-gov-west-1.api.aws"),
    Hosts(
      .sso, "eu-isoe-west-1", "portal.sso.eu-isoe-west-1.cloud.adc-e.uk",
      "portal.sso.eu-isoe-west-1.api.cloud-aws.adc-e.uk", "portal.sso-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "portal.sso-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"),
    Hosts(
      .oidc, "us-east-1", "oidc.us-east-1.amazonaws.com", "oidc.us-east-1.api.aws",
      "oidc-fips.us-east-1.amazonaws.com", "oidc-fips.us-east-1.api.aws"),
    Hosts(
      .oidc, "us-gov-west-1", "oidc.us-gov-west-1.amazonaws.com", "oidc.us-gov-west-1.api.aws",
      "oidc.us-gov-west-1.amazonaws.com", "oidc-fips.us-gov-west-1.api.aws"),
    Hosts(
      .oidc, "us-isof-south-1", "oidc.us-isof-south-1.csp.hci.ic.gov", "oidc.us-isof-south-1.api.aws.hci.ic.gov",
      "oidc-fips.us-isof-south-1.csp.hci.ic.gov", "oidc-fips.us-isof-south-1.api.aws.hci.ic.gov"),
    Hosts(
      .signIn, "us-east-1", "us-east-1.signin.aws.amazon.com", "signin.us-east-1.api.aws",
      "signin-fips.us-east-1.amazonaws.com", "signin-fips.us-east-1.api.aws"),
    Hosts(
      .signIn, "cn-north-1", "cn-north-1.signin.amazonaws.cn", "signin.cn-north-1.api.amazonwebservices.com.cn",
      "signin-fips.cn-north-1.amazonaws.com.cn", "signin-fips.cn-north-1.api.amazonwebservices.com.cn"),
    Hosts(
      .signIn, "us-gov-west-1", "us-gov-west-1.signin.amazonaws-us-gov.com", "signin.us-gov-west-1.api.aws",
      "signin-fips.amazonaws-us-gov.com", "signin-fips.us-gov-west-1.api.aws"),
    Hosts(
      .signIn, "us-gov-east-1", "us-gov-east-1.signin.amazonaws-us-gov.com", "signin.us-gov-east-1.api.aws",
      "us-gov-east-1.signin-fips.amazonaws-us-gov.com", "signin-fips.us-gov-east-1.api.aws"),
    Hosts(
      .signIn, "us-iso-east-1", "us-iso-east-1.signin.c2shome.ic.gov", "signin.us-iso-east-1.api.aws.ic.gov",
      "signin-fips.us-iso-east-1.c2s.ic.gov", "signin-fips.us-iso-east-1.api.aws.ic.gov"),
    Hosts(
      .signIn, "us-isob-east-1", "us-isob-east-1.signin.sc2shome.sgov.gov", "signin.us-isob-east-1.api.aws.scloud",
      "signin-fips.us-isob-east-1.sc2s.sgov.gov", "signin-fips.us-isob-east-1.api.aws.scloud"),
    Hosts(
      .signIn, "eu-isoe-west-1", "eu-isoe-west-1.signin.csphome.adc-e.uk",
      "signin.eu-isoe-west-1.api.cloud-aws.adc-e.uk", "signin-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "signin-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"),
    Hosts(
      .signIn, "us-isof-south-1", "us-isof-south-1.signin.csphome.hci.ic.gov",
      "signin.us-isof-south-1.api.aws.hci.ic.gov", "signin-fips.us-isof-south-1.csp.hci.ic.gov",
      "signin-fips.us-isof-south-1.api.aws.hci.ic.gov"),
    Hosts(
      .sts, "aws-global", "sts.amazonaws.com", "sts.aws-global.api.aws", "sts-fips.aws-global.amazonaws.com",
      "sts-fips.aws-global.api.aws"),
    Hosts(
      .signIn, "eusc-de-east-1", "eusc-de-east-1.signin.amazonaws-eusc.eu",
      "signin.eusc-de-east-1.api.amazonwebservices.eu", "signin-fips.eusc-de-east-1.amazonaws.eu",
      "signin-fips.eusc-de-east-1.api.amazonwebservices.eu"),
  ]

  @Test(arguments: hosts)
  func ownHosts(_ given: Hosts) throws {
    let fips = ["AWS_USE_FIPS_ENDPOINT": "true"]
    let dualStack = ["AWS_USE_DUALSTACK_ENDPOINT": "true"]
    for (variables, host) in [
      ([:], given.plain), (dualStack, given.dualStack), (fips, given.fips),
      (fips.merging(dualStack) { $1 }, given.both),
    ] {
      #expect(try resolver(variables).endpoint(of: given.service, region: given.region) == "https://\(host)")
    }
  }

  struct Flag: CustomTestStringConvertible {
    let testDescription: String
    var variables: [String: String] = [:]
    var config = ""
    let label: String
  }

  @Test(arguments: [
    Flag(testDescription: "in capitals", variables: ["AWS_USE_FIPS_ENDPOINT": "TRUE"], label: "sts-fips"),
    Flag(testDescription: "neither true nor false", variables: ["AWS_USE_FIPS_ENDPOINT": "1"], label: "sts"),
    Flag(testDescription: "in the profile", config: "[profile dev]\nuse_fips_endpoint = true\n", label: "sts-fips"),
    Flag(testDescription: "in another profile", config: "[profile x]\nuse_fips_endpoint = true\n", label: "sts"),
    Flag(
      testDescription: "the variable first", variables: ["AWS_USE_FIPS_ENDPOINT": "false"],
      config: "[profile dev]\nuse_fips_endpoint = true\n", label: "sts"),
    Flag(
      testDescription: "an empty variable", variables: ["AWS_USE_FIPS_ENDPOINT": ""],
      config: "[profile dev]\nuse_fips_endpoint = true\n", label: "sts-fips"),
  ])
  func flags(_ given: Flag) throws {
    let resolver = try resolver(given.variables, config: given.config)
    #expect(try resolver.endpoint(of: .sts, region: "eu-west-1") == "https://\(given.label).eu-west-1.amazonaws.com")
    #expect(resolver.usesStandardEndpoints == (given.label == "sts"))
  }

  // MARK: Endpoints of the user's own

  struct Custom: CustomTestStringConvertible {
    let testDescription: String
    var service = AWSService.codeArtifact
    var variables: [String: String] = [:]
    var config = ""
    /// Nil for AWS's own.
    let url: String?
  }

  private static let services = """
    [profile dev]
    services = local
    endpoint_url = http://profile

    [services local]
    codeartifact =
      endpoint_url = http://section/
    sso_oidc =
      endpoint_url = http://oidc

    """

  @Test(arguments: [
    Custom(testDescription: "none", url: nil),
    Custom(
      testDescription: "the service's own variable first",
      variables: ["AWS_ENDPOINT_URL_CODEARTIFACT": "http://own", "AWS_ENDPOINT_URL": "http://all"], config: services,
      url: "http://own"),
    Custom(
      testDescription: "then the variable for all", variables: ["AWS_ENDPOINT_URL": "http://all"], config: services,
      url: "http://all"),
    Custom(
      testDescription: "an empty variable is none", variables: ["AWS_ENDPOINT_URL_CODEARTIFACT": ""],
      config: services, url: "http://section"),
    Custom(testDescription: "then the services section", config: services, url: "http://section"),
    Custom(testDescription: "the section for SSO OIDC", service: .oidc, config: services, url: "http://oidc"),
    Custom(testDescription: "then the profile", service: .sts, config: services, url: "http://profile"),
    Custom(
      testDescription: "another profile's section", config: services.replacing("profile dev", with: "profile other"),
      url: nil),
    Custom(
      testDescription: "another service's variable", service: .sts,
      variables: ["AWS_ENDPOINT_URL_CODEARTIFACT": "http://own"], url: nil),
    Custom(
      testDescription: "with FIPS", variables: ["AWS_ENDPOINT_URL": "https://x", "AWS_USE_FIPS_ENDPOINT": "true"],
      url: "https://x"),
    Custom(
      testDescription: "with dual-stack", service: .sts,
      variables: ["AWS_ENDPOINT_URL_STS": "https://x", "AWS_USE_DUALSTACK_ENDPOINT": "true"], url: "https://x"),
    Custom(
      testDescription: "with FIPS of the profile", service: .oidc,
      config: services.replacing("[profile dev]", with: "[profile dev]\nuse_fips_endpoint = true"), url: "http://oidc"),
    Custom(testDescription: "SSO", service: .sso, variables: ["AWS_ENDPOINT_URL_SSO": "http://x"], url: "http://x"),
    Custom(
      testDescription: "SSO OIDC", service: .oidc, variables: ["AWS_ENDPOINT_URL_SSO_OIDC": "http://x"],
      url: "http://x"),
    Custom(
      testDescription: "sign-in", service: .signIn, variables: ["AWS_ENDPOINT_URL_SIGNIN": "http://x"],
      url: "http://x"),
    Custom(testDescription: "STS", service: .sts, variables: ["AWS_ENDPOINT_URL_STS": "http://x"], url: "http://x"),
    Custom(
      testDescription: "a path stays", variables: ["AWS_ENDPOINT_URL": "https://x:8443/a/b/"], url: "https://x:8443/a/b"
    ),
    Custom(
      testDescription: "ignored by a variable",
      variables: ["AWS_ENDPOINT_URL": "http://all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"], config: services,
      url: nil),
    Custom(
      testDescription: "ignored by the profile", variables: ["AWS_ENDPOINT_URL": "http://all"],
      config: "[profile dev]\nignore_configured_endpoint_urls = true\n", url: nil),
    Custom(
      testDescription: "the variable for that first",
      variables: ["AWS_ENDPOINT_URL": "http://all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"],
      config: "[profile dev]\nignore_configured_endpoint_urls = true\n", url: "http://all"),
  ])
  func customEndpoints(_ given: Custom) throws {
    let resolver = try resolver(given.variables, config: given.config)
    #expect(try resolver.custom(for: given.service) == given.url)
    let endpoint = try resolver.endpoint(of: given.service, region: "eu-west-1")
    if let url = given.url { #expect(endpoint == url) } else { #expect(endpoint.hasSuffix(".eu-west-1.amazonaws.com")) }
  }

  struct Unfit: CustomTestStringConvertible {
    let testDescription: String
    var variables: [String: String] = [:]
    var config = ""
    let setBy: String
  }

  @Test(arguments: [
    Unfit(
      testDescription: "no URL", variables: ["AWS_ENDPOINT_URL_CODEARTIFACT": "vpce-1.example"],
      setBy: "AWS_ENDPOINT_URL_CODEARTIFACT"),
    Unfit(
      testDescription: "another scheme", variables: ["AWS_ENDPOINT_URL": "file:///etc/passwd"],
      setBy: "AWS_ENDPOINT_URL"),
    Unfit(
      testDescription: "two lines", variables: ["AWS_ENDPOINT_URL": "https://x\r\nX: y"], setBy: "AWS_ENDPOINT_URL"),
    Unfit(
      testDescription: "in a section",
      config: "[profile dev]\nservices = s\n[services s]\ncodeartifact =\n  endpoint_url = x\n",
      setBy: "endpoint_url in [services s]"),
    Unfit(
      testDescription: "in the profile", config: "[profile dev]\nendpoint_url = x\n",
      setBy: "endpoint_url of profile dev"),
  ])
  func unfitEndpointsAreNamed(_ given: Unfit) throws {
    let resolver = try resolver(given.variables, config: given.config)
    let failure = #expect(throws: CredentialFailure.self) {
      () throws(CredentialFailure) in try resolver.endpoint(of: .codeArtifact, region: "eu-west-1")
    }
    #expect(failure.map { "\($0)" } == "\(given.setBy) is not a URL. Use an http or https URL")
  }

  /// botocore: InvalidConfigError, "The profile is configured to use the services section but the … configuration does
  /// not exist".
  @Test func aServicesSectionThatIsNotThereIsNamed() throws {
    let config =
      "[profile dev]\nregion = x\nservices = typo\n[services other]\ncodeartifact =\n  endpoint_url = https://x\n"
    let without = try resolver(config: config)
    let failure = #expect(throws: CredentialFailure.self) {
      () throws(CredentialFailure) in try without.endpoint(of: .codeArtifact, region: "eu-west-1")
    }
    #expect(failure?.problem == "profile dev names services \"typo\", which is not defined")
    #expect(failure?.location == .file("~/.aws/config", line: 3))
    // Variables take precedence, as in botocore.
    let other = try resolver(["AWS_ENDPOINT_URL": "https://y"], config: config)
    #expect(try other.endpoint(of: .codeArtifact, region: "eu-west-1") == "https://y")
  }

  @Test(
    arguments: [
      ("https://", nil), ("http:///x", nil), ("https://:443", nil), ("HTTPS://A.example/X/", "https://A.example/X"),
      ("hTTp://localhost:1", "http://localhost:1"), ("https://[::1]:1/", "https://[::1]:1"),
    ] as [(String, String?)])
  func anEndpointHasAHost(_ text: String, _ url: String?) { #expect(EndpointResolver.url(text) == url) }

  /// What stands in a region's place must not lead to another host.
  @Test(arguments: [
    "", "evil.example/", "evil.example/#", "us-east-1.evil.example", "@evil.example", "us east 1", "us-east-1\n",
    "x:1", "ü", "-", String(repeating: "a", count: 64),
  ])
  func whatIsNoRegionIsNoPartOfAHost(_ region: String) throws {
    for service in [AWSService.codeArtifact, .sts, .sso, .oidc, .signIn] {
      let resolver = try resolver()
      #expect(throws: CredentialFailure.self) {
        () throws(CredentialFailure) in try resolver.endpoint(of: service, region: region)
      }
    }
  }

  @Test(arguments: [
    ("us-east-1-fips", "us-east-1"), ("fips-us-east-1", "us-east-1"), ("fips-us-gov-west-1", "us-gov-west-1"),
  ])
  func aRegionMayMeanFIPS(_ name: String, _ region: String) throws {
    let fips = try resolver(["AWS_USE_FIPS_ENDPOINT": "true"])
    for service in [AWSService.codeArtifact, .sts, .sso, .oidc, .signIn] {
      #expect(
        try resolver().endpoint(of: service, region: name) == fips.endpoint(of: service, region: region), "\(service)")
    }
  }

  // MARK: Partitions

  @Test(arguments: [
    ("us-east-1", "aws", "api.aws"), ("mx-central-1", "aws", "api.aws"),
    ("cn-northwest-1", "aws-cn", "api.amazonwebservices.com.cn"),
    ("us-gov-east-1", "aws-us-gov", "api.aws"), ("us-iso-west-1", "aws-iso", "api.aws.ic.gov"),
    ("us-isob-east-1", "aws-iso-b", "api.aws.scloud"), ("eu-isoe-west-1", "aws-iso-e", "api.cloud-aws.adc-e.uk"),
    ("us-isof-south-1", "aws-iso-f", "api.aws.hci.ic.gov"),
    ("eusc-de-east-1", "aws-eusc", "api.amazonwebservices.eu"), ("", "aws", "api.aws"),
  ])
  func partitions(_ region: String, _ name: String, _ dualStackSuffix: String) {
    let partition = Partition.of(region: region)
    #expect(partition.name == name && partition.dualStackSuffix == dualStackSuffix)
    #expect(Partition.of(region: region).suffix == partition.suffix)
  }
}
