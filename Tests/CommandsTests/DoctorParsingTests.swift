import ClientConfig
import CodeArtifact
import FoundationEssentials
import Platform
import TestSupport
import Testing

@testable import Commands

@Suite struct DoctorParsingTests {
  // MARK: URLs

  @Test(arguments: [
    ("https://aws:secret@h.example/x", "aws", "secret", "https://h.example/x"),
    ("https://aws@h.example/x", "aws", nil, "https://h.example/x"),
    ("https://aws:@h.example/x", "aws", nil, "https://h.example/x"),
    ("https://:secret@h.example", "", "secret", "https://h.example"),
    ("https://a:b@c@h.example/", "a", "b@c", "https://h.example/"),
    ("https://h.example/x@y", nil, nil, "https://h.example/x@y"),
    ("https://h.example/?a@b", nil, nil, "https://h.example/?a@b"),
    ("https://h.example?a@b", nil, nil, "https://h.example?a@b"),
    ("https://h.example#a@b", nil, nil, "https://h.example#a@b"),
    ("h.example", nil, nil, "h.example"),
  ])
  func urlsAreTakenApart(_ text: String, _ user: String?, _ password: String?, _ bare: String) {
    let url = URLParts(text)
    #expect((url.user, url.password) == (user, password))
    #expect(url.bare == bare)
  }

  @Test func urlsInALine() {
    let found = URLParts.all(
      in: "--index-url=https://a.example/ acme=https://b.example/,\"http://c.example\" text ://")
    #expect(found.map(\.text) == ["https://a.example/", "https://b.example/", "http://c.example"])
    #expect(found[0].with(user: "aws") == "https://aws@a.example/")
  }

  @Test(arguments: [
    (
      "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/b/c/",
      "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/b/c/simple/"
    ),
    (
      "https://aws:x@acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a",
      "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/"
    ),
    (
      "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple",
      "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/"
    ),
    (
      "HTTPS://aws@acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/",
      "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a/simple/"
    ),
    ("acme-111122223333.d.codeartifact.us-east-1.amazonaws.com", nil),
    ("https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/", nil),
  ])
  func whereARepositoryHasItsIndex(_ url: String, _ index: String?) throws {
    #expect(try #require(RepositoryAddress(url, .init())).index == index)
    #expect(RepositoryAddress("https://pypi.org/simple/", .init()) == nil)
  }

  // MARK: secrets

  static func token(endingAt end: Int, parts: Int = 5) -> String {
    let header = Data("{\"ver\":1,\"enc\":\"A128GCM\",\"exp\":\(end)}".utf8).base64EncodedString().replacing(
      "=", with: "")
    return ([header] + Array(repeating: String(repeating: "x", count: 100), count: parts - 1)).joined(separator: ".")
  }

  @Test func aTokenSaysWhenItEnds() {
    #expect(StoredPassword(Self.token(endingAt: 1000), now: 1000 + 3 * 86_400).words == "a token that expired 3 d ago")
    #expect(StoredPassword(Self.token(endingAt: 8200), now: 1000).words == "a token that expires in 2 h")
    #expect(StoredPassword(Self.token(endingAt: 1600), now: 1000).severity(isInFile: false) == .note)
    #expect(StoredPassword(Self.token(endingAt: 1600), now: 1000).severity(isInFile: true) == .warning)
    #expect(StoredPassword(Self.token(endingAt: 1000), now: 1000).severity(isInFile: true) == .problem)
  }

  @Test(arguments: [
    "", "hunter2", token(endingAt: 1000, parts: 4), token(endingAt: 1000, parts: 6), String(repeating: "a", count: 900),
    "ghp_" + String(repeating: "a", count: 300), "a.b.c.d.e", String(repeating: ".", count: 300),
    "eyJhbGciOiJub25lIn0." + String(repeating: "a", count: 300) + ".b.c.d",
  ])
  func whatIsNoTokenIsNeverTakenOut(_ text: String) {
    #expect(!StoredPassword(text, now: 0).isToken)
  }

  @Test(arguments: [
    ("https://aws:@a.example/x", true), ("https://:@a.example/x", true), ("https://aws@a.example/x", false),
    ("https://aws:b@a.example/x", false), ("https://a.example/:@", false),
  ])
  func aUrlMayHaveAnEmptyPassword(_ url: String, _ isEmpty: Bool) {
    #expect(URLParts(url).hasEmptyPassword == isEmpty)
    let repair = SettingsFile(path: "x", bytes: Array("-i \(url)\n".utf8))
      .withoutPasswords(0, [URLParts(url)], now: 0)
    let right = url.replacing(":@a", with: "@a")
    #expect(
      repair
        == (isEmpty
          ? .replace(
            path: "x", at: 0, old: Array("-i \(url)\n".utf8), new: Array("-i \(right)\n".utf8),
            removing: "empty password") : nil))
  }

  @Test func onlyTokensAreTakenOutOfALine() throws {
    let token = Self.token(endingAt: 1)
    let line = "extra-index-url = https://aws:\(token)@a.example/ https://bob:hunter2@b.example/"
    let file = SettingsFile(path: "x", bytes: Array("\(line)\r\n".utf8))
    let urls = URLParts.all(in: line)
    #expect(file.withoutPasswords(0, urls, now: 0) == nil)
    #expect(
      file.withoutPasswords(0, [urls[0]], now: 0)
        == .replace(
          path: "x", at: 0, old: Array("\(line)\r\n".utf8),
          new: Array("\(line.replacing(":\(token)@", with: "@"))\r\n".utf8)))
  }

  // MARK: versions

  @Test(arguments: [
    ("23.0.1", "23.1"), ("9.0", "10.0"), ("26.1", "26.2"), ("0.6.7", "0.6.8"), ("25.2", "25.2.1"), ("1", "1.0.1"),
    ("", "0.1"), ("24.0.dev1", "24.1"),
  ])
  func versionsHaveAnOrder(_ less: String, _ more: String) {
    #expect(Version(less) < Version(more))
    #expect(!(Version(more) < Version(less)))
    #expect(Version(less) == Version(less))
  }

  @Test func versionsThatAreTheSame() {
    #expect(Version("23.1") == Version("23.1.0"))
    #expect(Version("26.2rc1") >= Version("26.2"))
  }
}
