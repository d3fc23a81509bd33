import CFastPath

/// Everything that the response to a lookup depends on, as one text: the arguments, and what `Inputs` names, files down to
/// their last change. The same text means the same response.
/// There is no secret in it: of variables that hold one it says only whether they are set.
public struct Fingerprint: Sendable {
  /// The text.
  public let text: [UInt8]
  /// Whether another change of a file would change the fingerprint. A second change within one tick of the file
  /// system's clock may not.
  public let isSettled: Bool

  /// The fingerprint of this process; nil if a response must not be cached, or depends on what has no fingerprint.
  public init?(of inputs: Inputs = .standard) {
    guard let variables = FingerprintVariables(inputs), let program = MainExecutable.path,
      let own = cfastpath_arguments()
    else { return nil }
    // Another version of the program may respond differently.
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
    for file in inputs.files {
      let isKnown =
        switch file {
        case .configuration(let name): stamps.add(variables.path(ofConfiguration: name))
        case .awsConfig: stamps.add(variables.configFile)
        case .awsCredentials: stamps.add(variables.credentialsFile)
        case .upward(let name): stamps.addUpward(name)
        case .bypass(let path): stamps.isAbsent(path)
        }
      guard isKnown else { return nil }
    }
    text += stamps.bytes
    guard text.count < CachedResponse.sizeLimit else { return nil }
    self.text = text
    let tick: Int64 = stamps.changed % 1_000_000_000 == 0 ? 2_000_000_000 : 50_000_000
    isSettled = cfastpath_now() - stamps.changed > tick
  }
}

extension FileStamps {
  fileprivate func isAbsent(_ path: StaticString) -> Bool {
    path.utf8Start.withMemoryRebound(to: CChar.self, capacity: path.utf8CodeUnitCount + 1) { isAbsent($0) }
  }
}
