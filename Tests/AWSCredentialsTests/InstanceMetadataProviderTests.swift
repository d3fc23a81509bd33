import Platform
import TestSupport
import Testing

@testable import AWSCredentials

@Suite struct InstanceMetadataProviderTests {
  private static let roles = "/latest/meta-data/iam/security-credentials/"

  /// A metadata service that answers as an instance with a role would, but where a path is given another answer.
  private static func service(
    _ answers: [String: Result<HTTPResponse, HTTPFailure>] = [:], taking seconds: Double = 0,
    time: ManualClock = ManualClock()
  ) -> ScriptedHTTP {
    let body = processAnswer(token: "Token", more: #""Code": "Success", "Type": "AWS-HMAC", "#)
    let all: [String: Result<HTTPResponse, HTTPFailure>] = [
      "/latest/api/token": .answer(200, "hunter2-imds"), roles: .answer(200, "web role\nother"),
      roles + "web%20role": .answer(200, body),
    ]
    return ScriptedHTTP { request in
      time.advance(seconds)
      let path = request.url.firstRange(of: "/latest/").map { String(request.url[$0.lowerBound...]) } ?? ""
      return answers[path] ?? all[path] ?? .answer(404)
    }
  }

  @Test(arguments: [
    ([:], "http://169.254.169.254"),
    (["AWS_EC2_METADATA_DISABLED": "false"], "http://169.254.169.254"),
    (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]"),
    (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv4"], "http://169.254.169.254"),
    (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://localhost:1338/"], "http://localhost:1338"),
    (
      ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://localhost:1338", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"],
      "http://localhost:1338"
    ),
  ])
  func tokenThenRoleThenCredentials(_ variables: [String: String], _ base: String) throws {
    let world = try World(variables, http: Self.service())
    #expect(try world.credentials(for: .instanceMetadata) == givenCredentials())
    let requests = world.http.requests
    #expect(requests.map(\.method) == ["PUT", "GET", "GET"])
    #expect(
      requests.map(\.url) == [
        "\(base)/latest/api/token", base + Self.roles, base + Self.roles + "web%20role",
      ])
    #expect(
      requests.map(\.headerLines) == [
        ["X-aws-ec2-metadata-token-ttl-seconds: 21600"], ["X-aws-ec2-metadata-token: hunter2-imds"],
        ["X-aws-ec2-metadata-token: hunter2-imds"],
      ])
    #expect(requests.allSatisfy { !$0.mayUseProxy && $0.body.isEmpty })
  }

  @Test(arguments: ["true", "True", "TRUE"])
  func switchedOffItIsNotAsked(_ value: String) throws {
    let world = try World(["AWS_EC2_METADATA_DISABLED": value], http: Self.service())
    #expect(try world.failure(of: .instanceMetadata) == .noCredentials(profile: "default"))
    #expect(world.http.requests.isEmpty)
  }

  // MARK: Patience

  @Test func allOfItHasOneSecond() throws {
    let time = ManualClock()
    let world = try World(time: time, http: Self.service(taking: 0.25, time: time))
    #expect(try world.credentials(for: .instanceMetadata) == givenCredentials())
    #expect(world.http.requests.map(\.timeout) == [1, 0.75, 0.5])
    #expect(world.http.requests.map(\.connectTimeout) == [1, 0.75, 0.5])
  }

  @Test(arguments: [(0.5, 2), (0.6, 2), (1, 1)])
  func afterThatItIsAskedNoMore(_ seconds: Double, _ requests: Int) throws {
    let time = ManualClock()
    let world = try World(time: time, http: Self.service(taking: seconds, time: time))
    #expect(try world.failure(of: .instanceMetadata) == .noCredentials(profile: "default"))
    #expect(world.http.requests.count == requests)
  }

  @Test(arguments: [(0.5, [0.5]), (0, [])] as [(Double, [Double])])
  func itNeverTakesMoreThanIsLeft(_ seconds: Double, _ timeouts: [Double]) throws {
    let world = try World(http: ScriptedHTTP(.failing(.timeout)))
    #expect(try world.failure(of: .instanceMetadata, seconds: seconds) == .noCredentials(profile: "default"))
    #expect(world.http.requests.map(\.timeout) == timeouts)
  }

  // MARK: Silence

  struct Silence: CustomTestStringConvertible {
    let testDescription: String
    let path: String
    let answer: Result<HTTPResponse, HTTPFailure>
    let requests: Int

    init(_ name: String, _ path: String, _ answer: Result<HTTPResponse, HTTPFailure>, requests: Int) {
      (testDescription, self.path, self.answer, self.requests) = (name, path, answer, requests)
    }
  }

  /// No IMDSv1, no second attempt: everywhere but on EC2 silence is the usual answer.
  @Test(arguments: [
    Silence("a black hole", "/latest/api/token", .failing(.timeout), requests: 1),
    Silence("nobody there", "/latest/api/token", .failing(.unreachable), requests: 1),
    Silence("the token refused", "/latest/api/token", .answer(403), requests: 1),
    Silence("out of order", "/latest/api/token", .answer(503), requests: 1),
    Silence("an empty token", "/latest/api/token", .answer(200), requests: 1),
    Silence("a redirect", "/latest/api/token", .answer(302), requests: 1),
    Silence("no role", roles, .answer(404), requests: 2),
    Silence("an empty list of roles", roles, .answer(200, "\n"), requests: 2),
    Silence("no credentials", roles + "web%20role", .answer(404), requests: 3),
    Silence("no JSON", roles + "web%20role", .answer(200, "<html>hunter2</html>"), requests: 3),
    Silence(
      "failed", roles + "web%20role", .answer(200, processAnswer(token: "Token", more: #""Code": "Failed", "#)),
      requests: 3),
    Silence(
      "ended", roles + "web%20role", .answer(200, processAnswer(token: "Token", expiration: moment(0))), requests: 3),
    Silence(
      "half of them", roles + "web%20role", .answer(200, #"{"Code": "Success", "AccessKeyId": "A"}"#), requests: 3),
  ])
  func silenceIsNoFailureOfItsOwn(_ given: Silence) throws {
    let world = try World(
      ["AWS_PROFILE": "dev"].merging(talkative) { $1 }, http: Self.service([given.path: given.answer]))
    #expect(try world.failure(of: .instanceMetadata) == .noCredentials(profile: "dev"))
    #expect(world.http.requests.count == given.requests)
    #expect(world.time.sleeps.isEmpty)
  }

  @Test func silenceOfANamedSourceIsAFailure() throws {
    let world = try World(http: ScriptedHTTP(.failing(.timeout)))
    let role = AssumedRole(profile: "dev", roleARN: "arn:R")
    guard
      case .machineFailed("the EC2 instance's role", let problem) =
        try world.failure(of: .assumeRole(role, source: .instanceMetadata))
    else {
      Issue.record("failed otherwise")
      return
    }
    #expect(problem.contains("EC2 instance"))
  }

  @Test func whatTheMetadataServiceGivesSignsForARole() throws {
    let service = Self.service()
    let http = ScriptedHTTP { request in
      if request.url.hasPrefix("https://sts.") { return .answer(200, stsAnswer()) }
      return Result { () throws(HTTPFailure) in try service.send(request) }
    }
    let world = try World(http: http)
    let role = AssumedRole(profile: "dev", roleARN: "arn:R")
    #expect(try world.credentials(for: .assumeRole(role, source: .instanceMetadata)) == givenCredentials())
    #expect(http.requests.last?.header("authorization")?.contains("Credential=ASIAGIVEN/") == true)
  }
}
