import CFastPath

/// Everything that the answer to a lookup from the cache depends on, as one text: the arguments, the variables, and
/// which configuration files there are, down to their last change. The same text means the same answer.
/// There is no secret in it: of variables that hold one it says only whether they are set.
public struct Fingerprint: Sendable {
  /// The text.
  public let text: [UInt8]
  /// Whether a further change of a file would show. Within one tick of a file system's clock it need not.
  public let isSettled: Bool

  /// The inputs of this process. Nil where there are too many of them, or such as no text can stand for.
  public init?() {
    guard let variables = FingerprintVariables(), let program = MainExecutable.path, let own = cfastpath_arguments()
    else {
      return nil
    }
    // Another version of the program may mean something else by all that follows.
    var stamps = FileStamps()
    guard !stamps.isAbsent(program), stamps.add(program) else { return nil }
    var text = stamps.bytes
    stamps = FileStamps()
    var count = 1
    while let argument = own[count] {
      guard text.count + byteCount(argument) < CachedResponse.sizeLimit else { return nil }
      append(argument, to: &text)
      count += 1
    }
    text.append(UInt8(truncatingIfNeeded: count))
    text += variables.text
    // A token that BuildKit brings along answers everything, and may change unseen.
    guard stamps.isAbsent("/run/secrets/CODEARTIFACT_TOKEN"), stamps.add(variables.path(ofOurs: "config.toml")),
      stamps.add(variables.path(ofShared: "/python_keyring/keyringrc.cfg")), stamps.add(variables.configFile),
      stamps.add(variables.credentialsFile), stamps.addNearest("/pyproject.toml")
    else { return nil }
    text += stamps.bytes
    guard text.count < CachedResponse.sizeLimit else { return nil }
    self.text = text
    let tick: Int64 = stamps.changed % 1_000_000_000 == 0 ? 2_000_000_000 : 50_000_000
    isSettled = cfastpath_now() - stamps.changed > tick
  }
}
