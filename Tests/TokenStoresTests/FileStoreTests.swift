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
    let store = FileStore(world.context)
    #expect(try store.read(key) == nil)
    try store.write([1, 2], for: key, until: 0)
    #expect(try store.read(key) == [1, 2])
    #expect(world.context.files.names(in: runtimePath) == ["\(key.name).json"])
    #expect(world.context.files.status(cachePath) == nil)
    #expect(directory.mode(of: runtimePath) == 0o700)
    #expect(directory.mode(of: "\(runtimePath)/\(key.name).json") == 0o600)
    try store.remove(key)
    #expect(try store.read(key) == nil)
    try store.remove(key)
  }

  @Test(arguments: [nil, "/nonexistent/run"] as [String?])
  func keepsInTheCacheWhereNoRuntimeDirectoryIs(_ runtime: String?) throws {
    let world = try world(runtime: runtime)
    let store = FileStore(world.context)
    try store.write([1], for: key, until: 0)
    #expect(world.context.files.names(in: cachePath) == ["\(key.name).json"])
    #expect(directory.mode(of: cachePath) == 0o700)
    // The session's own directory is not made.
    #expect(world.context.files.status("/nonexistent/run") == nil)
  }

  @Test func expiredEntriesOfOtherKeysAreRemoved() throws {
    let world = try world(runtime: try directory.directory("run"))
    let store = FileStore(world.context)
    func write(_ expiration: Double) throws -> EntryKey {
      let key = randomKey()
      let entry = TokenEntry(token: "t", expiration: expiration, mintedAt: expiration - 3600, key: key)
      try store.write(try #require(entry.encoded), for: key, until: expiration)
      return key
    }
    let now = world.context.clock.now()
    let (expired, good, damaged) = (try write(now), try write(now + 60), randomKey())
    try store.write([1], for: damaged, until: 0)
    #expect(try store.read(expired) == nil)
    #expect(try store.read(good) != nil)
    #expect(try store.read(damaged) == [1])
  }

  @Test func readsAndForgetsInBothPlaces() throws {
    let cached = try world()
    try FileStore(cached.context).write([1], for: key, until: 0)
    let both = try world(runtime: try directory.directory("run"))
    let store = FileStore(both.context)
    #expect(try store.read(key) == [1])
    try store.write([2], for: key, until: 0)
    #expect(try store.read(key) == [2])
    try store.remove(key)
    #expect(try store.read(key) == nil)
    #expect(try FileStore(cached.context).read(key) == nil)
  }

  @Test(arguments: [0o755, 0o750, 0o777] as [UInt32])
  func refusesADirectoryOpenToOthers(_ mode: UInt32) throws {
    let store = FileStore(try world().context)
    try directory.directory("home/.cache/codeartifact-keyring", mode: mode)
    try expectRefusal(by: store, naming: cachePath)
  }

  @Test func refusesALinkInItsDirectorysPlace() throws {
    let store = FileStore(try world().context)
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
      guard case .unsafe(.file, let reason, _) = try #require(failure) else {
        Issue.record("refused as \(try #require(failure))")
        continue
      }
      #expect(reason.contains(path))
    }
  }

  /// What others could have touched: its mode, a link, a pipe, a directory with something in it.
  @Test(arguments: ["loose", "link", "dangling", "pipe", "directory", "full"])
  func anEntryThatCannotBeTrustedIsRemovedAndReplaced(_ kind: String) throws {
    let world = try world()
    let store = FileStore(world.context)
    try store.write([1], for: key, until: 0)
    let file = "\(cachePath)/\(key.name).json"
    let name = "home/.cache/codeartifact-keyring/\(key.name).json"
    if kind != "loose" { try world.context.files.remove(file) }
    let target = try directory.file("other", "x")
    switch kind {
    case "loose": try #require(chmod(file, 0o644) == 0)
    case "link": try directory.link(name, to: target)
    case "dangling": try directory.link(name, to: "\(directory.path)/absent")
    case "pipe": try #require(mkfifo(file, 0o600) == 0)
    case "directory": try directory.directory(name)
    default: try directory.file("\(name)/inner", "x")
    }
    let failure = #expect(throws: StoreFailure.self) { try store.read(key) }
    guard case .dropped(.file, let reason) = try #require(failure) else {
      Issue.record("failed as \(try #require(failure))")
      return
    }
    #expect(reason.hasPrefix(file) && reason.hasSuffix(", and was removed"))
    #expect(try store.read(key) == nil)
    try store.write([2], for: key, until: 0)
    #expect(try store.read(key) == [2])
    #expect(try world.context.files.read(target) == [0x78])
  }

  @Test func anUntrustedEntryCanBeRemovedAndOthersAreListed() throws {
    let world = try world()
    let store = FileStore(world.context)
    let file = "\(cachePath)/\(key.name).json"
    for forget in [
      { try store.remove(key) }, { try store.removeAll(matching: ["domain": "acme"]) },
      { try store.removeAll(matching: [:]) },
    ] as [() throws -> Void] {
      try store.write([1], for: key, until: 0)
      try #require(chmod(file, 0o644) == 0)
      let other = randomKey()
      try store.write([2], for: other, until: 0)
      #expect(try store.entries() == [[2]])
      try forget()
      #expect(world.context.files.status(file, followingLinks: false) == nil)
      try store.remove(other)
    }
  }

  @Test func whatIsTooLargeIsNotRead() throws {
    let store = FileStore(try world().context)
    let entry = TokenEntry(token: "t", expiration: 2, mintedAt: 1, key: key)
    let bytes = try #require(entry.encoded)
    let space = [UInt8](repeating: 0x20, count: TokenEntry.sizeLimit + 1 - bytes.count)
    try store.write(bytes + space, for: key, until: 0)
    // What comes instead is no entry, so that it is dropped as damaged.
    #expect(try store.read(key).flatMap { TokenEntry($0, for: key) } == nil)
    try store.write(bytes + space.dropLast(), for: key, until: 0)
    #expect(try store.read(key).flatMap { TokenEntry($0, for: key) } == entry)
  }

  /// As below `su` and `sudo -E`.
  @Test(.enabled(if: geteuid() == 0), arguments: [true, false])
  func nothingIsStoredInADirectoryOfAnotherUser(_ isThere: Bool) throws {
    let run = try directory.directory("run", mode: 0o777)
    if isThere { try directory.directory("home/.cache/codeartifact-keyring") }
    let world = try world(runtime: run)
    for path in [run, world.home] + (isThere ? ["\(world.home)/.cache"] : []) {
      try #require(chown(path, 65_534, 65_534) == 0 && chmod(path, 0o777) == 0)
    }
    let directories = Array(world.context.stateDirectories)
    #expect(directories.allSatisfy { !$0.hasPrefix(directory.path) })
    #expect(FileSystem.system.names(in: run).isEmpty)
    #expect(FileSystem.system.names(in: world.home) == (isThere ? [".cache"] : []))
  }

  @Test func saysSoWhereNothingCanBeWritten() throws {
    try directory.file("home/.cache", "a file in the way")
    let failure = #expect(throws: StoreFailure.self) {
      try FileStore(try world().context).write([1], for: key, until: 0)
    }
    guard case .unusable(.file, _, _) = try #require(failure) else {
      Issue.record("failed as \(try #require(failure))")
      return
    }
  }
}
