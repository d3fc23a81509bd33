import Crypto
import Platform

/// Signs a request with AWS's Signature Version 4.
/// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
public struct SigV4: Sendable {
  private let credentials: Credentials
  private let service: String
  private let region: String

  /// A signer for a service, by its signing name (`codeartifact`, `sts`), in a region.
  public init(credentials: Credentials, service: String, region: String) {
    self.credentials = credentials
    self.service = service
    self.region = region
  }

  /// The request with its `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization` headers.
  /// The path and the query must be percent-encoded already; every header given is signed.
  public func sign(_ request: HTTPRequest, at epoch: Double) -> HTTPRequest {
    let time = compactISO8601(epochSeconds: epoch)
    let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
    var signed = request
    signed.headers.append((name: "X-Amz-Date", value: time))
    if let token = credentials.sessionToken {
      signed.headers.append((name: "X-Amz-Security-Token", value: token))
    }
    let canonical = CanonicalRequest(signed)
    let stringToSign = ["AWS4-HMAC-SHA256", time, scope, hexDigest(Array(canonical.text.utf8))].joined(separator: "\n")
    let signature = hexadecimal(hmac(stringToSign, key: signingKey(date: String(time.prefix(8)))))
    signed.headers.append(
      (
        name: "Authorization",
        value: "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
          + "SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
      ))
    return signed
  }

  private func signingKey(date: String) -> [UInt8] {
    [date, region, service, "aws4_request"]
      .reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) { key, part in hmac(part, key: key) }
  }
}

/// The canonical form of a request, which both sides hash.
struct CanonicalRequest {
  let text: String
  let signedHeaders: String

  init(_ request: HTTPRequest) {
    let url = URLParts(request.url)
    // The Host header as clients send it: without user information and without the scheme's own port.
    var host = String(url.authority)
    let usual = request.url.hasPrefix("https:") ? ":443" : ":80"
    if host.hasSuffix(usual) { host.removeLast(usual.count) }
    var headers = ["host": host]
    for (name, value) in request.headers {
      let name = name.lowercased()
      let value = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      headers[name] = headers[name].map { "\($0),\(value)" } ?? value
    }
    let names = headers.keys.sorted()
    signedHeaders = names.joined(separator: ";")
    text = [
      request.method, Self.doubleEncoded(url.path), Self.canonicalQuery(url.suffix.dropFirst()),
      names.map { "\($0):\(headers[$0] ?? "")\n" }.joined(), signedHeaders, hexDigest(request.body),
    ].joined(separator: "\n")
  }

  /// For all services except S3, the path is encoded twice, without dots and repeated slashes.
  private static func doubleEncoded(_ path: Substring) -> String {
    var segments: [String] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment == ".." { _ = segments.popLast() } else { segments.append(percentEncoded(String(segment))) }
    }
    return "/" + segments.joined(separator: "/") + (path.hasSuffix("/") && !segments.isEmpty ? "/" : "")
  }

  private static func canonicalQuery(_ query: Substring) -> String {
    guard !query.isEmpty else { return "" }
    let pairs = query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
    }
    return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
      .joined(separator: "&")
  }
}

private func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
  Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
}

private func hexDigest(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }
