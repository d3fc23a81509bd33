import Platform
import TestSupport
import Testing

@testable import CodeArtifact

@Suite struct ContainerAuthorizationTests {
  // {"iss":"i","sub":"a"} twice, with another signature, and {"iss":"i","sub":"b"}
  private static let anna = "e30.eyJpc3MiOiJpIiwic3ViIjoiYSJ9.x"
  private static let annaRenewed = "e30.eyJpc3MiOiJpIiwic3ViIjoiYSJ9.y"
  private static let bob = "e30.eyJpc3MiOiJpIiwic3ViIjoiYiJ9.x"

  private func holder(_ token: String, inFile: Bool) throws -> String {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/home/token"
    let variables =
      inFile
      ? ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": path, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "other"]
      : ["AWS_CONTAINER_AUTHORIZATION_TOKEN": token]
    let world = try World(variables, files: ["token": token + "\n"], directory: directory)
    return world.context.containerAuthorizationHolder
  }

  @Test(arguments: [true, false]) func aWebTokenIsItsSubjects(_ inFile: Bool) throws {
    let anna = try holder(Self.anna, inFile: inFile)
    #expect(try holder(Self.annaRenewed, inFile: inFile) == anna)
    #expect(try holder(Self.bob, inFile: inFile) != anna)
    #expect(!anna.contains("e30"))
  }

  @Test(arguments: ["opaque", "a.b.c", "e30.e30.x", "..", "a.b", ""])
  func anyOtherIsItself(_ token: String) throws {
    #expect(try holder(token, inFile: true) == holder(token, inFile: false))
    #expect(try holder(token + "x", inFile: true) != holder(token, inFile: true))
  }
}
