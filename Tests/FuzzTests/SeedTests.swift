import FoundationEssentials
import Glibc
import Platform
import Synchronization
import Testing

/// What the targets reported.
private let findings = Mutex<[String]>([])

func report(_ finding: String) { findings.withLock { $0.append(finding) } }

func makeHome() -> String {
  var template = Array("/tmp/codeartifact-keyring-test.XXXXXX".utf8CString)
  return mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
}

/// The fuzzers' targets, fed with no more than their seeds.
@Suite struct SeedTests {
  private static let seeds = "\(FileSystem.parent(of: #filePath) ?? ".")/../Fuzz/seeds"

  /// One after the other, since all share one home.
  @Test func noSeedIsAFinding() throws {
    defer { try? FileManager.default.removeItem(atPath: FuzzedWorld.home) }
    for target in targets {
      let names = FileSystem.system.names(in: "\(Self.seeds)/\(target.name)")
      #expect(!names.isEmpty, "the target \(target.name) has no seeds")
      for name in names {
        let seed = "\(target.name)/\(name)"
        target.take(try FileSystem.system.read("\(Self.seeds)/\(seed)"))
        #expect(findings.withLock { $0 } == [], "\(seed)")
        findings.withLock { $0 = [] }
      }
    }
  }

  @Test func eachDirectoryOfSeedsHasATarget() {
    #expect(FileSystem.system.names(in: Self.seeds) == targets.map(\.name).sorted())
  }
}
