import Testing

@testable import CodeArtifact

@Suite struct RepositoryURLTests {
  private static let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"

  @Test(arguments: [
    "https://\(host)/pypi/internal/", "https://\(host)/pypi/internal", "https://\(host)/pypi/internal/simple/",
    "https://aws@\(host)/pypi/internal/simple", "https://aws:x@\(host)/pypi/internal/simple/a/1.0/a.whl#sha256=0",
    "HTTPS://\(host)/pypi/internal/?a=b",
  ])
  func whereverAURLLeadsTheAddressesAreTheSame(_ text: String) throws {
    let url = try #require(RepositoryURL(text))
    #expect(url.host == Self.host)
    #expect(url.publish == "https://\(Self.host)/pypi/internal/")
    #expect(url.index == "https://\(Self.host)/pypi/internal/simple/")
  }

  @Test func aRepositoryMayBeCalledAsAPartOfThePath() {
    #expect(RepositoryURL("https://\(Self.host)/pypi/simple/simple/")?.publish == "https://\(Self.host)/pypi/simple/")
  }

  @Test func behindPrivateLinkThePathNamesTheDomain() {
    let url = RepositoryURL(
      "https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111122223333/x1/simple/")
    #expect(url?.publish == "https://vpce-1.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/d/acme-111122223333/x1/")
  }

  @Test(arguments: [host, "\(host):443", "https://\(host)", "https://\(host)/pypi/"])
  func aHostAloneHasNoRepository(_ text: String) throws {
    let url = try #require(RepositoryURL(text))
    #expect(url.host == Self.host)
    #expect(url.publish == nil && url.index == nil && url.index(user: "aws", password: "t") == nil)
  }

  @Test(arguments: [
    "a'b", "a`b`", "$(x)", "a;b", "a%27b", "-x", "..", "a&b", "a|b", "a~b", "a(b)", "a=b", "a:b", "a@b", "a!",
  ])
  func whatCanBeNoNameIsInNoAddress(_ name: String) {
    #expect(RepositoryURL("https://pypi.acme.example/pypi/\(name)/")?.publish == nil)
    #expect(RepositoryURL("https://pypi.acme.example/\(name)/internal/")?.publish == nil)
    #expect(Repository.recognise("https://\(Self.host)/pypi/\(name)/simple/") == .other)
    let proxy = MappedHost(name: "pypi.acme.example", domain: "acme", owner: "111122223333", region: "us-east-1")
    guard case .repository(let found) = Repository.recognise("https://pypi.acme.example/pypi/\(name)/", mapped: [proxy])
    else {
      Issue.record("a proxy's host is known by its name alone")
      return
    }
    #expect(found.domain == "acme" && found.name == nil)
  }

  @Test func aPortStays() {
    #expect(RepositoryURL("http://aws@127.0.0.1:8080/pypi/x1/")?.index == "http://127.0.0.1:8080/pypi/x1/simple/")
  }

  @Test func userAndPasswordStandInTheIndex() {
    let url = RepositoryURL("https://other@\(Self.host)/pypi/internal/")
    #expect(url?.index(user: "aws", password: "a%2Fb") == "https://aws:a%2Fb@\(Self.host)/pypi/internal/simple/")
  }
}
