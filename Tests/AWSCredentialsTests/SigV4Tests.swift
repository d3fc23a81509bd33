import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct SigV4Tests {
  private func sign(_ vector: SignatureVector, _ request: HTTPRequest? = nil) -> HTTPRequest {
    let request =
      request
      ?? HTTPRequest(method: vector.method, url: vector.url, headers: vector.headers, body: Array(vector.body.utf8))
    return SigV4(credentials: vector.credentials, service: vector.service, region: vector.region)
      .sign(request, at: vector.epoch)
  }

  @Test(arguments: SignatureVector.all)
  func signature(_ vector: SignatureVector) throws {
    let signed = sign(vector)
    let date = compactISO8601(epochSeconds: vector.epoch)
    let scope = "AKIDEXAMPLE/\(date.prefix(8))/\(vector.region)/\(vector.service)/aws4_request"
    #expect(signed.headers.last?.name == "Authorization")
    #expect(
      signed.headers.last?.value == "AWS4-HMAC-SHA256 Credential=\(scope), "
        + "SignedHeaders=\(vector.signedHeaders), Signature=\(vector.signature)")
    #expect(signed.header("x-amz-date") == date)
    #expect(signed.header("x-amz-security-token") == vector.credentials.sessionToken)
    // Nothing else changes on its way.
    #expect(signed.url == vector.url && signed.method == vector.method && signed.body == Array(vector.body.utf8))
  }

  /// Whatever changes in a request changes its signature.
  @Test func everythingIsSigned() throws {
    let vector = try #require(SignatureVector.all.first { $0.testDescription == "with a session token" })
    let request = HTTPRequest(method: vector.method, url: vector.url)
    var changes: [HTTPRequest] = [request]
    changes.append(HTTPRequest(method: "GET", url: vector.url))
    changes.append(HTTPRequest(method: vector.method, url: vector.url + "0"))
    changes.append(HTTPRequest(method: vector.method, url: vector.url.replacing("/v1/", with: "/v2/")))
    changes.append(HTTPRequest(method: vector.method, url: vector.url.replacing("us-east-1", with: "us-east-2")))
    changes.append(HTTPRequest(method: vector.method, url: vector.url, headers: [("A", "b")]))
    changes.append(HTTPRequest(method: vector.method, url: vector.url, body: [0]))
    let signatures = changes.map { sign(vector, $0).header("Authorization")?.suffix(64) }
    #expect(Set(signatures).count == changes.count)
  }

  @Test(arguments: [
    ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b", "a%20b"), ("a+b/c", "a%2Bb%2Fc"), ("é", "%C3%A9"), ("%20", "%2520"),
    ("\u{0}\n", "%00%0A"), ("arn:aws:iam::1:role/R", "arn%3Aaws%3Aiam%3A%3A1%3Arole%2FR"),
  ])
  func percentEncoding(_ text: String, _ expected: String) {
    #expect(percentEncoded(text) == expected)
  }
}

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-22T21:48:36Z", 1_795_384_116), ("2026-11-22T21:48:36.5Z", 1_795_384_116),
    ("2026-11-22T21:48:36.123456+00:00", 1_795_384_116), ("2026-11-22T22:48:36+01:00", 1_795_384_116),
    ("2026-11-22T16:18:36-05:30", 1_795_384_116), ("2026-11-22T21:48:36UTC", 1_795_384_116),
    ("2026-11-22 21:48:36Z", 1_795_384_116), ("2024-02-29T23:59:59Z", 1_709_251_199),
    ("2016-12-31T23:59:60Z", 1_483_228_800), ("2026-11-22T21:48:36+0000", 1_795_384_116),
    ("2026-11-22T21:48:36.5-0530", 1_795_403_916), ("2026-11-22T22:48:36+01", 1_795_384_116),
    ("2026-11-22T21:48:36.123456789Z", 1_795_384_116), ("9999-12-31T23:59:59Z", 253_402_300_799),
  ])
  func iso8601(_ text: String, _ epoch: Double) {
    #expect(epochSeconds(iso8601: text) == epoch)
  }

  @Test(arguments: [
    "", "2026", "2026-11-22", "2026-11-22T21:48:36", "2026-11-22T21:48:36X", "2026-11-22T21:48:36+1",
    "2026-11-22T21:48:36+", "2026-11-22T21:48:36+010", "2026-11-22T21:48:36+00:0", "2026-11-22T21:48:36+0:00",
    "2026-11-22T21:48:36+01000", "2026-11-22T21:48:360000", "2026-11-22T21:48:36+0x00", "2026-11-22T21:48:36+00:",
    "2026-13-22T21:48:36Z", "2026-00-22T21:48:36Z", "2026-11-32T21:48:36Z", "2026-11-22T24:48:36Z",
    "2026-11-22T21:60:36Z", "2026-11-22T21:48:61Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z", "20266-11-22T21:48:36Z", "２０２６-11-22T21:48:36Z", "2026/11/22T21:48:36Z",
    "-026-11-22T21:48:36Z", "2026-11-22T21:48:36ZZ", "2026-11-22T21:48:36Z, or later", "2026-11-22T21:48:36.5",
    "1795384116", "1795384116.5", "null", "2026-11-22t21:48:36Z", "\u{0}\u{0}\u{0}",
  ])
  func whatIsNoISO8601(_ text: String) {
    #expect(epochSeconds(iso8601: text) == nil)
  }

  @Test(arguments: [
    ("Sun, 22 Nov 2026 21:48:36 GMT", 1_795_384_116), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Sat, 31 Oct 2026 00:00:00 GMT", 1_793_404_800),
  ])
  func httpDates(_ text: String, _ epoch: Double) {
    #expect(epochSeconds(httpDate: text) == epoch)
  }

  @Test(arguments: [
    "", "Sun, 22 Nov 2026", "Sunday, 22-Nov-26 21:48:36 GMT", "Sun, 22 Foo 2026 21:48:36 GMT",
    "Sun, 22 Nov 2026 21:48 GMT",
    "Sun, x Nov 2026 21:48:36 GMT", "Sun, 22 Nov 999999999999999999999 21:48:36 GMT", "Sun, 22 Nov 2026 99:48:36 GMT",
    "Sun Nov 22 21:48:36 2026",
  ])
  func whatIsNoHTTPDate(_ text: String) {
    #expect(epochSeconds(httpDate: text) == nil)
  }

  @Test(
    arguments: [
      (0, "19700101T000000Z"), (1_795_384_116.9, "20261122T214836Z"), (1_709_251_199, "20240229T235959Z"),
      (-5, "19700101T000000Z"), (.nan, "19700101T000000Z"), (.infinity, "19700101T000000Z"),
      (1e300, "99991231T235959Z"),
    ] as [(Double, String)])
  func compact(_ epoch: Double, _ expected: String) {
    #expect(compactISO8601(epochSeconds: epoch) == expected)
  }
}
