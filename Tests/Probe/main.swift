import AWSCredentials
import ClientConfig
import FoundationEssentials
import Platform

// Does single pieces of the product's work, one line of JSON for each, so that tests can compare them with botocore's
// and with the cases of toml-test.

struct ProbeRequest: Decodable {
  let work: String
  var method = ""
  var url = ""
  var headers: [[String]] = []
  var body = ""
  var accessKeyID = ""
  var secretAccessKey = ""
  var sessionToken: String?
  var service = ""
  var region = ""
  var epoch = 0.0
  var environment: [String: String] = [:]
  var profile = ""
  var keys: [String] = []
  var path = ""

  private enum CodingKeys: String, CodingKey {
    case work, method, url, headers, body, accessKeyID, secretAccessKey, sessionToken, service, region, epoch
    case environment, profile, keys, path
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String { try container.decodeIfPresent(String.self, forKey: key) ?? "" }
    work = try text(.work)
    method = try text(.method)
    url = try text(.url)
    headers = try container.decodeIfPresent([[String]].self, forKey: .headers) ?? []
    body = try text(.body)
    accessKeyID = try text(.accessKeyID)
    secretAccessKey = try text(.secretAccessKey)
    sessionToken = try container.decodeIfPresent(String.self, forKey: .sessionToken)
    service = try text(.service)
    region = try text(.region)
    epoch = try container.decodeIfPresent(Double.self, forKey: .epoch) ?? 0
    environment = try container.decodeIfPresent([String: String].self, forKey: .environment) ?? [:]
    profile = try text(.profile)
    keys = try container.decodeIfPresent([String].self, forKey: .keys) ?? []
    path = try text(.path)
  }
}

struct Reply: Encodable {
  var answer: String?
  var values: [String: String]?
  var failure: String?
}

struct NoNetwork: HTTPClient {
  func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
    throw HTTPFailure(.unreachable, host: "", reason: "there is none here")
  }
}

func context(_ probe: ProbeRequest) -> Context {
  Context(
    environment: Environment(probe.environment), clock: .system, files: .system, streams: .ofThisProcess,
    http: { _ in NoNetwork() })
}

func sign(_ probe: ProbeRequest) -> Reply {
  let credentials = Credentials(
    accessKeyID: probe.accessKeyID, secretAccessKey: probe.secretAccessKey, sessionToken: probe.sessionToken)
  let request = HTTPRequest(
    method: probe.method, url: probe.url,
    headers: probe.headers.compactMap { $0.count == 2 ? (name: $0[0], value: $0[1]) : nil },
    body: Array(probe.body.utf8))
  let signed = SigV4(credentials: credentials, service: probe.service, region: probe.region)
    .sign(request, at: probe.epoch)
  return Reply(answer: signed.headers.first { $0.name == "Authorization" }?.value)
}

func endpoint(_ probe: ProbeRequest) -> Reply {
  let services: [String: AWSService] = [
    "codeartifact": .codeArtifact, "sts": .sts, "sso": .sso, "sso-oidc": .oidc, "signin": .signIn,
  ]
  let world = context(probe)
  do {
    guard let service = services[probe.service] else { return Reply(failure: "no such service") }
    let configuration = try SharedConfiguration(world)
    let profile = try configuration.profile(probe.profile)
    let resolver = EndpointResolver(configuration, profile: profile)
    return Reply(answer: try resolver.endpoint(of: service, region: probe.region))
  } catch { return Reply(failure: "\(error)") }
}

func profile(_ probe: ProbeRequest) -> Reply {
  do {
    guard let profile = try SharedConfiguration(context(probe)).profile(probe.profile) else {
      return Reply(failure: "no such profile")
    }
    var values: [String: String] = [:]
    for key in probe.keys { values[key] = profile[key] }
    return Reply(values: values)
  } catch { return Reply(failure: "\(error)") }
}

/// A file of TOML as toml-test writes it: JSON in which each value names its type. A number or a date is "other", as it is
/// written.
/// Source: https://github.com/toml-lang/toml-test#json-encoding
func toml(_ probe: ProbeRequest) -> Reply {
  func tagged(_ type: String, _ text: String) -> String { "{\"type\": \"\(type)\", \"value\": \(jsonQuoted(text))}" }
  do {
    let bytes = try FileSystem.system.read(probe.path, limit: TOMLLimits.length)
    func json(_ value: TOMLValue) -> String {
      if let table = value.table { return json(table) }
      if let array = value.array { return "[\(array.map(json).joined(separator: ", "))]" }
      if let text = value.string { return tagged("string", text) }
      if let truth = value.bool { return tagged("bool", "\(truth)") }
      return tagged("other", String(decoding: bytes[value.source.bytes], as: UTF8.self))
    }
    func json(_ table: TOMLTable) -> String {
      "{\(zip(table.keys, table.values).map { "\(jsonQuoted($0)): \(json($1))" }.joined(separator: ", "))}"
    }
    return Reply(answer: json(try TOMLTable(parsing: bytes)))
  } catch let error as TOMLError {
    return Reply(failure: "line \(error.line): \(error.problem)")
  } catch { return Reply(failure: "\(error)") }
}

while let line = readLine() {
  var reply = Reply(failure: "not understood")
  if let probe = try? JSONDecoder().decode(ProbeRequest.self, from: Data(line.utf8)) {
    switch probe.work {
    case "sign": reply = sign(probe)
    case "endpoint": reply = endpoint(probe)
    case "profile": reply = profile(probe)
    case "toml": reply = toml(probe)
    default: break
    }
  }
  if let data = try? JSONEncoder().encode(reply) { print(String(decoding: data, as: UTF8.self)) }
}
