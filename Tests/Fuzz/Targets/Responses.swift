import Crypto
import TestSupport

@testable import AWSCredentials
@testable import CodeArtifact
@testable import Platform
@testable import TokenStores

private let session = "arn:aws:iam::111122223333:user/me"

private let sources: [CredentialSource] = [
  .assumeRole(
    AssumedRole(profile: "dev", roleARN: "arn:aws:iam::111122223333:role/r"),
    source: .keys(profile: "base", Credentials(accessKeyID: "AKIA", secretAccessKey: FuzzedWorld.secret))),
  .webIdentity(
    profile: "dev", roleARN: "arn:aws:iam::111122223333:role/r", tokenFile: "~/web-identity", sessionName: nil),
  .sso(
    SSOSession(name: "corp", startURL: "https://corp.example/start", region: "eu-west-1", profile: "dev"),
    account: "111122223333", role: "r"),
  .login(profile: "dev", session: session),
  .container(endpoint: "http://169.254.170.2/v2"), .instanceMetadata,
  .credentialProcess(profile: "dev", command: "program"),
]

private let statuses = [200, 200, 200, 301, 400, 401, 403, 404, 429, 500, 503]

/// An answer of AWS's, of a program or of the AWS CLI: a byte for who is asked, one for the status, then headers and,
/// behind a NUL, the body.
func takeAnswer(_ bytes: [UInt8]) {
  guard bytes.count >= 2 else { return }
  let message = parts(Array(bytes[2...]), 2)
  var headers: [String: String] = [:]
  for line in text(message[0]).split(separator: "\n") {
    guard let colon = line.firstIndex(of: ":") else { continue }
    headers[line[..<colon].lowercased()] = trimmed(line[line.index(after: colon)...])
  }
  let body = message[1]
  let response = HTTPResponse(status: statuses[Int(bytes[1]) % statuses.count], headers: headers, body: body)
  let code = Int(bytes[1]) % 3 == 2 ? 1 : 0
  FuzzedWorld.put("web-identity", Array(FuzzedWorld.secret.utf8))
  // A token of SSO that still holds, and one that must be renewed first.
  let end = iso8601(epochSeconds: 1_800_000_000 + (Int(bytes[1]) % 2 == 0 ? 3600 : 60))
  FuzzedWorld.put(
    ".aws/sso/cache/\(sha1("corp")).json",
    Array(
      """
      {"startUrl": "https://corp.example/start", "region": "eu-west-1", "accessToken": "hunter2", "expiresAt": "\(end)",
      "clientId": "c", "clientSecret": "hunter2", "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "r"}
      """.utf8))
  FuzzedWorld.put(caches[1].name, Array(loginCache.utf8))
  let world = FuzzedWorld(
    ["AWS_REGION": "eu-west-1", "CODEARTIFACT_KEYRING_DEBUG": "1"], http: ScriptedHTTP { _ in .success(response) },
    programs: { _ throws(FailureRecord) in ProcessResult(code: code, output: body, errorLine: "") })
  let kind = Int(bytes[0]) % (sources.count + 4)
  let client = AWSClient(world.context, certificates: nil)
  if kind < sources.count {
    let found = try? client.credentials(
      for: sources[kind], deadline: Deadline(30, on: world.context.clock))
    if let found { checkFitForHeaders(found) }
  } else if kind == sources.count + 2 {
    askForRepositories(world)
  } else if kind == sources.count + 3 {
    let session = SSOSession(name: "new", startURL: "https://new.example", region: "eu-west-1", profile: "dev")
    try? DeviceAuthorization(client, session: session).signIn { _ in }
    for file in [session.tokenFile, session.registrationFile] { FuzzedWorld.remove(".aws/\(file)") }
  } else {
    askForToken(world, throughCommandLine: kind == sources.count)
  }
  if world.output.standardError.firstRange(of: FuzzedWorld.secret) != nil, text(bytes).contains(FuzzedWorld.secret) {
    return
  }
  world.check()
}

private func checkFitForHeaders(_ credentials: Credentials) {
  for text in [credentials.accessKeyID, credentials.secretAccessKey, credentials.sessionToken ?? ""] {
    mustHold(text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "credentials of more than a line")
  }
}

private func askForRepositories(_ world: FuzzedWorld) {
  let catalog = try? RepositoryCatalog(world.context, configuration: signedIn(.native), region: "us-east-1")
  _ = try? catalog?.repositories(of: nil, owner: nil)
  _ = try? catalog?.repositories(of: "acme", owner: "111122223333")
  if let url = try? catalog?.endpoint(of: "internal", domain: "acme", owner: nil) {
    mustHold(url.host.hasPrefix("acme-") && url.host.hasSuffix(".amazonaws.com"), "\(url.host) is no host of AWS's")
  }
}

/// The configuration of somebody who needs no file of AWS's to sign in.
private func signedIn(_ provider: Provider) -> Configuration {
  var configuration = Configuration()
  configuration.store = .none
  configuration.provider = provider
  var settings = DomainSettings()
  settings.keys = .configuredKeys(
    Credentials(accessKeyID: "AKIA", secretAccessKey: FuzzedWorld.secret), at: .file("/keyringrc.cfg"))
  // The CLI signs in by itself.
  if provider == .native { configuration.legacyDomains = [settings] }
  return configuration
}

private func askForToken(_ world: FuzzedWorld, throughCommandLine: Bool) {
  FuzzedWorld.put("bin/aws", [], mode: 0o700)
  let repository = Repository(
    domain: "acme", owner: "111122223333", region: "us-east-1",
    apiEndpoint: "https://codeartifact.us-east-1.amazonaws.com")
  let broker = TokenBroker(
    world.context, configuration: signedIn(throughCommandLine ? .awsCLI : .native))
  guard let token = try? broker.token(for: repository) else { return }
  mustHold(TokenEntry.isToken(token.value), "a token is not fit for a header")
  mustHold((token.expiration ?? 0) > world.time.now, "a token that has ended is handed out")
}

private let loginCache = """
  {"accessToken": {"accessKeyId": "ASIA", "secretAccessKey": "hunter2", "sessionToken": "hunter2",
  "expiresAt": "2020-01-01T00:00:00Z"}, "clientId": "c", "refreshToken": "r",
  "dpopKey": "\(P256.Signing.PrivateKey().pemRepresentation.split(separator: "\n").joined(separator: "\\n"))"}
  """

/// What the AWS CLI leaves below `~/.aws`: the first byte says which of its caches.
func credentialsFromCache(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let (name, source) = caches[Int(first) % caches.count]
  FuzzedWorld.put(name, Array(bytes.dropFirst()))
  let world = FuzzedWorld(["AWS_REGION": "eu-west-1"], http: ScriptedHTTP(.answer(400, "{}")))
  let client = AWSClient(world.context, certificates: nil)
  let found = try? client.credentials(
    for: source, deadline: Deadline(30, on: world.context.clock))
  if let found { checkFitForHeaders(found) }
  FuzzedWorld.remove(name)
  world.check()
}

private let caches: [(name: String, source: CredentialSource)] = [
  (".aws/sso/cache/\(sha1("corp")).json", sources[2]),
  (".aws/login/cache/\(hexadecimal(SHA256.hash(data: Array(session.utf8)))).json", sources[3]),
  (".aws/cli/cache/\(sha1(#"{"RoleArn": "arn:aws:iam::111122223333:role/r"}"#)).json", sources[0]),
  (
    ".aws/cli/cache/\(sha1(#"{"accountId":"111122223333","roleName":"r","sessionName":"corp"}"#)).json", sources[2]
  ),
]

private func sha1(_ text: String) -> String { hexadecimal(Insecure.SHA1.hash(data: Array(text.utf8))) }

/// A date, as headers and as caches write it.
func readDate(_ bytes: [UInt8]) {
  let text = text(bytes)
  for moment in [epochSeconds(iso8601: text), epochSeconds(httpDate: text)].compactMap({ $0 }) {
    mustHold(abs(moment) < 3e11, "a date of \(moment)")
    guard moment >= 0, moment <= 253_402_300_799 else { continue }
    let written = iso8601(epochSeconds: moment)
    mustHold(epochSeconds(iso8601: written) == moment, "\(written) is another date than it was")
  }
  let answer = HTTPResponse(status: 429, headers: ["retry-after": text, "date": text])
  let world = FuzzedWorld(http: ScriptedHTTP { _ in .success(answer) })
  let deadline = Deadline(30, on: world.context.clock)
  _ = try? AWSClient(world.context, certificates: nil)
    .send("GetAuthorizationToken", HTTPRequest(method: "GET", url: "https://aws.example/"), deadline: deadline)
  mustHold(world.time.sleeps.allSatisfy { $0 >= 0 && $0 <= 30 }, "a pause of \(world.time.sleeps)")
}
