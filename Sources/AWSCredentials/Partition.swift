/// One of AWS's separate clouds. Source: botocore's partitions.json.
public enum Partition {
  /// The domain under which a region's services live.
  public static func suffix(ofRegion region: String) -> String {
    for (prefix, suffix) in suffixes where region.hasPrefix(prefix) { return suffix }
    return "amazonaws.com"
  }

  private static let suffixes = [
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov"),
  ]
}
