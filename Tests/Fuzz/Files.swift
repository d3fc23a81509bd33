import Platform
import TestSupport
import TOMLKit

@testable import AWSCredentials
@testable import CodeArtifact
@testable import Commands
@testable import KeyringProtocol
@testable import TokenStores

/// `~/.aws/config` and, behind a NUL, `~/.aws/credentials`: who signs in, where, and what becomes of it.
func signInWithConfiguration(_ bytes: [UInt8]) {
  let files = parts(bytes, 2)
  FuzzedWorld.put(".aws/config", files[0])
  FuzzedWorld.put(".aws/credentials", files[1])
  for profile in ["default", "dev"] {
    let world = FuzzedWorld(["AWS_PROFILE": profile, "AWS_EC2_METADATA_DISABLED": "true"])
    do {
      let shared = try SharedConfiguration(world.surroundings)
      let signIn = try SignInPlanner(world.surroundings, shared).plan()
      _ = (signIn.identity, signIn.source)
      let endpoints = EndpointResolver(world.surroundings, shared, profile: try shared.profile(profile))
      for service in [AWSService.codeArtifact, .sts, .sso, .oidc, .signIn] {
        _ = try endpoints.endpoint(of: service, region: "us-east-1")
      }
      let client = AWSClient(world.surroundings, certificates: nil)
      _ = try CredentialResolver(world.surroundings, client: client)
        .credentials(for: signIn, deadline: Deadline(30, on: world.surroundings.clock))
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
  do { _ = try ConfigurationReader(path: "config.toml", bytes: bytes).read() } catch {
    mustHold("\(error)".hasPrefix("config.toml"), "a mistake has no place: \(error)")
  }
  _ = try? TOMLText.table(bytes).convert()
  _ = PoetrySources(world.surroundings).url(of: "acme")
  for settings in FormerSettings.read(world.surroundings) { _ = settings.specificity }
  _ = PythonSettings(world.surroundings).problem
  world.check()
}

/// A client's settings: the first byte says whose. What is written into them can be taken out again to the byte.
func editClientFile(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let before = Array(bytes.dropFirst())
  var file = EditableFile(before)
  switch first % 3 {
  case 0: _ = KeyringSettings.set(in: &file, pythonPath: "/usr/share/codeartifact-keyring/python")
  case 1: _ = PipSettings.set(in: &file)
  default:
    do { _ = try UvSettings.set(in: &file, path: "uv.toml") } catch {
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
  let settings = (try? ProjectSettings.read(in: directory, world.surroundings)) ?? []
  mustHold(settings.allSatisfy { $0.keys == nil && $0.roleARN == nil }, "a project chooses who signs in")
  if let sources = try? ProjectSources.read(in: directory, world.surroundings) {
    for found in sources.repositories(Configuration()) {
      let host = hostName(of: found.repository.apiEndpoint)
      mustHold(isOfAWS(host), "\(host) is asked")
    }
  }
  _ = try? Errand([], Configuration(), world.surroundings, directory: directory)
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
    let rest = SilenceNote(world.surroundings).secondsOfRest ?? 0
    mustHold(rest >= 0 && rest <= SilenceNote.rest, "a rest of \(rest) s")
  case 1:
    FuzzedWorld.put(".cache/codeartifact-keyring/fuzz.lock", content)
    let deadline = Deadline(1, on: world.surroundings.clock)
    let lock = try? InterProcessLock.acquire("fuzz", world.surroundings, deadline: deadline)
    if case .failure(_, let line)? = lock?.note { mustHold(!line.contains("\n"), "a note of more than a line") }
  case 2:
    FuzzedWorld.put(".cache/codeartifact-keyring/last-failure.json", content)
    do { try showStatus.run(in: world.surroundings) } catch { mustHold(false, "status fails: \(error)") }
    FuzzedWorld.remove(".cache/codeartifact-keyring/last-failure.json")
  case 3:
    FuzzedWorld.put(".config/codeartifact-keyring/configured.json", content)
    _ = (try? Journal.load(world.surroundings))?.entries.count
    FuzzedWorld.remove(".config/codeartifact-keyring/configured.json")
  default:
    FuzzedWorld.put(
      ".config/python_keyring/keyringrc.cfg", Array("[backend]\ndefault-keyring=codeartifact_keyring.x\n".utf8))
    FuzzedWorld.put(".config/codeartifact-keyring/previous-keyring.json", content)
    _ = PythonSettings(world.surroundings).problem
    FuzzedWorld.remove(".config/codeartifact-keyring/previous-keyring.json")
  }
  world.check()
}
