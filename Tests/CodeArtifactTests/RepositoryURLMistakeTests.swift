import Testing

@testable import CodeArtifact

@Suite struct RepositoryURLMistakeTests {
  @Test(arguments: [
    ("https://acme-11112222333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/", "account ID of 11 digits"),
    ("acme-1111222233334.d.codeartifact.us-east-1.amazonaws.com", "account ID of 13 digits"),
    ("https://acme.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/", "DOMAIN-OWNER"),
    ("https://ACME_X-111122223333.d.codeartifact.us-east-1.amazonaws.com/", "DOMAIN-OWNER"),
    ("https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.co/", "not of the form"),
    ("https://acme-111122223333.d.codeartifact.amazonaws.com/pypi/internal/", "not of the form"),
    ("https://acme-111122223333.codeartifact.d.us-east-1.amazonaws.com/", "not of the form"),
    ("https://vpce-1-a.d.codeartifact.us-east-1.vpce.amazonaws.com/pypi/internal/", "/pypi/d/DOMAIN-OWNER/"),
    ("http://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/", "plain http"),
    (
      "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/a'b/simple/",
      "has a repository name with characters"
    ),
  ])
  func anAlmostCorrectRepositoryIsExplained(_ service: String, _ problem: String) {
    #expect(Repository.mistake(in: service)?.contains(problem) == true)
  }

  @Test(arguments: [
    "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/", "https://pypi.org/simple/",
    "https://bob@acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/", "https://codeartifact.acme.example/pypi/",
    "acme", "", "https://", "https://s3.us-east-1.amazonaws.com/codeartifact/", "two words",
  ])
  func aRepositoryAndAnotherServiceHaveNoMistake(_ service: String) {
    #expect(Repository.mistake(in: service) == nil)
  }

  @Test(arguments: [
    ("https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/npm/internal/", "npm"),
    ("https://vpce-1-a.d.codeartifact.us-east-1.vpce.amazonaws.com/maven/d/acme-111122223333/internal/", "maven"),
    ("https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/npm/", nil),
    ("https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/", nil), ("https://registry.example/npm/", nil),
    ("two words", nil),
  ])
  func anotherFormatOfPackagesIsKnownByItsPath(_ service: String, _ format: String?) {
    #expect(Repository.otherFormat(in: service) == format)
  }
}
