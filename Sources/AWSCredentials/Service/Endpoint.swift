import Platform

/// An AWS service, by its name in `AWS_ENDPOINT_URL_…` and, in lower case, in `[services]` sections.
public enum AWSService: String, Sendable {
  /// CodeArtifact itself.
  case codeArtifact = "CODEARTIFACT"
  /// The Security Token Service: roles and web identities.
  case sts = "STS"
  /// IAM Identity Center's portal: role credentials of an SSO session.
  case sso = "SSO"
  /// IAM Identity Center's OpenID Connect: the sign-in to an SSO session.
  case oidc = "SSO_OIDC"
  /// AWS Sign-In: the credentials of `aws login`.
  case signIn = "SIGNIN"

  /// The first labels of its hosts.
  fileprivate var label: String {
    switch self {
    case .sso: "portal.sso"
    case .oidc: "oidc"
    case .codeArtifact, .sts, .signIn: rawValue.lowercased()
    }
  }
}

/// Finds the endpoint of a service, as botocore's endpoint rules do.
/// Sources: the services' endpoint-rule-set-1.json in botocore, and
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
public struct EndpointResolver: Sendable {
  private let configuration: SharedConfiguration
  private let profile: Profile?

  /// A resolver for the settings of a profile, which variables override.
  public init(_ configuration: SharedConfiguration, profile: Profile?) {
    self.configuration = configuration
    self.profile = profile
  }

  private var environment: Environment { configuration.environment }

  /// Whether neither FIPS nor dual-stack endpoints are wanted.
  public var usesStandardEndpoints: Bool { !usesFIPS && !usesDualStack }

  /// The endpoint of a service in a region, without a slash at its end. Throws for a URL or a region that is not one.
  public func endpoint(of service: AWSService, region: String) throws(CredentialFailure) -> String {
    if let custom = try custom(for: service) { return custom }
    let name = RegionName(region)
    // It becomes part of a host name, and must not turn it into another host.
    guard Self.isLabel(name.region) else {
      throw .other(
        "the region \"\(oneLine(region, limit: 60))\" is not an AWS region", .advice("Use a name such as us-east-1"))
    }
    return "https://\(host(of: service, name.region, usesFIPS: usesFIPS || name.meansFIPS))"
  }

  /// The configured endpoint of a service; nil if there is none. FIPS and dual-stack settings do not apply to it.
  public func custom(for service: AWSService) throws(CredentialFailure) -> String? {
    guard let (text, setBy) = try setting(for: service) else { return nil }
    guard let url = Self.url(text) else {
      throw .other("\(setBy) is not a URL", .advice("Use an http or https URL"))
    }
    return url
  }

  private func setting(for service: AWSService) throws(CredentialFailure) -> (url: String, setBy: String)? {
    let isIgnored =
      environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile?["ignore_configured_endpoint_urls"] ?? "false"
    if isIgnored.lowercased() == "true" { return nil }
    let own = "AWS_ENDPOINT_URL_\(service.rawValue)"
    if let url = environment[own] { return (url, own) }
    if let url = environment["AWS_ENDPOINT_URL"] { return (url, "AWS_ENDPOINT_URL") }
    guard let profile else { return nil }
    if let found = try configuration.endpoint(of: service.rawValue.lowercased(), profile) {
      return (found.url, "endpoint_url in [services \(found.services)]")
    }
    return profile["endpoint_url"].map { ($0, "endpoint_url of profile \(profile.name)") }
  }

  private func host(of service: AWSService, _ region: String, usesFIPS: Bool) -> String {
    let partition = Partition.of(region: region)
    let suffix = usesDualStack ? partition.dualStackSuffix : partition.suffix
    if !usesDualStack {
      if service == .sts, region == RegionName.global, !usesFIPS { return "sts.\(suffix)" }
      if service == .signIn, let host = Self.signInHost(region, partition, usesFIPS: usesFIPS) { return host }
    }
    // GovCloud's plain endpoints are its FIPS endpoints.
    let isGovCloud = partition.name == "aws-us-gov" && !usesDualStack && service != .codeArtifact && service != .signIn
    let label = usesFIPS && !isGovCloud ? "\(service.label)-fips" : service.label
    return "\(label).\(region).\(suffix)"
  }

  /// An endpoint without a slash at its end, its scheme in lower case; nil for a text that cannot be one.
  static func url(_ text: String) -> String? {
    let parts = URLParts(text)
    guard let scheme = parts.scheme, scheme == "https" || scheme == "http", !parts.host.isEmpty,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    let rest = text.dropFirst(parts.prefix.count)
    return "\(scheme)://\(rest.hasSuffix("/") ? rest.dropLast() : rest)"
  }

  private static func isLabel(_ text: String) -> Bool {
    guard (1...63).contains(text.utf8.count), text.first != "-", text.last != "-" else { return false }
    return text.isASCIILettersDigits(or: "-")
  }

  /// AWS Sign-In's special host names; nil where its name is like that of other services.
  private static func signInHost(_ region: String, _ partition: Partition, usesFIPS: Bool) -> String? {
    guard usesFIPS else { return signInDomains[partition.name].map { "\(region).\($0)" } }
    guard partition.name == "aws-us-gov" else { return nil }
    let host = "signin-fips.amazonaws-us-gov.com"
    return region == "us-gov-west-1" ? host : "\(region).\(host)"
  }

  private static let signInDomains = [
    "aws": "signin.aws.amazon.com", "aws-cn": "signin.amazonaws.cn", "aws-eusc": "signin.amazonaws-eusc.eu",
    "aws-us-gov": "signin.amazonaws-us-gov.com", "aws-iso": "signin.c2shome.ic.gov",
    "aws-iso-b": "signin.sc2shome.sgov.gov", "aws-iso-e": "signin.csphome.adc-e.uk",
    "aws-iso-f": "signin.csphome.hci.ic.gov",
  ]

  private var usesFIPS: Bool { flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint") }
  private var usesDualStack: Bool { flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint") }

  private func flag(_ variable: String, _ key: String) -> Bool {
    (environment[variable] ?? profile?[key])?.lowercased() == "true"
  }
}

/// A region as users write it: `us-east-1-fips` and `fips-us-east-1` are `us-east-1` with FIPS endpoints.
/// Source: botocore's `ClientCreator._normalize_fips_region`.
public struct RegionName {
  /// The region that stands for all of them. Its STS is `sts.amazonaws.com`.
  static let global = "aws-global"

  /// The region that is meant.
  public let region: String
  /// Whether the name asks for FIPS endpoints.
  public let meansFIPS: Bool

  /// The meaning of a name.
  public init(_ name: String) {
    region = name.replacing("fips-", with: "").replacing("-fips", with: "")
    meansFIPS = region != name
  }

  /// Whether a text can be a region, such as `us-gov-west-1`. Inlinable: every lookup calls it from another module.
  @inlinable
  public static func isRegion(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, let first = parts.first, (2...5).contains(first.count), let last = parts.last,
      !last.isEmpty, last.count <= 2, last.utf8.allSatisfy(\.isASCIIDigit)
    else { return false }
    return parts.dropLast().allSatisfy { !$0.isEmpty && $0.count <= 16 && $0.utf8.allSatisfy(\.isASCIILowercase) }
  }

  /// The region that requests are signed for.
  var signingRegion: String { region == Self.global ? "us-east-1" : region }
}

/// One of AWS's separate clouds. Source: botocore's partitions.json.
public struct Partition: Sendable, Equatable {
  /// Its name, as in ARNs: `aws`, `aws-cn`.
  public let name: String
  /// The domain of its regions' services.
  public let suffix: String
  /// The same for dual-stack endpoints, which support IPv6.
  public let dualStackSuffix: String
  private let prefix: String

  /// The partition a region belongs to.
  public static func of(region: String) -> Partition {
    for partition in others where region.hasPrefix(partition.prefix) { return partition }
    return commercial
  }

  private static let commercial = Partition(
    name: "aws", suffix: "amazonaws.com", dualStackSuffix: "api.aws", prefix: "")

  private static let others = [
    Partition(
      name: "aws-cn", suffix: "amazonaws.com.cn", dualStackSuffix: "api.amazonwebservices.com.cn", prefix: "cn-"),
    Partition(
      name: "aws-eusc", suffix: "amazonaws.eu", dualStackSuffix: "api.amazonwebservices.eu", prefix: "eusc-"),
    Partition(name: "aws-us-gov", suffix: "amazonaws.com", dualStackSuffix: "api.aws", prefix: "us-gov-"),
    Partition(name: "aws-iso", suffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov", prefix: "us-iso-"),
    Partition(name: "aws-iso-b", suffix: "sc2s.sgov.gov", dualStackSuffix: "api.aws.scloud", prefix: "us-isob-"),
    Partition(
      name: "aws-iso-e", suffix: "cloud.adc-e.uk", dualStackSuffix: "api.cloud-aws.adc-e.uk", prefix: "eu-isoe-"),
    Partition(
      name: "aws-iso-f", suffix: "csp.hci.ic.gov", dualStackSuffix: "api.aws.hci.ic.gov", prefix: "us-isof-"),
  ]
}
