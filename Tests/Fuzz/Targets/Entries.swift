import ArgumentParser
import Platform
import TestSupport

@testable import CodeArtifact
@testable import Commands
@testable import TokenStores

private let host = "acme-111122223333.d.codeartifact.us-east-1.amazonaws.com"
private let variables = [
  "CODEARTIFACT_KEYRING_STORE": "file", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": FuzzedWorld.secret,
]

/// What the file of the private store is called that a token of `host` rests in.
private let name: String = {
  let world = FuzzedWorld(variables)
  guard case .repository(let repository) = Repository.recognise(host),
    let request = try? TokenRequest(repository, Configuration(), world.context)
  else { fatalError("\(host) is no repository") }
  return request.key.name
}()

/// The commands that show what is in a store; `status` has no reason ever to fail.
nonisolated(unsafe) private let commands = [
  (command(["status", host]), mayFail: false), (command(["status", "--json", host]), mayFail: false),
  (command(["token", host]), mayFail: true), (command(["token", "--json", host]), mayFail: true),
]

/// A command, to be read once: a parser of command lines takes longer than all else here.
func command(_ line: [String]) -> any CLICommand {
  guard let command = try? RootCommand.parseAsRoot(line) as? any CLICommand else { fatalError("\(line) is none") }
  return command
}

/// A cached token, as a store gives it back; `ENTRY` in it stands for the name it must bear. AWS cannot be reached.
func readEntry(_ bytes: [UInt8]) {
  let content = Array(text(bytes).replacing("ENTRY", with: name).utf8)
  let world = FuzzedWorld(variables)
  let key = EntryKey(["domain": "acme"])
  if let entry = TokenEntry(Array(text(bytes).replacing("ENTRY", with: key.name).utf8), for: key) {
    mustHold(entry.encoded.flatMap { TokenEntry($0, for: key) } == entry, "an entry changes when it is written again")
  }
  let file = ".cache/codeartifact-keyring/\(name).json"
  for (command, mayFail) in commands {
    FuzzedWorld.put(file, content)
    do { try command.run(in: world.context) } catch {
      mustHold(mayFail, "status fails: \(error)")
    }
  }
  FuzzedWorld.remove(file)
  world.check()
}
