import CKeyutils
import Glibc
import Platform

/// The kernel's own keyring of this user: memory only, readable in microseconds, and it forgets at expiry by itself.
/// Source: keyrings(7), user-keyring(7), keyctl(2).
public struct KernelStore: TokenStore {
  let clock: Clock

  /// The user's keyring.
  public init(clock: Clock) { self.clock = clock }

  /// Which one it is.
  public var kind: StoreKind { .kernel }

  /// What is kept under a key.
  public func read(_ key: EntryKey) throws(StoreFailure) -> [UInt8]? {
    guard let serial = try find(key) else { return nil }
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: TokenEntry.sizeLimit) { buffer, filled in
      count = ckeyutils_read(serial, buffer.baseAddress, buffer.count)
      filled = max(0, min(count, buffer.count))
    }
    if count < 0, Self.isAbsence(-count) { return nil }
    guard count >= 0 else { throw failure(count) }
    return count <= TokenEntry.sizeLimit ? bytes : nil
  }

  /// Keeps bytes until they expire; the kernel itself then forgets them.
  public func write(_ bytes: [UInt8], for key: EntryKey, until expiration: Double) throws(StoreFailure) {
    let seconds = expiration - clock.now()
    guard seconds >= 1 else { return }
    // Without it the key could be made, but neither be given its permissions nor its time limit.
    possess()
    let serial = ckeyutils_add_key("user", description(key), bytes, bytes.count, KEY_SPEC_USER_KEYRING)
    guard serial >= 0 else { throw failure(serial) }
    // Readable by this user from a session that does not hold the user keyring, and by nobody else.
    let permissions = 0x3f3f_0000
    ckeyutils_keyctl(KEYCTL_SETPERM, serial, permissions, 0, 0)
    let limited = ckeyutils_keyctl(KEYCTL_SET_TIMEOUT, serial, Int(min(seconds, 86_400)), 0, 0)
    guard limited >= 0 else {
      ckeyutils_keyctl(KEYCTL_UNLINK, serial, Int(KEY_SPEC_USER_KEYRING), 0, 0)
      throw failure(limited)
    }
  }

  /// Forgets what is kept under a key.
  public func remove(_ key: EntryKey) throws(StoreFailure) {
    guard let serial = try find(key) else { return }
    let result = ckeyutils_keyctl(KEYCTL_UNLINK, Int(serial), Int(KEY_SPEC_USER_KEYRING), 0, 0)
    guard result >= 0 || Self.isAbsence(-result) else { throw failure(result) }
  }

  private func find(_ key: EntryKey) throws(StoreFailure) -> Int32? {
    let description = description(key)
    var serial = ckeyutils_search(KEY_SPEC_USER_KEYRING, "user", description)
    if serial == -Int(EACCES), possess() { serial = ckeyutils_search(KEY_SPEC_USER_KEYRING, "user", description) }
    if serial < 0, Self.isAbsence(-serial) { return nil }
    guard serial >= 0 else { throw failure(serial) }
    return Int32(truncatingIfNeeded: serial)
  }

  /// Some sessions do not hold the user's keyring (tmux, ssh, systemd units). Linking it into the keyring of this
  /// process alone gives it to us for as long as we run.
  @discardableResult
  private func possess() -> Bool {
    ckeyutils_keyctl(KEYCTL_LINK, Int(KEY_SPEC_USER_KEYRING), Int(KEY_SPEC_PROCESS_KEYRING), 0, 0) >= 0
  }

  private func description(_ key: EntryKey) -> String { "codeartifact-keyring:\(key.name)" }

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
