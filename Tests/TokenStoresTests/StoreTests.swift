import CKeyutils
import Glibc
import Platform
import TestSupport
import Testing

@testable import TokenStores

/// A key that no other test and no user has.
private func randomKey() -> EntryKey {
  EntryKey(["domain": "test", "random": "\(UInt64.random(in: 0 ... .max))"])
}

/// Containers often forbid the kernel's keys: where they do, there is nothing to test.
private let kernelAllowsKeys = ckeyutils_keyctl(KEYCTL_GET_KEYRING_ID, Int(KEY_SPEC_USER_KEYRING), 0, 0, 0) >= 0

@Suite(.enabled(if: kernelAllowsKeys)) struct KernelStoreTests {
  private let time = ManualClock()
  private let key = randomKey()
  private var store: KernelStore { KernelStore(clock: time.clock) }

  /// The kernel's own number of the key; negative when it has none.
  private var serial: Int {
    ckeyutils_search(KEY_SPEC_USER_KEYRING, "user", "codeartifact-keyring:\(key.name)")
  }

  @Test func keepsReplacesAndForgets() throws {
    defer { try? store.remove(key) }
    #expect(try store.read(key) == nil)
    try store.write([1, 2, 3], for: key, until: time.now + 3600)
    #expect(try store.read(key) == [1, 2, 3])
    #expect(try store.read(randomKey()) == nil)
    try store.write([4], for: key, until: time.now + 3600)
    #expect(try store.read(key) == [4])
    try store.remove(key)
    #expect(try store.read(key) == nil)
    try store.remove(key)
  }

  @Test func isReadableByThisUserAlone() throws {
    defer { try? store.remove(key) }
    try store.write([1], for: key, until: time.now + 3600)
    var buffer = [CChar](repeating: 0, count: 256)
    let count = buffer.withUnsafeMutableBytes {
      ckeyutils_keyctl(KEYCTL_DESCRIBE, serial, Int(bitPattern: $0.baseAddress), $0.count, 0)
    }
    try #require(count > 0)
    let fields = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
      separator: ";")
    #expect(fields.first == "user")
    #expect(fields.count > 3 && fields[3] == "3f3f0000")
  }

  @Test func theKernelForgetsByItself() throws {
    defer { try? store.remove(key) }
    try store.write([1], for: key, until: time.now + 7)
    let line = try String(decoding: pseudoFile("/proc/keys"), as: UTF8.self).split(separator: "\n")
      .first { $0.contains(key.name) }
    // Seven seconds, or a few less by now; without a time limit it says `perm`.
    let words = try #require(line).split(separator: " ")
    #expect(words.contains { $0.hasSuffix("s") && Int($0.dropLast()).map { (0...7).contains($0) } == true })
  }

  @Test(arguments: [0, 0.9, -5, -.infinity, .nan])
  func whatIsOverIsNotKept(_ seconds: Double) throws {
    defer { try? store.remove(key) }
    try store.write([1], for: key, until: time.now + seconds)
    #expect(serial < 0)
  }

  @Test(arguments: [1e9, .infinity])
  func theDistantFutureIsCutToADay(_ seconds: Double) throws {
    defer { try? store.remove(key) }
    try store.write([1], for: key, until: time.now + seconds)
    #expect(try store.read(key) == [1])
  }

  @Test func aRevokedKeyIsAsGoodAsNone() throws {
    defer { try? store.remove(key) }
    try store.write([1], for: key, until: time.now + 3600)
    try #require(ckeyutils_keyctl(KEYCTL_REVOKE, serial, 0, 0, 0) >= 0)
    #expect(try store.read(key) == nil)
    try store.write([2], for: key, until: time.now + 3600)
    #expect(try store.read(key) == [2])
  }

  @Test func whatIsTooLargeIsNotRead() throws {
    defer { try? store.remove(key) }
    let bytes = [UInt8](repeating: 7, count: TokenEntry.sizeLimit)
    try store.write(bytes, for: key, until: time.now + 3600)
    #expect(try store.read(key) == bytes)
    try store.write(bytes + [7], for: key, until: time.now + 3600)
    #expect(try store.read(key) == nil)
  }

  /// The content of a file whose size the kernel does not tell.
  private func pseudoFile(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY)
    try #require(file >= 0)
    defer { close(file) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &buffer, buffer.count), count > 0 { content += buffer[..<count] }
    return content
  }
}

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

@Suite struct InterProcessLockTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func acquire(_ name: String, _ world: World, seconds: Double = 30) throws -> InterProcessLock? {
    try InterProcessLock.acquire(
      name, world.surroundings, deadline: Deadline(seconds, on: world.surroundings.clock))
  }

  @Test func isHeldByOneAtATime() throws {
    let world = try World(directory: directory)
    let first = try #require(try acquire("a", world))
    withExtendedLifetime(first) {
      #expect(throws: LockTimeout()) { try acquire("a", world) }
    }
    let slept = world.time.sleeps
    #expect(abs(slept.reduce(0, +) - 30) < 0.001)
    // Short pauses first, for a holder that is quick; never so long that its end goes unnoticed.
    #expect(try #require(slept.first) <= 0.002)
    #expect(slept.allSatisfy { $0 <= 0.05 })
  }

  @Test func isHadAsSoonAsItsHolderLetsGo() throws {
    let holder = Holder()
    let time = ManualClock(whenAsleep: { holder.letGo(afterSleeps: 5) })
    let world = try World(time: time, directory: directory)
    holder.lock = try acquire("a", world)
    let second = try acquire("a", world)
    #expect(second != nil)
    #expect(time.sleeps.count == 5)
  }

  @Test func namesDoNotShareALock() throws {
    let world = try World(directory: directory)
    let first = try acquire("a", world)
    let second = try acquire("b", world)
    #expect(first != nil && second != nil)
    #expect(world.time.sleeps.isEmpty)
    withExtendedLifetime((first, second)) {}
  }

  @Test func goesFromHolderToHolder() throws {
    let world = try World(directory: directory)
    for _ in 0..<3 { #expect(try acquire("a", world) != nil) }
    #expect(world.time.sleeps.isEmpty)
  }

  @Test(arguments: [
    InterProcessLock.Note.failure(at: 1_800_000_000.25, line: "no credentials. Run: aws sso login"),
    .failure(at: 0, line: ""), .none,
  ])
  func handsANoteOn(_ note: InterProcessLock.Note) throws {
    let world = try World(directory: directory)
    do {
      let lock = try #require(try acquire("a", world))
      #expect(lock.note == .none)
      lock.leave(.failure(at: 1, line: String(repeating: "an older and longer note ", count: 20)))
      lock.leave(note)
    }
    #expect(try #require(try acquire("a", world)).note == note)
  }

  @Test func aNoteIsOneLineOfLimitedLength() throws {
    let world = try World(directory: directory)
    let lock = try #require(try acquire("a", world))
    lock.leave(.failure(at: 2, line: "first\nsecond\u{1B}[31m" + String(repeating: "ü", count: 4000)))
    guard case .failure(2, let line) = lock.note else {
      Issue.record("the note was lost")
      return
    }
    #expect(line.hasPrefix("first second [31m"))
    #expect(line.count <= 1001)
  }

  @Test(arguments: ["", "no number\nline", "12", "\n", "\u{0}\u{0}\n", "NaN", "1.5e400x\nline"])
  func aNoteThatIsNoneIsNotRead(_ content: String) throws {
    let world = try World(directory: directory)
    _ = try acquire("a", world)
    try directory.file("home/.cache/codeartifact-keyring/a.lock", content)
    #expect(try #require(try acquire("a", world)).note == .none)
  }

  @Test func itsFileIsPrivate() throws {
    let world = try World(directory: directory)
    _ = try acquire("a", world)
    #expect(directory.mode(of: "\(world.home)/.cache/codeartifact-keyring/a.lock") == 0o600)
  }

  @Test func whereNoDirectoryHoldsOneThereIsNone() throws {
    try directory.file("home/.cache", "a file in the way")
    #expect(try acquire("a", try World(directory: directory)) == nil)
  }

  @Test func doesNotFollowALink() throws {
    let world = try World(directory: directory)
    try directory.directory("home/.cache/codeartifact-keyring")
    let target = try directory.file("precious", "content")
    try directory.link("home/.cache/codeartifact-keyring/a.lock", to: target)
    #expect(try acquire("a", world) == nil)
    #expect(try world.surroundings.files.read(target) == Array("content".utf8))
  }
}

/// Holds a lock until it has been slept for so many times.
private final class Holder: @unchecked Sendable {
  var lock: InterProcessLock?
  private var sleeps = 0

  func letGo(afterSleeps limit: Int) {
    sleeps += 1
    if sleeps == limit { lock = nil }
  }
}

@Suite struct SessionBusTests {
  struct Case: CustomTestStringConvertible {
    let address: String?
    var runtime: String?
    let isThere: Bool

    var testDescription: String { "\(address ?? "no address"), \(runtime ?? "no runtime directory")" }
  }

  /// `SOCKET` and `SPACED` stand for paths that are there, `GONE` for one that is not.
  @Test(arguments: [
    Case(address: nil, isThere: false),
    Case(address: nil, runtime: "RUNTIME", isThere: true),
    Case(address: nil, runtime: "GONE", isThere: false),
    Case(address: "", runtime: "RUNTIME", isThere: true),
    Case(address: "unix:path=SOCKET", isThere: true),
    Case(address: "unix:path=SOCKET,guid=0123", isThere: true),
    Case(address: "unix:guid=0123,path=SOCKET", isThere: true),
    Case(address: "unix:path=GONE", isThere: false),
    Case(address: "unix:path=GONE", runtime: "RUNTIME", isThere: false),
    Case(address: "unix:path=GONE;unix:path=SOCKET", isThere: true),
    Case(address: "unix:path=GONE;unix:path=GONE", isThere: false),
    Case(address: "unix:path=SPACED", isThere: true),
    Case(address: "unix:abstract=/tmp/dbus-xyz", isThere: true),
    Case(address: "tcp:host=localhost,port=1", isThere: true),
    Case(address: "autolaunch:", isThere: false),
    Case(address: "unixexec:path=/bin/sh", isThere: false),
    Case(address: "disabled:", isThere: false),
    Case(address: "unix:", isThere: false),
    Case(address: "nonsense", isThere: false),
    Case(address: ";;;", isThere: false),
    Case(address: "unix:path=", isThere: false),
    Case(address: "unix:path=SOCKET%", isThere: false),
  ])
  func absence(_ given: Case) throws {
    let directory = try TemporaryDirectory()
    let socket = try directory.file("bus", "")
    try directory.file("a bus", "")
    func real(_ text: String) -> String {
      text.replacing("SOCKET", with: socket).replacing("GONE", with: "\(directory.path)/gone")
        .replacing("SPACED", with: "\(directory.path)/a%20bus").replacing("RUNTIME", with: directory.path)
    }
    var variables: [String: String] = [:]
    variables["DBUS_SESSION_BUS_ADDRESS"] = given.address.map(real)
    variables["XDG_RUNTIME_DIR"] = given.runtime.map(real)
    let absence = SessionBus.absence(try World(variables, directory: directory).surroundings)
    #expect((absence == nil) == given.isThere)
  }

  @Test func secretServiceIsAbsentWithoutABus() throws {
    let store = SecretServiceStore(try World().surroundings)
    let failure = #expect(throws: StoreFailure.self) { try store.read(randomKey()) }
    guard case .absent(.secretService, _) = try #require(failure) else {
      Issue.record("failed as \(try #require(failure))")
      return
    }
  }
}
