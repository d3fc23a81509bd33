import CKeyutils
import Glibc
import Platform
import TestSupport
import Testing

@testable import TokenStores

/// Containers often forbid the kernel's keys: where they do, there is nothing to test.
let kernelAllowsKeys = ckeyutils_keyctl(KEYCTL_GET_KEYRING_ID, Int(KEY_SPEC_USER_KEYRING), 0, 0, 0) >= 0

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
    try store.write([1], for: key, until: time.now + 23.5 * 3600)
    let line = try String(decoding: pseudoFile("/proc/keys"), as: UTF8.self).split(separator: "\n")
      .first { $0.contains(key.name) }
    // In whole hours; without a time limit it says `perm`.
    #expect(try #require(line).split(separator: " ").contains("23h"))
  }

  @Test(arguments: [0, 0.9, -5, -.infinity, .nan])
  func whatHasExpiredIsNotStored(_ seconds: Double) throws {
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
    do throws(StoreFailure) {
      try store.write(bytes, for: key, until: time.now + 3600)
      let found = try store.read(key)
      #expect(found == bytes)
      try store.write(bytes + [7], for: key, until: time.now + 3600)
      let tooLarge = try store.read(key)
      #expect(tooLarge == nil)
    } catch {
      // All keys of a user have 20 kB, of which another run of the tests may have most at this moment.
      #expect(error == .unusable(.kernel, reason: systemMessage(EDQUOT)))
    }
  }

  /// A user who runs the tests still has their tokens afterwards, as has whoever runs other tests at the same time.
  @Test func testsDoNotTouchTheKeyringOfTheirUser() throws {
    defer { try? store.remove(key) }
    try store.write([1], for: key, until: time.now + 3600)
    let world = try World()
    _ = StoreChain(.automatic, world.context).clear()
    try StoreChain(.automatic, world.context).removeAll(matching: [:])
    #expect(try store.read(key) == [1])
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
