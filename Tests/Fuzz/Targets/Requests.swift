import AWSCredentials
import FoundationEssentials
import TestSupport

@testable import CodeArtifact
@testable import KeyringProtocol
@testable import Platform

/// A command line of the `keyring` face, its words kept apart by NULs.
func askAsKeyring(_ bytes: [UInt8]) {
  FuzzedWorld.remove(".config/python_keyring/keyringrc.cfg")
  let words = bytes.split(separator: 0, omittingEmptySubsequences: false).map { text($0) }
  let world = FuzzedWorld(["CODEARTIFACT_TOKEN": FuzzedWorld.secret])
  let input = StandardInput(piped: { Array(FuzzedWorld.secret.utf8) }, typed: { _ in nil }, drain: {})
  let code = KeyringCLI(world.context, arguments: words, input: input) { _ in 1 }.run()
  mustHold((0...2).contains(code), "the exit code is \(code)")
  mustHold(code == 0 || world.output.standardOutput.isEmpty, "an answer with the exit code \(code)")
  if world.output.standardOutput.firstRange(of: FuzzedWorld.secret) != nil {
    mustHold(words.contains { $0.lowercased().contains("codeartifact") }, "a token for another service")
  }
  world.check()
}

/// A service, as clients write it. Who else reads the same text must find the same host in it.
func recogniseService(_ bytes: [UInt8]) {
  let service = text(bytes)
  let mapped = MappedHost(name: "pypi.acme.example", domain: "acme", owner: "111122223333", region: "us-east-1")
  switch Repository.recognise(service, mapped: [mapped]) {
  case .repository(let repository):
    mustHold(CodeArtifactHost.isDomain(repository.domain), "the domain is \(repository.domain)")
    mustHold(CodeArtifactHost.isAccount(repository.owner), "the owner is \(repository.owner)")
    mustHold(RegionName.isRegion(repository.region), "the region is \(repository.region)")
    let isAddress = service.firstRange(of: "://") != nil
    guard let host = URL(string: isAddress ? service : "https://\(service)")?.host?.lowercased() else { return }
    let ends = ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "on.aws", "on.amazonwebservices.com.cn"]
    let suffixes = ends + ["c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov", "pypi.acme.example"]
    let bare = host.hasSuffix(".") ? String(host.dropLast()) : host
    mustHold(suffixes.contains { bare == $0 || bare.hasSuffix(".\($0)") }, "a token would go to \(host)")
  case .unencrypted, .otherUser, .other: break
  }
}

/// A token that the environment brings, as a variable and as a file.
func takeGivenToken(_ bytes: [UInt8]) {
  guard !bytes.contains(0) else { return }
  FuzzedWorld.put("token", bytes)
  let repository = Repository(
    domain: "acme", owner: "111122223333", region: "us-east-1", apiEndpoint: "https://codeartifact.example")
  for variables in [["CODEARTIFACT_TOKEN": text(bytes)], ["CODEARTIFACT_TOKEN_FILE": "\(FuzzedWorld.home)/token"]] {
    let world = FuzzedWorld(variables)
    if let token = EnvironmentToken(world.context).find(for: repository).token {
      mustHold(token.value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a token is not fit for a header")
      mustHold(token.expiration ?? .infinity > world.time.now, "a token that has ended is handed out")
    }
    world.check()
  }
}
