@testable import CodeArtifact
import Testing

@Suite struct RepositoryTests {
  /// What a service is, in the few words that a table can hold.
  private static func words(_ kind: ServiceKind) -> String {
    switch kind {
    case .repository(let it): "\(it.domain) \(it.owner) \(it.region) \(it.apiEndpoint)"
    case .unencrypted(let host): "unencrypted \(host)"
    case .otherUser: "another user"
    case .other: "other"
    }
  }

  private static let mapped = [
    MappedHost(name: "pypi.acme.example", domain: "acme", owner: "111122223333", region: "us-east-1"),
    MappedHost(name: "localhost", domain: "acme", owner: "111122223333", region: "us-east-1"),
    MappedHost(name: "127.0.0.1", domain: "acme", owner: "111122223333", region: "us-east-1"),
    MappedHost(name: "pypi.acme.cn", domain: "acme", owner: "111122223333", region: "cn-north-1"),
  ]

  private static let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
  private static let acme = "acme 111122223333 us-east-1 https://codeartifact.us-east-1.amazonaws.com"
  private static let vpce = "vpce-0743fe535b883ffff-76ddffff"

  private static func expect(_ service: String, _ expected: String) {
    #expect(words(Repository.recognise(service, mapped: mapped)) == expected)
  }

  @Test(arguments: [
    "https://HOST/pypi/internal/simple/", "https://HOST/pypi/internal/simple", "https://HOST/pypi/internal/",
    "https://HOST/pypi/internal", "https://HOST/", "https://HOST", "HOST", "HOST.", "HOST:443", "HOST:",
    "https://HOST:443/pypi/internal/simple/", "https://HOST:8443/pypi/internal/simple/", "https://HOST./pypi/internal/",
    "https://HOST.:443/", "https://aws@HOST/pypi/internal/", "https://aws:@HOST/", "https://aws:password@HOST/",
    "https://@HOST/", "https://:password@HOST/", "aws@HOST", "HTTPS://HOST/", "https://HOST?x=y", "https://HOST#f",
    "https://HOST/pypi/internal/simple/acme-one/1.0/acme_one-1.0-py3-none-any.whl#sha256=00ff",
    "https://HOST/pypi/internal/simple/?a=https://evil.example/", "https://HOST//pypi//internal",
    "https://HOST/pypi/a/simple/x%20y/", "https://HOST/npm/internal/", "https://HOST/pypi/A_1.b-2/",
    "https://HOST/legacy@x/",
    "https://pypi.acme.example/internal/simple/", "pypi.acme.example", "https://PYPI.Acme.Example:8443/",
    "https://aws@pypi.acme.example./", "http://localhost:8080/pypi/internal/simple/", "http://127.0.0.1:8080/",
    "localhost",
  ])
  func everySpellingOfARepository(_ service: String) {
    Self.expect(service.replacing("HOST", with: Self.host), Self.acme)
    // The host is the same in capitals.
    Self.expect(service.replacing("HOST", with: Self.host.uppercased()), Self.acme)
  }

  @Test(arguments: [
    (
      "https://acme-111122223333.codeartifact.us-west-2.on.aws/pypi/r/",
      "acme 111122223333 us-west-2 https://codeartifact.us-west-2.amazonaws.com"
    ),
    (
      "https://acme-111122223333.d.codeartifact.us-west-2.on.aws/",
      "acme 111122223333 us-west-2 https://codeartifact.us-west-2.amazonaws.com"
    ),
    ("https://acme-111122223333.codeartifact.us-east-1.amazonaws.com/", acme),
    (
      "https://acme-111122223333.codeartifact.cn-north-1.on.amazonwebservices.com.cn/",
      "acme 111122223333 cn-north-1 https://codeartifact.cn-north-1.amazonaws.com.cn"
    ),
    (
      "https://acme-111122223333.d.codeartifact.cn-northwest-1.amazonaws.com.cn/",
      "acme 111122223333 cn-northwest-1 https://codeartifact.cn-northwest-1.amazonaws.com.cn"
    ),
    (
      "https://acme-111122223333.d.codeartifact.eusc-de-east-1.amazonaws.eu/",
      "acme 111122223333 eusc-de-east-1 https://codeartifact.eusc-de-east-1.amazonaws.eu"
    ),
    (
      "https://acme-111122223333.d.codeartifact.us-gov-west-1.amazonaws.com/",
      "acme 111122223333 us-gov-west-1 https://codeartifact.us-gov-west-1.amazonaws.com"
    ),
    (
      "https://acme-111122223333.d.codeartifact.us-iso-east-1.c2s.ic.gov/",
      "acme 111122223333 us-iso-east-1 https://codeartifact.us-iso-east-1.c2s.ic.gov"
    ),
    (
      "https://acme-111122223333.d.codeartifact.us-isob-east-1.sc2s.sgov.gov/",
      "acme 111122223333 us-isob-east-1 https://codeartifact.us-isob-east-1.sc2s.sgov.gov"
    ),
    (
      "https://acme-111122223333.d.codeartifact.eu-isoe-west-1.cloud.adc-e.uk/",
      "acme 111122223333 eu-isoe-west-1 https://codeartifact.eu-isoe-west-1.cloud.adc-e.uk"
    ),
    (
      "https://acme-111122223333.d.codeartifact.us-isof-south-1.csp.hci.ic.gov/",
      "acme 111122223333 us-isof-south-1 https://codeartifact.us-isof-south-1.csp.hci.ic.gov"
    ),
    (
      "https://acme-111122223333.d.codeartifact-fips.us-east-1.amazonaws.com/",
      "acme 111122223333 us-east-1 https://codeartifact-fips.us-east-1.amazonaws.com"
    ),
    (
      "https://\(vpce).d.codeartifact.us-west-2.vpce.amazonaws.com/pypi/d/acme-111122223333/internal/simple/",
      "acme 111122223333 us-west-2 https://codeartifact.us-west-2.amazonaws.com"
    ),
    (
      "https://\(vpce)-us-west-2a.d.codeartifact.us-west-2.vpce.amazonaws.com/pypi/d/Acme-111122223333/internal",
      "acme 111122223333 us-west-2 https://codeartifact.us-west-2.amazonaws.com"
    ),
    (
      "https://aws@\(vpce).d.codeartifact.us-west-2.vpce.amazonaws.com:443/pypi/d/a-1-2-111122223333/r/",
      "a-1-2 111122223333 us-west-2 https://codeartifact.us-west-2.amazonaws.com"
    ),
    (
      "https://a-1-2-444455556666.d.codeartifact.eu-west-1.amazonaws.com/",
      "a-1-2 444455556666 eu-west-1 https://codeartifact.eu-west-1.amazonaws.com"
    ),
    (
      "https://a-111122223333-444455556666.d.codeartifact.eu-west-1.amazonaws.com/",
      "a-111122223333 444455556666 eu-west-1 https://codeartifact.eu-west-1.amazonaws.com"
    ),
    (
      "https://ab-444455556666.d.codeartifact.ap-southeast-2.amazonaws.com/",
      "ab 444455556666 ap-southeast-2 https://codeartifact.ap-southeast-2.amazonaws.com"
    ),
    (
      "https://a\(String(repeating: "b", count: 49))-444455556666.d.codeartifact.eu-west-1.amazonaws.com/",
      "a\(String(repeating: "b", count: 49)) 444455556666 eu-west-1 https://codeartifact.eu-west-1.amazonaws.com"
    ),
    (
      "https://acme-111122223333.d.codeartifact.eu-central-10.amazonaws.com/",
      "acme 111122223333 eu-central-10 https://codeartifact.eu-central-10.amazonaws.com"
    ),
    ("https://pypi.acme.cn/", "acme 111122223333 cn-north-1 https://codeartifact.cn-north-1.amazonaws.com.cn"),
  ])
  func everyShapeOfAHost(_ service: String, _ expected: String) {
    Self.expect(service, expected)
  }

  @Test(arguments: [
    // Look-alikes.
    "https://HOST.evil.example/pypi/internal/simple/", "HOST.evil.example", "https://evil.example/HOST/",
    "https://HOST@evil.example/",
    "https://aws:HOST@evil.example/", "https://evil.example#HOST", "https://evil.example?HOST",
    "https://evil.example?@HOST",
    "https://evil.example\\@HOST/", "https://evil.example/@HOST/", "https://evil.exampleHOST/",
    "https://evil-HOST.example/",
    "https://HOSTx/", "https://xHOST:443x/", "https://evil.HOST/",
    "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com.cn/",
    "https://acme-111122223333.d.codeartifact.cn-north-1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.eu/",
    "https://acme-111122223333.d.codeartifact.us-east-1.amazonawsXcom/",
    "https://acme-111122223333.d.codeartifact.us-east-1.evil.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/internal/",
    "https://acme-111122223333.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111122223333/internal/",
    "https://acme-111122223333.d.s3.us-east-1.amazonaws.com/",
    "https://acme-111122223333.e.codeartifact.us-east-1.amazonaws.com/",
    "https://acme-111122223333.d.d.codeartifact.us-east-1.amazonaws.com/",
    "https://acme-111122223333..codeartifact.us-east-1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us-east-1.aws/",
    "https://acme-111122223333.d.codeartifact.us-east-1.on.aws.evil/",
    "https://acme-111122223333.d.codeartifact.us-east-1./", "https://acme-111122223333.d.codeartifact.us-east-1/",
    "https://HOST../", "https://.HOST/", "https://pypi.acme.example.evil.example/", "https://xpypi.acme.example/",
    "https://evil.example/pypi.acme.example", "https://аcme-111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us－east－1.amazonaws.com/", "https://HOST%2eevil.example/",
    "https://HOST%00.evil/",
    // Bad domains, owners and regions.
    "https://acme.d.codeartifact.us-east-1.amazonaws.com/",
    "https://acme-11112222333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://acme-1111222233334.d.codeartifact.us-east-1.amazonaws.com/",
    "https://acme-11112222333x.d.codeartifact.us-east-1.amazonaws.com/",
    "https://a-111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://-111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://1cme-111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://acme--111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://ac_me-111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://a\(String(repeating: "b", count: 50))-111122223333.d.codeartifact.us-east-1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us-east.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us-east-x.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us-east-123.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us--1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.u-east-1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.us-e4st-1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.1.amazonaws.com/",
    "https://acme-111122223333.d.codeartifact.amazonaws.com/",
    // The API is no repository, and behind PrivateLink the path says which one it is.
    "https://codeartifact.us-east-1.amazonaws.com/", "https://d.codeartifact.us-east-1.amazonaws.com/",
    "https://\(vpce).api.codeartifact.us-west-2.vpce.amazonaws.com/",
    "https://\(vpce).d.codeartifact.us-west-2.vpce.amazonaws.com/",
    "https://\(vpce).d.codeartifact.us-west-2.vpce.amazonaws.com/pypi/d/acme/internal/",
    "https://\(vpce).d.codeartifact.us-west-2.vpce.amazonaws.com/pypi/x/acme-111122223333/internal/",
    "https://\(vpce).d.codeartifact.us-west-2.vpce.amazonaws.com/?/pypi/d/acme-111122223333/internal/",
    "\(vpce).d.codeartifact.us-west-2.vpce.amazonaws.com",
    // Other schemes, and what is no address at all.
    "ftp://HOST/", "file://HOST/", "javascript://HOST/", "ws://HOST/", "://HOST/", "//HOST/", "https:HOST",
    "https:/HOST/", "HOST/pypi/internal/",
    "https://HOST:99999/", "https://HOST:port/", "https://HOST:-1/", "https://HOST:443:443/", "https://HOST /",
    " https://HOST/",
    "https://HOST/\n", "https://HO\tST/", "https://HOST\u{0}/", "https://ＨＯＳＴ/", "", " ", "https://", "https:///pypi/",
    "https://[", "https://[::1]/",
    "https://\(String(repeating: "a", count: 5000))/", "\u{1}\u{7F}",
    // Other people's.
    "https://pypi.org/simple/", "pypi.org", "poetry-repository-artifact", "python-poetry-check", "pdm-pypi-x",
    "https://acme.example/pypi/",
    "http://pypi.org/simple/", "http://HOST.evil.example/", "http://localhost.evil.example/",
  ])
  func otherServicesAreNotRecognised(_ service: String) {
    Self.expect(service.replacing("HOST", with: Self.host), "other")
  }

  @Test(arguments: [
    "http://HOST/pypi/internal/simple/", "http://HOST", "HTTP://HOST:80/", "http://aws@HOST/", "http://bob@HOST/",
    "http://HOST:443/", "http://localhost@HOST/",
  ])
  func plainHTTP(_ service: String) {
    Self.expect(service.replacing("HOST", with: Self.host), "unencrypted \(Self.host)")
    Self.expect(service.replacing("HOST", with: "pypi.acme.example"), "unencrypted pypi.acme.example")
  }

  @Test(arguments: [
    "https://bob@HOST/pypi/internal/", "https://AWS@HOST/", "https://__token__@HOST/", "https://bob:password@HOST/",
    "https://aws%20@HOST/", "https://a@aws@HOST/", "bob@HOST", "https://bob@pypi.acme.example/",
  ])
  func anotherUser(_ service: String) {
    Self.expect(service.replacing("HOST", with: Self.host), "another user")
  }

  @Test func withoutItsMappingAHostIsForeign() {
    #expect(Repository.recognise("https://pypi.acme.example/") == .other)
    #expect(Repository.recognise("http://localhost:8080/") == .other)
  }
}
