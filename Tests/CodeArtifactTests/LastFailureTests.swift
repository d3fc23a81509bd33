import Platform
import TestSupport
import Testing

@testable import CodeArtifact

@Suite struct LastFailureTests {
  @Test func isKeptOnOneLineForUsAlone() throws {
    let world = try World()
    LastFailure(world.surroundings).note("first\nsecond \(String(repeating: "x", count: 5000))")
    let path = "\(world.home)/.cache/codeartifact-keyring/last-failure.json"
    let text = String(decoding: try world.surroundings.files.read(path, limit: 4096), as: UTF8.self)
    #expect(text.contains("first second"))
    #expect(world.directory.mode(of: path) == 0o600)
    LastFailure(world.surroundings).note("another")
    #expect(String(decoding: try world.surroundings.files.read(path), as: UTF8.self).contains("another"))
  }

  @Test(arguments: ["1e300", "-1e300", "20000000000000000000"])
  func oneOfNoMomentIsNone(_ moment: String) throws {
    let world = try World()
    try world.directory.directory("home/.cache/codeartifact-keyring")
    try world.directory.file(
      "home/.cache/codeartifact-keyring/last-failure.json", "{\"at\": \(moment), \"line\": \"x\"}")
    #expect(LastFailure(world.surroundings).last == nil)
  }

  @Test(arguments: [
    (Optional("acme"), "acme", "us-east-1", true), (nil, "acme", "us-east-1", true),
    ("acme", "other", "us-east-1", false), ("acme", "acme", "eu-west-1", false),
  ])
  func isOverWhenThatDomainHasATokenAgain(
    _ noted: String?, _ domain: String, _ region: String, _ isOver: Bool
  ) throws {
    func repository(_ domain: String, _ region: String) -> Repository {
      Repository(domain: domain, owner: "111122223333", region: region, apiEndpoint: "")
    }
    let world = try World()
    LastFailure(world.surroundings).note("a line", about: noted.map { repository($0, "us-east-1") })
    LastFailure(world.surroundings).isOver(for: repository(domain, region))
    #expect((LastFailure(world.surroundings).last == nil) == isOver)
  }

  @Test func whereNothingTakesItNothingHappens() throws {
    let world = try World()
    try world.directory.file("home/.cache", "a file in the way")
    LastFailure(world.surroundings).note("a line")
    #expect(world.output.complaints.isEmpty)
  }
}
