import Platform

/// Where the metadata service of an EC2 instance is asked, and how patiently: variables first, then the profile.
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html, and botocore's `configprovider.py`.
struct InstanceMetadataSettings {
  /// The address, without a slash at its end.
  let endpoint: String
  /// Seconds for each request.
  let timeout: Double
  /// How often each request is made at the most, whatever went wrong; nil where the user does not say.
  let attempts: Int?

  /// Throws for a setting that cannot be followed.
  init(_ environment: Environment, _ profile: Profile?) throws(CredentialFailure) {
    func setting<Value>(
      _ variable: String, _ key: String, _ problem: String, _ read: (String) -> Value?
    ) throws(CredentialFailure) -> Value? {
      guard let text = environment[variable] ?? profile?[key] else { return nil }
      if let value = read(text) { return value }
      let place = environment[variable] == nil ? "\(key) of profile \(profile?.name ?? "")" : variable
      throw .badEndpoint(setBy: place, problem: "is \"\(oneLine(text, limit: 60))\". \(problem)")
    }
    let standard = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode", "It can be IPv4 or IPv6"
    ) { ["ipv4": "http://169.254.169.254", "ipv6": "http://[fd00:ec2::254]"][$0.lowercased()] }
    let chosen = try setting(
      "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint", "It must be an http or https URL"
    ) { EndpointResolver.isURL($0) ? $0 : nil }
    let url = chosen ?? standard ?? "http://169.254.169.254"
    endpoint = url.hasSuffix("/") ? String(url.dropLast()) : url
    timeout =
      try setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "It must be a number of seconds") {
        Double(trimmed($0)).flatMap { $0 > 0 && $0 <= 3600 ? $0 : nil }
      } ?? 1
    attempts = try setting(
      "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", "It must be a number from 1"
    ) { Int(trimmed($0)).flatMap { $0 > 0 ? $0 : nil } }
  }
}
