import CodeArtifact
import Platform
import TokenStores

/// Where tokens are cached, and why a store is not used.
struct StoresCheck: Check {
  let area = Finding.Area.stores
  let doctor: DoctorContext
  /// The stores' answers; nil where one of them did not answer in time.
  let checks: [StoreCheck]?

  var findings: [Finding] {
    guard let checks else {
      return [problem("a token store did not answer within \(Int(DoctorContext.timeout)) s")]
    }
    guard !checks.isEmpty else { return [note("no token is cached, as configured")] }
    let isPinned = doctor.configuration.store != .automatic
    let isAnyUsable = checks.contains { $0.failure == nil }
    let findings = checks.compactMap { check -> Finding? in
      guard let failure = check.failure else { return nil }
      if isPinned {
        return Finding(
          area, .problem,
          FailureRecord("\(failure.problem), and no other store is configured", remedy: failure.remedy))
      }
      switch failure {
      case .absent: return nil
      case .unusable(.file, _, _) where isAnyUsable: return nil
      case .unusable: return Finding(area, .warning, failure)
      case .unsafe, .dropped: return Finding(area, .problem, failure)
      }
    }
    if !isAnyUsable, !isPinned {
      return findings + [problem("no store can keep tokens: every lookup contacts AWS")]
    }
    let used = checks.filter { $0.isInUse(among: checks) }
    return findings.orOK(
      .stores,
      "tokens are cached in "
        + used.map { $0.kind.rawValue + ($0.place.map { " (\($0))" } ?? "") }.joined(separator: ", "))
  }
}

extension StoreCheck {
  /// Whether tokens are stored there: in the file only where no other store can be used.
  func isInUse(among checks: [StoreCheck]) -> Bool {
    failure == nil && (kind != .file || checks.allSatisfy { $0.kind == .file || $0.failure != nil })
  }
}
