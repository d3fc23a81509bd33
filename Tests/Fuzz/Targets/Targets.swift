/// A place at which bytes from outside come in.
struct Target: Sendable {
  /// Its name, that of its directory of seeds too.
  let name: String
  /// Takes in whatever bytes there are. A crash, or a promise not kept, is a finding.
  let take: @Sendable ([UInt8]) -> Void
}

/// All of them.
let targets = [
  Target(name: "arguments", take: askAsKeyring),
  Target(name: "service", take: recogniseService),
  Target(name: "aws-config", take: credentialsFromConfiguration),
  Target(name: "aws-caches", take: credentialsFromCache),
  Target(name: "config-toml", take: readConfiguration),
  Target(name: "toml", take: readTOML),
  Target(name: "client-files", take: editClientFile),
  Target(name: "projects", take: readProject),
  Target(name: "answers", take: takeAnswer),
  Target(name: "dates", take: readDate),
  Target(name: "entries", take: readEntry),
  Target(name: "notes", take: readNotes),
  Target(name: "given-tokens", take: takeGivenToken),
]

/// A promise: not kept, it is a finding.
func mustHold(_ condition: Bool, _ promise: @autoclosure () -> String) {
  if !condition { report("not kept: \(promise())") }
}
