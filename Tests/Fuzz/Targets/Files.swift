import ClientConfig
import Platform
import TestSupport

@testable import AWSCredentials
@testable import CodeArtifact
@testable import Commands
@testable import KeyringProtocol
@testable import TokenStores

/// `~/.aws/config` and, behind a NUL, `~/.aws/credentials`: who signs in, where, and what becomes of it.
func credentialsFromConfiguration(_ bytes: [UInt8]) {
  let files = parts(bytes, 2)
  FuzzedWorld.put(".aws/config", files[0])
  FuzzedWorld.put(".aws/credentials", files[1])
  for profile in ["default", "dev"] {
    let world = FuzzedWorld(["AWS_PROFILE": profile, "AWS_EC2_METADATA_DISABLED": "true"])
    do {
      let shared = try SharedConfiguration(world.context)
      let source = try shared.credentialSource()
      _ = (source.identity, source.title)
      let endpoints = EndpointResolver(shared, profile: try shared.profile(profile))
      for service in [AWSService.codeArtifact, .sts, .sso, .oidc, .signIn] {
        _ = try endpoints.endpoint(of: service, region: "us-east-1")
      }
      let client = AWSClient(world.context, certificates: nil)
      _ = try client.credentials(for: source, deadline: Deadline(30, on: world.context.clock))
    } catch { mustHold(!"\(error)".isEmpty, "a failure says nothing") }
    checkHosts(world, unless: bytes)
    world.check()
  }
}

/// Nobody is asked but AWS, unless a configuration names an endpoint outright.
private func checkHosts(_ world: FuzzedWorld, unless bytes: [UInt8]) {
  guard text(bytes).lowercased().firstRange(of: "endpoint_url") == nil else { return }
  for request in world.http.requests {
    let host = hostName(of: request.url)
    mustHold(isOfAWS(host), "\(host) is asked")
  }
}

private func isOfAWS(_ host: String) -> Bool {
  let suffixes = ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "api.aws", "aws.amazon.com", "amazonaws.cn"]
  let others = ["ic.gov", "sgov.gov", "adc-e.uk", "amazonaws-us-gov.com", "amazonwebservices.com.cn"]
  return (suffixes + others + ["amazonwebservices.eu"]).contains { host.hasSuffix(".\($0)") } && !host.contains("@")
}

/// `config.toml`, and the same bytes as Poetry's settings and as `keyringrc.cfg`.
func readConfiguration(_ bytes: [UInt8]) {
  FuzzedWorld.put(".config/pypoetry/config.toml", bytes)
  FuzzedWorld.put(".config/python_keyring/keyringrc.cfg", bytes)
  let world = FuzzedWorld()
  do { _ = try TOMLFile(path: "config.toml", bytes: bytes).configuration() } catch {
    mustHold("\(error)".hasPrefix("config.toml"), "a mistake has no place: \(error)")
  }
  _ = Repository.url(of: PoetrySettings(world.context).urls(of: "acme"))
  for settings in LegacyConfiguration.read(world.context) { _ = settings.specificity }
  _ = PythonSettings(world.context).obstacle
  world.check()
}

/// TOML of any length. Each value read alone from where it is said to stand is the same again.
func readTOML(_ bytes: [UInt8]) {
  guard let root = try? TOMLTable(parsing: bytes) else { return }
  for value in root.values where !value.source.bytes.isEmpty {
    checkPlace(of: value, in: bytes)
    // A table or an array that headers make stands in many places.
    guard value.table?.isInline ?? (value.array == nil) else { continue }
    let alone = try? TOMLTable(parsing: Array("x = ".utf8) + bytes[value.source.bytes])
    mustHold(alone?["x"].map { areEqual($0, value) } ?? false, "a value does not stand where it is said to")
  }
  for key in root.keys {
    let written = try? TOMLTable(parsing: Array("\(TOMLWriter.key([key])) = \(TOMLWriter.string(key))".utf8))
    mustHold(written?[key]?.string == key, "a key is written as another one")
  }
}

private func checkPlace(of value: TOMLValue, in bytes: [UInt8]) {
  let source = value.source
  mustHold(source.bytes.upperBound <= bytes.count, "a value ends behind its file")
  let before = bytes[..<source.bytes.lowerBound]
  mustHold(source.line == 1 + before.count { $0 == UInt8(ascii: "\n") }, "a value stands in another line")
}

private func areEqual(_ left: TOMLTable, _ right: TOMLTable) -> Bool {
  left.keys == right.keys && zip(left.values, right.values).allSatisfy { areEqual($0, $1) }
}

private func areEqual(_ left: TOMLValue, _ right: TOMLValue) -> Bool {
  if let table = left.table { return right.table.map { areEqual(table, $0) } ?? false }
  if let array = left.array {
    guard let other = right.array, other.count == array.count else { return false }
    return zip(array, other).allSatisfy { areEqual($0, $1) }
  }
  return left.string == right.string && left.bool == right.bool
}

/// A client's settings: the first byte says whose. What is written into them can be taken out again to the byte.
func editClientFile(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let before = Array(bytes.dropFirst())
  var file = EditableFile(before)
  switch first % 3 {
  case 0: _ = PythonKeyringSettings.set(in: &file, pythonPath: "/usr/share/codeartifact-keyring/python")
  case 1: _ = PipSettings.set(in: &file)
  default:
    do { _ = try UvSettings.set(in: &file) } catch {
      mustHold(file.bytes == before, "a file that was refused has changed")
      return
    }
  }
  mustHold(file.bytes != before, "nothing was set")
  var undone = EditableFile(file.bytes)
  mustHold(undone.undo(file.edits), "an edit is not to be found again")
  mustHold(undone.bytes == before, "an undo leaves another file behind")
}

/// A project: the first byte says which of its files. What it says may lead nowhere but to AWS.
func readProject(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let names = ["pyproject.toml", "poetry.toml", "uv.toml", "requirements.txt", "Pipfile"]
  let name = "project/\(names[Int(first) % names.count])"
  FuzzedWorld.put(name, Array(bytes.dropFirst()))
  let world = FuzzedWorld()
  let directory = "\(FuzzedWorld.home)/project"
  let settings = (try? ProjectSettings.read(in: directory, world.context)) ?? []
  mustHold(settings.allSatisfy { $0.keys == nil && $0.roleARN == nil }, "a project chooses who signs in")
  if let sources = try? ProjectSources.read(in: directory, world.context) {
    for found in sources.repositories(Configuration()) {
      let host = hostName(of: found.repository.apiEndpoint)
      mustHold(isOfAWS(host), "\(host) is asked")
    }
  }
  _ = try? RepositorySelection([], Configuration(), world.context, directory: directory)
  FuzzedWorld.remove(name)
  world.check()
}

nonisolated(unsafe) private let showStatus = command(["status"])

/// What is kept in the private directory and in the configuration, beside tokens: the first byte says what.
func readNotes(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let content = Array(bytes.dropFirst())
  let world = FuzzedWorld()
  switch first % 5 {
  case 0:
    FuzzedWorld.put(".cache/codeartifact-keyring/secret-service.silent", content)
    let pause = Backoff(world.context).secondsLeft ?? 0
    mustHold(pause >= 0 && pause <= Backoff.interval, "a pause of \(pause) s")
  case 1:
    FuzzedWorld.put(".cache/codeartifact-keyring/fuzz.lock", content)
    let deadline = Deadline(1, on: world.context.clock)
    let lock = try? InterProcessLock.acquire("fuzz", world.context, deadline: deadline)
    mustHold(lock.map { $0.note.count <= 8192 } ?? true, "a note of more than 8 KiB")
  case 2:
    FuzzedWorld.put(".cache/codeartifact-keyring/last-failure.json", content)
    do { try showStatus.run(in: world.context) } catch { mustHold(false, "status fails: \(error)") }
    FuzzedWorld.remove(".cache/codeartifact-keyring/last-failure.json")
  case 3:
    FuzzedWorld.put(".config/codeartifact-keyring/configured.json", content)
    _ = (try? Journal.load(world.context))?.entries.count
    FuzzedWorld.remove(".config/codeartifact-keyring/configured.json")
  default:
    FuzzedWorld.put(
      ".config/python_keyring/keyringrc.cfg", Array("[backend]\ndefault-keyring=codeartifact_keyring.x\n".utf8))
    FuzzedWorld.put(".config/codeartifact-keyring/previous-keyring.json", content)
    _ = PythonSettings(world.context).obstacle
    FuzzedWorld.remove(".config/codeartifact-keyring/previous-keyring.json")
  }
  world.check()
}
