import CKeyutils
import FastPath
import Glibc
import Platform

/// The kernel's own keyring of this user: memory only, readable in microseconds, and it removes entries at expiry.
/// Source: keyrings(7), user-keyring(7), keyctl(2).
struct KernelStore: TokenStore {
  let clock: Clock

  var kind: StoreKind { .kernel }

  func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]? {
    guard let serial = try find(key) else { return nil }
    let (bytes, count) = UserKey.read(serial, limit: TokenEntry.sizeLimit)
    if count < 0, Self.isAbsence(-count) { return nil }
    guard count >= 0 else { throw failure(count) }
    return count <= TokenEntry.sizeLimit ? bytes : nil
  }

  func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure) {
    let seconds = expiration - clock.now()
    guard seconds >= 1 else { return }
    func store() -> Int { UserKey.store(bytes, Self.description(key), seconds: Int(min(seconds, 86_400))) }
    var result = store()
    if result == -Int(EDQUOT) {
      // A token is more important than cached responses.
      CachedResponses.removeAll()
      result = store()
    }
    guard result >= 0 else { throw failure(result) }
  }

  func remove(_ key: EntryKey) throws(StoreFailure) {
    if let serial = try find(key) { try remove(serial) }
  }

  private func remove(_ serial: Int) throws(StoreFailure) {
    let result = UserKey.remove(serial)
    guard result >= 0 || Self.isAbsence(-result) else { throw failure(result) }
  }

  func entries() throws(StoreFailure) -> [[UInt8]] { serials().map(content).filter { !$0.isEmpty } }

  func removeAll(matching attributes: [String: String]) throws(StoreFailure) {
    if attributes.isEmpty { CachedResponses.removeAll() }
    for serial in serials() where TokenEntry.matches(attributes.isEmpty ? [] : content(serial), attributes) {
      try remove(serial)
    }
  }

  /// The content of a key; empty where it cannot be read or is longer than an entry.
  private func content(_ serial: Int) -> [UInt8] {
    let (bytes, count) = UserKey.read(serial, limit: TokenEntry.sizeLimit)
    return count == bytes.count ? bytes : []
  }

  private func serials() -> [Int] {
    UserKey.all().filter { UserKey.description(of: $0).hasPrefix(Self.prefix) }
  }

  private func find(_ key: EntryKey) throws(StoreFailure) -> Int? {
    let serial = UserKey.find(Self.description(key))
    if serial < 0, Self.isAbsence(-serial) { return nil }
    guard serial >= 0 else { throw failure(serial) }
    return serial
  }

  private static let prefix = "codeartifact-keyring:"

  /// The description of the kernel key that stores a key's entry.
  static func description(_ key: EntryKey) -> String { prefix + key.name }

  private static func isAbsence(_ code: Int) -> Bool {
    [ENOKEY, EKEYEXPIRED, EKEYREVOKED].contains(Int32(code))
  }

  private func failure(_ result: Int) -> StoreFailure {
    let code = Int32(-result)
    // A seccomp filter (containers) answers EPERM, a kernel without keys or a sandbox ENOSYS.
    return [ENOSYS, EPERM].contains(code)
      ? .absent(.kernel, reason: "this system does not allow it (\(systemMessage(code)))")
      : .unusable(.kernel, reason: systemMessage(code))
  }
}

extension UserKey {
  /// The serial numbers of all keys in the keyring of this user, those of other programs too.
  static func all() -> [Int] {
    // More keys than a user may have by the kernel's default quota.
    let limit = 4096 * MemoryLayout<Int32>.size
    var (list, count) = read(Int(KEY_SPEC_USER_KEYRING), limit: limit)
    if count == -Int(EACCES), possess() { (list, count) = read(Int(KEY_SPEC_USER_KEYRING), limit: limit) }
    return list.withUnsafeBytes { bytes in
      (0..<(bytes.count / 4)).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self)) }
    }
  }

  /// The description of a key of a user's own type; empty for any other.
  static func description(of serial: Int) -> String {
    var text = [CChar](repeating: 0, count: 256)
    let length = text.withUnsafeMutableBytes {
      ckeyutils_keyctl(KEYCTL_DESCRIBE, serial, Int(bitPattern: $0.baseAddress), $0.count, 0)
    }
    guard length > 0, length <= text.count else { return "" }
    // type;uid;gid;permissions;description
    let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .split(separator: ";", maxSplits: 4)
    return fields.count == 5 && fields[0] == "user" ? String(fields[4]) : ""
  }
}
