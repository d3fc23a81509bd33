import CodeArtifact
import Platform
import TokenStores

/// Where tokens are kept, and what keeps a store from being used.
struct StoresCheck {
  let machine: DoctorContext
  /// What the stores said; nil where one of them said nothing in time.
  let checks: [StoreCheck]?

  var findings: [Finding] {
    guard let checks else {
      return [Finding(.stores, .problem, "a store of tokens did not answer within \(Int(DoctorContext.patience)) s")]
    }
    guard !checks.isEmpty else { return [Finding(.stores, .note, "no token is kept, as you configured")] }
    let isPinned = machine.configuration.store != .automatic
    let isAnyUsable = checks.contains { $0.failure == nil }
    let findings = checks.compactMap { check -> Finding? in
      guard let failure = check.failure else { return nil }
      if isPinned { return Finding(.stores, .problem, "\(failure), and you want no other store") }
      switch failure {
      case .absent: return nil
      case .unusable(.file, _) where isAnyUsable: return nil
      case .unusable: return Finding(.stores, .warning, "\(failure)")
      case .unsafe, .dropped: return Finding(.stores, .problem, "\(failure)")
      }
    }
    if !isAnyUsable, !isPinned {
      return findings + [Finding(.stores, .problem, "no store can keep a token: each lookup asks AWS")]
    }
    let used = checks.filter {
      $0.failure == nil && ($0.kind != .file || checks.allSatisfy { $0.kind == .file || $0.failure != nil })
    }
    return findings.orFine(
      .stores,
      "tokens are kept in "
        + used.map { $0.kind.rawValue + ($0.place.map { " (\($0))" } ?? "") }.joined(separator: ", "))
  }
}
