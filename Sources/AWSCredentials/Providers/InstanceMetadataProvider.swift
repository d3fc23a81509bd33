import Platform

/// The EC2 instance's own role, from its metadata service (IMDSv2 only).
/// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
struct InstanceMetadataProvider {
  /// Seconds for all of it: on anything but an EC2 instance the address is a black hole.
  private static let patience = 1.0

  let context: ProviderContext

  /// The credentials; nil where there is no metadata service or no role.
  func credentials() -> Credentials? {
    let environment = context.surroundings.environment
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let isIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
    let standard = isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    var base = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? standard
    if base.hasSuffix("/") { base.removeLast() }
    let deadline = Deadline(min(Self.patience, context.deadline.remaining), on: context.surroundings.clock)
    let roles = "\(base)/latest/meta-data/iam/security-credentials/"
    let lifetime = (name: "X-aws-ec2-metadata-token-ttl-seconds", value: "21600")
    guard let token = ask("PUT", "\(base)/latest/api/token", lifetime, deadline).flatMap({ text($0) }) else {
      return nil
    }
    let proof = (name: "X-aws-ec2-metadata-token", value: token)
    guard let role = ask("GET", roles, proof, deadline).flatMap({ text($0) }),
      let answer = ask("GET", roles + percentEncoded(role), proof, deadline).flatMap({ JSONValue($0) }),
      answer["Code"] == nil || answer["Code"]?.text == "Success",
      let credentials = Credentials(processAnswer: answer, token: "Token"),
      credentials.expiration ?? .infinity > context.now
    else { return nil }
    return credentials
  }

  private func ask(
    _ method: String, _ url: String, _ header: (name: String, value: String), _ deadline: Deadline
  ) -> [UInt8]? {
    guard !deadline.hasPassed else { return nil }
    let request = HTTPRequest(
      method: method, url: url, headers: [header], connectTimeout: deadline.remaining, timeout: deadline.remaining,
      mayUseProxy: false)
    do {
      let response = try context.client.sendOnce(request)
      return response.status == 200 ? response.body : nil
    } catch {
      context.surroundings.trace("instance metadata: \(error)")
      return nil
    }
  }

  private func text(_ bytes: [UInt8]) -> String? {
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map { trimmed($0) }
    return line.flatMap { JSONValue.string($0).text }
  }
}
