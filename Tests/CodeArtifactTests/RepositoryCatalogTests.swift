import Platform
import TestSupport
import Testing

@testable import CodeArtifact

@Suite struct RepositoryCatalogTests {
  private static let keys = ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "s"]
  private static let url = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/"

  private func catalog(
    _ http: ScriptedHTTP, region: String? = "us-east-1", _ variables: [String: String] = keys
  ) throws -> RepositoryCatalog {
    try RepositoryCatalog(
      try World(variables, http: http).context, configuration: Configuration(), region: region)
  }

  @Test func theEndpointIsAskedForAndChecked() throws {
    let http = ScriptedHTTP(.answer(200, "{\"repositoryEndpoint\": \"\(Self.url)\"}"))
    let url = try catalog(http).endpoint(of: "internal", domain: "acme", owner: nil)
    #expect(url.publish == Self.url)
    let request = try #require(http.requests.first)
    #expect(request.method == "GET")
    #expect(
      request.url == "https://codeartifact.us-east-1.amazonaws.com/v1/repository/endpoint"
        + "?domain=acme&repository=internal&format=pypi")
    #expect(request.header("Authorization")?.contains("/us-east-1/codeartifact/aws4_request") == true)
  }

  @Test(arguments: [("us-east-1\r", "us-east-1"), (" eu-west-1 ", "eu-west-1")])
  func theRegionMayHaveSpacesAroundIt(_ value: String, _ region: String) throws {
    let variables = Self.keys.merging(["AWS_REGION": value]) { $1 }
    #expect(try catalog(ScriptedHTTP(), region: nil, variables).region == region)
  }

  /// What is written into a project must lead where the user asked for, and nowhere else.
  @Test(arguments: [
    "{}", "[]", "{\"repositoryEndpoint\": 1}", "{\"repositoryEndpoint\": \"https://evil.example/pypi/internal/\"}",
    "{\"repositoryEndpoint\": \"http\(url.dropFirst(5))\"}",
    "{\"repositoryEndpoint\": \"\(url.replacing("/internal/", with: "/other/"))\"}",
    "{\"repositoryEndpoint\": \"\(url.replacing("//acme", with: "//other"))\"}",
  ])
  func anInvalidEndpointIsRefused(_ body: String) throws {
    let catalog = try catalog(ScriptedHTTP(.answer(200, body)))
    let failure = try #require(
      #expect(throws: TokenFailure.self) { try catalog.endpoint(of: "internal", domain: "acme", owner: nil) })
    #expect("\(failure)".contains("gave an invalid response"))
  }

  private static func page(_ name: String, next: String?) -> String {
    let token = next.map { ", \"nextToken\": \"\($0)\"" } ?? ""
    return
      "{\"repositories\": [{\"name\": \"\(name)\", \"domainName\": \"acme\", \"domainOwner\": \"111122223333\"}]\(token)}"
  }

  @Test func everyPageIsAskedFor() throws {
    let http = ScriptedHTTP(
      .answer(200, Self.page("one", next: "a/b=")), .answer(200, Self.page("two", next: "c")),
      .answer(200, Self.page("three", next: nil)))
    let found = try catalog(http).repositories(of: "acme", owner: "111122223333")
    #expect(found.map(\.repository) == ["one", "two", "three"])
    #expect(found.allSatisfy { $0.region == "us-east-1" && $0.description.isEmpty })
    #expect(http.requests.map(\.method) == ["POST", "POST", "POST"])
    #expect(http.requests[1].url.hasSuffix("&max-results=200&next-token=a%2Fb%3D"))
  }

  @Test func aListWithoutEndIsGivenUp() throws {
    let catalog = try catalog(ScriptedHTTP(.answer(200, Self.page("one", next: "again"))))
    #expect(throws: TokenFailure.self) { try catalog.repositories(of: nil, owner: nil) }
  }

  @Test func aRefusalSaysWhatIsLacking() throws {
    let denied = ScriptedHTTP(
      .answer(403, "{\"message\": \"no\"}", headers: ["x-amzn-errortype": "AccessDeniedException"]))
    #expect { try catalog(denied).repositories(of: nil, owner: nil) } throws: {
      "\($0)".hasSuffix("The role needs codeartifact:ListRepositories")
    }
    let missing = ScriptedHTTP(
      .answer(
        404, "{\"message\": \"Repository not found.\"}", headers: ["x-amzn-errortype": "ResourceNotFoundException"]))
    #expect { try catalog(missing).endpoint(of: "internal", domain: "acme", owner: nil) } throws: {
      "\($0)".hasSuffix("Run: codeartifact-keyring list --region us-east-1")
    }
  }

  /// Source: botocore's `ClientCreator._normalize_fips_region`
  @Test(arguments: [
    ("us-east-1-fips", [:], "codeartifact-fips.us-east-1.amazonaws.com"),
    ("fips-us-east-1", [:], "codeartifact-fips.us-east-1.amazonaws.com"),
    ("fips-us-east-1", ["AWS_USE_DUALSTACK_ENDPOINT": "true"], "codeartifact-fips.us-east-1.api.aws"),
    ("us-east-1", ["AWS_USE_FIPS_ENDPOINT": "true"], "codeartifact-fips.us-east-1.amazonaws.com"),
    ("us-east-1", [:], "codeartifact.us-east-1.amazonaws.com"),
  ])
  func aNameForFIPSIsTheRegionWithFIPSEndpoints(
    _ name: String, _ variables: [String: String], _ host: String
  ) throws {
    let http = ScriptedHTTP(.answer(200, Self.page("one", next: nil)))
    let catalog = try catalog(
      http, region: nil, Self.keys.merging(["AWS_REGION": name]) { $1 }.merging(variables) { $1 })
    #expect(catalog.region == "us-east-1")
    #expect(try catalog.repositories(of: nil, owner: nil).map(\.region) == ["us-east-1"])
    let request = try #require(http.requests.first)
    #expect(request.url.hasPrefix("https://\(host)/"))
    #expect(request.header("Authorization")?.contains("/us-east-1/codeartifact/aws4_request") == true)
  }

  @Test func theRegionIsNamedOrFound() throws {
    #expect(
      try catalog(ScriptedHTTP(), region: nil, ["AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "x"]).region
        == "eu-west-1")
    let none = #expect(throws: TokenFailure.self) { try catalog(ScriptedHTTP(), region: nil) }
    #expect(none.map { "\($0)" } == "no region is configured. Name one with --region, or set AWS_REGION")
    var configuration = Configuration()
    for (variables, setBy) in [(["AWS_PROFILE": "gone"], "AWS_PROFILE"), ([:], "--profile")] {
      let context = try World(variables).context
      let gone = #expect(throws: TokenFailure.self) {
        try RepositoryCatalog(context, configuration: configuration, region: nil)
      }
      #expect(gone?.problem.contains("AWS profile \"gone\" (from \(setBy)) is not in") == true)
      configuration.profile = ("gone", "--profile")
    }
    let bad = #expect(throws: TokenFailure.self) { try catalog(ScriptedHTTP(), region: "evil.example/") }
    #expect(bad.map { "\($0)" } == "\"evil.example/\" is not an AWS region. Use a name such as us-east-1")
    let world = try World(files: [".aws/config": "[default]\nregion = eu-west-2\n"])
    #expect(
      try RepositoryCatalog(world.context, configuration: Configuration(), region: nil).region == "eu-west-2")
  }
}
