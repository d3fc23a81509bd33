import TestSupport
import Testing

@testable import CodeArtifact

@Suite struct HostIdentityTests {
  @Test func areTheSameForAllProcessesHere() throws {
    let here = try World().context.hostIdentity
    #expect(try World().context.hostIdentity == here)
    #expect(here.count == 5 && here[0].hasPrefix("mnt:["))
    #expect(here.dropFirst().allSatisfy { !$0.isEmpty })
    #expect(UInt64(here[3]) != nil, "ticks since the start")
  }
}
