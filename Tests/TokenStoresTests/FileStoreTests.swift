import Glibc
import Platform
import TestSupport
import Testing

@testable import TokenStores

@Suite struct FileStoreTests {
  private let key = randomKey()
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func world(runtime: String? = nil, _ variables: [String: String] = [:]) throws -> World {
    try World(
      variables.merging(runtime.map { ["XDG_RUNTIME_DIR": $0] } ?? [:]) { $1 }, directory: directory)
  }

  private var runtimePath: String { "\(directory.path)/run/codeartifact-keyring" }
  private var cachePath: String { "\(directory.path)/home/.cache/codeartifact-keyring" }

  @Test func keepsInTheRuntimeDirectoryFirst() throws {
    let world = try world(runtime: try directory.directory("run"))
    let store = FileStore(world.surroundings)
    #expect(try store.read(key) == nil)
    try store.write([1, 2], for: key, until: 0)
    #expect(try store.read(key) == [1, 2])
    #expect(world.surroundings.files.names(in: runtimePath) == ["\(key.name).json"])
    #expect(world.surroundings.files.status(cachePath) == nil)
    #expect(directory.mode(of: runtimePath) == 0o700)
    #expect(directory.mode(of: "\(runtimePath)/\(key.name).json") == 0o600)
    try store.remove(key)
    #expect(try store.read(key) == nil)
    try store.remove(key)
  }

  @Test(arguments: [nil, "/nonexistent/run"] as [String?])
  func keepsInTheCacheWhereNoRuntimeDirectoryIs(_ runtime: String?) throws {
    let world = try world(runtime: runtime)
    let store = FileStore(world.surroundings)
    try store.write([1], for: key, until: 0)
    #expect(world.surroundings.files.names(in: cachePath) == ["\(key.name).json"])
    #expect(directory.mode(of: cachePath) == 0o700)
    // The session's own directory is not ours to make.
    #expect(world.surroundings.files.status("/nonexistent/run") == nil)
  }

  @Test func readsAndForgetsInBothPlaces() throws {
    let cached = try world()
    try FileStore(cached.surroundings).write([1], for: key, until: 0)
    let both = try world(runtime: try directory.directory("run"))
    let store = FileStore(both.surroundings)
    #expect(try store.read(key) == [1])
    try store.write([2], for: key, until: 0)
    #expect(try store.read(key) == [2])
    try store.remove(key)
    #expect(try store.read(key) == nil)
    #expect(try FileStore(cached.surroundings).read(key) == nil)
  }

  @Test(arguments: [0o755, 0o750, 0o777] as [UInt32])
  func refusesADirectoryOpenToOthers(_ mode: UInt32) throws {
    let store = FileStore(try world().surroundings)
    try directory.directory("home/.cache/codeartifact-keyring", mode: mode)
    try expectRefusal(by: store, naming: cachePath)
  }

  @Test func refusesALinkInItsDirectorysPlace() throws {
    let store = FileStore(try world().surroundings)
    try directory.directory("home/.cache")
    try directory.link("home/.cache/codeartifact-keyring", to: try directory.directory("elsewhere"))
    try expectRefusal(by: store, naming: cachePath)
    #expect(FileSystem.system.names(in: "\(directory.path)/elsewhere").isEmpty)
  }

  private func expectRefusal(by store: FileStore, naming path: String) throws {
    for work in [
      { _ = try store.read(key) }, { try store.write([1], for: key, until: 0) }, { try store.remove(key) },
    ] as [() throws -> Void] {
      let failure = #expect(throws: StoreFailure.self) { try work() }
      guard case .unsafe(.file, let reason) = try #require(failure) else {
        Issue.record("refused as \(try #require(failure))")
        continue
      }
      #expect(reason.contains(path))
    }
  }

  @Test func refusesALinkAndALooseFile() throws {
    let world = try world()
    let store = FileStore(world.surroundings)
    try store.write([1], for: key, until: 0)
    let file = "\(cachePath)/\(key.name).json"
    try #require(chmod(file, 0o644) == 0)
    #expect(throws: StoreFailure.self) { try store.read(key) }
    try world.surroundings.files.remove(file)
    try directory.link("home/.cache/codeartifact-keyring/\(key.name).json", to: try directory.file("other", "x"))
    #expect(throws: StoreFailure.self) { try store.read(key) }
    // Writing takes the link's place and leaves what it led to alone.
    try store.write([2], for: key, until: 0)
    #expect(try store.read(key) == [2])
    #expect(try world.surroundings.files.read("\(directory.path)/other") == [0x78])
  }

  @Test func whatIsTooLargeIsNotRead() throws {
    let store = FileStore(try world().surroundings)
    let entry = TokenEntry(token: "t", expiration: 2, mintedAt: 1, key: key)
    let bytes = try #require(entry.encoded)
    let space = [UInt8](repeating: 0x20, count: TokenEntry.sizeLimit + 1 - bytes.count)
    try store.write(bytes + space, for: key, until: 0)
    // What comes instead is no entry, so that it is dropped as damaged.
    #expect(try store.read(key).flatMap { TokenEntry($0, for: key) } == nil)
    try store.write(bytes + space.dropLast(), for: key, until: 0)
    #expect(try store.read(key).flatMap { TokenEntry($0, for: key) } == entry)
  }

  @Test func saysSoWhereNothingCanBeWritten() throws {
    try directory.file("home/.cache", "a file in the way")
    let failure = #expect(throws: StoreFailure.self) {
      try FileStore(try world().surroundings).write([1], for: key, until: 0)
    }
    guard case .unusable(.file, _) = try #require(failure) else {
      Issue.record("failed as \(try #require(failure))")
      return
    }
  }
}
