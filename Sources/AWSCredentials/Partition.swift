/// One of AWS's separate clouds. Source: botocore's partitions.json.
public struct Partition: Sendable, Equatable {
  /// Its name, as in ARNs: `aws`, `aws-cn`.
  public let name: String
  /// The domain under which its regions' services live.
  public let suffix: String
  /// The same for endpoints that speak IPv6 too.
  public let dualStackSuffix: String
  private let prefix: String

  /// The partition a region belongs to.
  public static func of(region: String) -> Partition {
    for partition in others where region.hasPrefix(partition.prefix) { return partition }
    return commercial
  }

  /// The domain under which a region's services live.
  public static func suffix(ofRegion region: String) -> String { of(region: region).suffix }

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
