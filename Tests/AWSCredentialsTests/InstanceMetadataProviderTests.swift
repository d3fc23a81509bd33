import Platform
import Synchronization
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
    #expect(try world.failure(of: .instanceMetadata) == CredentialFailure(noCredentialsFor: "default", world.context))
    #expect(world.http.requests.isEmpty)
  }

  @Test(arguments: [
    ("ec2_metadata_service_endpoint_mode = ipv6", [:], "http://[fd00:ec2::254]"),
    ("ec2_metadata_service_endpoint = http://localhost:1338/", [:], "http://localhost:1338"),
    (
      "ec2_metadata_service_endpoint_mode = ipv6", ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv4"],
      "http://169.254.169.254"
    ),
    (
      "ec2_metadata_service_endpoint = http://a", ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://b"], "http://b"
    ),
  ])
  func theProfileSaysWhereItIs(_ line: String, _ variables: [String: String], _ base: String) throws {
    let world = try World(variables, files: [".aws/config": "[default]\n\(line)\n"], http: Self.service())
    #expect(try world.credentials(for: .instanceMetadata) == givenCredentials())
    #expect(world.http.requests.map(\.url).allSatisfy { $0.hasPrefix("\(base)/latest/") })
  }

  @Test(arguments: [
    ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv5"], ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "169.254.169.254"],
    ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://a b"], ["AWS_METADATA_SERVICE_TIMEOUT": "soon"],
    ["AWS_METADATA_SERVICE_TIMEOUT": "0"], ["AWS_METADATA_SERVICE_TIMEOUT": "nan"],
    ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "0"], ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1.5"],
  ])
  func aSettingThatCannotBeFollowedIsNamed(_ variables: [String: String]) throws {
    let (variable, value) = try #require(variables.first)
    let keys = variable.replacing("AWS_", with: "").lowercased()
    for (world, place) in [
      (try World(variables, http: Self.service()), variable),
      (try World(files: [".aws/config": "[default]\n\(keys) = \(value)\n"], http: Self.service()), keys),
    ] {
      let failure = try world.failure(of: .instanceMetadata)
      #expect(failure.problem.hasPrefix(place) && failure.problem.contains("is \"\(value)\""), "\(failure)")
      guard case .advice(let words)? = failure.remedy, words.hasPrefix("Use ") else {
        Issue.record("no advice")
        return
      }
      #expect(world.http.requests.isEmpty)
    }
  }

  // MARK: Patience

  /// Each request has a second: three answers of half a second are three good answers.
  @Test(arguments: [
    ([:], "", 1.0), (["AWS_METADATA_SERVICE_TIMEOUT": "3"], "", 3), ([:], "metadata_service_timeout = 2", 2),
    (["AWS_METADATA_SERVICE_TIMEOUT": "0.5"], "metadata_service_timeout = 2", 0.5),
  ])
  func eachRequestHasItsTime(_ variables: [String: String], _ line: String, _ seconds: Double) throws {
    let time = ManualClock()
    let world = try World(
      variables, files: [".aws/config": "[default]\n\(line)\n"], time: time,
      http: Self.service(taking: 0.9 * seconds, time: time))
    #expect(try world.credentials(for: .instanceMetadata) == givenCredentials())
    #expect(world.http.requests.map(\.timeout) == [seconds, seconds, seconds])
    #expect(world.http.requests.map(\.connectTimeout) == [seconds, seconds, seconds])
    #expect(time.sleeps.isEmpty)
  }

  @Test(arguments: [(0.5, [0.5]), (0, [])] as [(Double, [Double])])
  func itNeverTakesMoreThanIsLeft(_ seconds: Double, _ timeouts: [Double]) throws {
    let world = try World(http: ScriptedHTTP(.failing(.timeout)))
    _ = try world.failure(of: .instanceMetadata, seconds: seconds)
    #expect(world.http.requests.map(\.timeout) == timeouts)
  }

  // MARK: Nobody there

  /// What most machines say: no IMDSv1, no second attempt.
  static let nobody: [Result<HTTPResponse, HTTPFailure>] = [
    .failing(.timeout), .failing(.unreachable), .answer(403), .answer(404), .answer(405), .answer(302),
  ]

  @Test(arguments: nobody)
  func withoutAMetadataServiceThereIsOneRequest(_ answer: Result<HTTPResponse, HTTPFailure>) throws {
    let world = try World(
      ["AWS_PROFILE": "dev"].merging(talkative) { $1 }, http: Self.service(["/latest/api/token": answer]))
    #expect(try world.failure(of: .instanceMetadata) == CredentialFailure(noCredentialsFor: "dev", world.context))
    #expect(world.http.requests.count == 1)
    #expect(world.time.sleeps.isEmpty)
  }

  @Test(arguments: [
    (["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "4"], "", 4), ([:], "metadata_service_num_attempts = 2", 2),
  ])
  func whoWantsMoreAttemptsGetsThem(_ variables: [String: String], _ line: String, _ attempts: Int) throws {
    let world = try World(
      variables, files: [".aws/config": "[default]\n\(line)\n"], http: ScriptedHTTP(.failing(.timeout)))
    #expect(try world.failure(of: .instanceMetadata) == CredentialFailure(noCredentialsFor: "default", world.context))
    #expect(world.http.requests.count == attempts)
  }

  @Test func silenceOfANamedSourceIsAFailure() throws {
    let world = try World(http: ScriptedHTTP(.failing(.timeout)))
    let role = AssumedRole(profile: "dev", roleARN: "arn:R")
    let failure = try world.failure(of: .assumeRole(role, source: .instanceMetadata))
    guard case .noCredentials = failure else {
      Issue.record("failed otherwise")
      return
    }
    #expect(
      failure.problem
        == "no credentials from the EC2 instance's role: there is no EC2 metadata service with a role here")
  }

  // MARK: Somebody there

  static let steps = ["/latest/api/token", roles, roles + "web%20role"]

  /// Answers that may well be better a moment later.
  static let passing: [Result<HTTPResponse, HTTPFailure>] = [
    .answer(429), .answer(500), .answer(503), .answer(200), .failing(.malformed),
  ]

  @Test(arguments: steps, passing)
  func itIsAskedAgain(_ path: String, _ answer: Result<HTTPResponse, HTTPFailure>) throws {
    let good = Self.service()
    let count = Mutex(0)
    let http = ScriptedHTTP { request in
      guard request.url.hasSuffix(path),
        count.withLock({
          $0 += 1; return $0 <= 2
        })
      else {
        return Result { () throws(HTTPFailure) in try good.send(request) }
      }
      return answer
    }
    let world = try World(http: http)
    #expect(try world.credentials(for: .instanceMetadata) == givenCredentials())
    #expect(http.requests.count == 5)
    // Not at once, and not for long.
    #expect(world.time.sleeps.count == 2 && world.time.sleeps.allSatisfy { $0 >= 0.1 })
    #expect(world.time.sleeps.reduce(0, +) < 1)
  }

  struct Useless: CustomTestStringConvertible {
    let testDescription: String
    let step: Int
    let answer: Result<HTTPResponse, HTTPFailure>
    var attempts = 1
    let words: [String]
  }

  @Test(arguments: [
    Useless(
      testDescription: "out of order", step: 0, answer: .answer(503), attempts: 3,
      words: ["HTTP 503", "token", "3 attempts"]),
    Useless(testDescription: "throttled", step: 1, answer: .answer(429), attempts: 3, words: ["HTTP 429", "role"]),
    Useless(testDescription: "an empty token", step: 0, answer: .answer(200), attempts: 3, words: ["token"]),
    Useless(
      testDescription: "connected and silent", step: 0,
      answer: .failure(HTTPFailure(.timeout, host: "h", reason: "r", wasConnected: true)),
      words: ["no answer within 1 s", "AWS_METADATA_SERVICE_TIMEOUT"]),
    Useless(
      testDescription: "silent after the token", step: 1, answer: .failing(.timeout), attempts: 3,
      words: ["no answer within 1 s", "AWS_METADATA_SERVICE_TIMEOUT", "3 attempts"]),
    Useless(
      testDescription: "gone", step: 2, answer: .failing(.unreachable), attempts: 3, words: ["closed the connection"]),
    Useless(
      testDescription: "cut off", step: 0, answer: .failing(.malformed), attempts: 3, words: ["closed the connection"]),
    Useless(testDescription: "no role", step: 1, answer: .answer(404), words: ["no role", "AWS_PROFILE"]),
    Useless(
      testDescription: "an empty list of roles", step: 1, answer: .answer(200, "\n"), attempts: 3, words: ["role"]),
    Useless(testDescription: "no credentials", step: 2, answer: .answer(404), words: ["HTTP 404"]),
    Useless(
      testDescription: "no JSON", step: 2, answer: .answer(200, "<html>hunter2</html>"), attempts: 3,
      words: ["invalid response"]),
    Useless(
      testDescription: "failed", step: 2,
      answer: .answer(200, #"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume the role"}"#),
      words: ["AssumeRoleUnauthorizedAccess", "EC2 cannot assume the role", "web role"]),
    Useless(
      testDescription: "half of them", step: 2, answer: .answer(200, #"{"Code": "Success", "AccessKeyId": "A"}"#),
      words: ["without credentials"]),
  ])
  func whatItAnsweredIsSaid(_ given: Useless) throws {
    let world = try World(talkative, http: Self.service([Self.steps[given.step]: given.answer]))
    let failure = try world.failure(of: .instanceMetadata)
    guard case .noCredentials = failure else {
      Issue.record("failed otherwise")
      return
    }
    let problem = "\(failure)"
    #expect(problem.hasPrefix("no credentials from the EC2 instance's role: "))
    #expect(world.http.requests.count == given.step + given.attempts)
    #expect(problem.contains("metadata service (169.254.169.254)"))
    for words in given.words { #expect(problem.contains(words), "\(problem)") }
  }

  @Test func oneAttemptIsOneAttempt() throws {
    let world = try World(["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1"], http: ScriptedHTTP(.answer(503)))
    _ = try world.failure(of: .instanceMetadata)
    #expect(world.http.requests.count == 1)
  }

  /// While EC2 cannot renew them, AWS takes them beyond their end.
  @Test func credentialsThatHaveEndedAreTried() throws {
    let answer = processAnswer(token: "Token", expiration: moment(-60))
    let world = try World(http: Self.service([Self.roles + "web%20role": .answer(200, answer)]))
    #expect(try world.credentials(for: .instanceMetadata).accessKeyID == "ASIAGIVEN")
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
