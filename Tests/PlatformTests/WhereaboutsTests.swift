import TestSupport
import Testing

@testable import Platform

@Suite struct WhereaboutsTests {
  @Test func areTheSameForAllProcessesHere() throws {
    let here = try World().surroundings.whereabouts
    #expect(try World().surroundings.whereabouts == here)
    #expect(here.count == 4 && here[0].hasPrefix("mnt:["))
    #expect(here.dropFirst().allSatisfy { !$0.isEmpty })
    #expect(UInt64(here[3]) != nil, "ticks since the start")
  }
}
