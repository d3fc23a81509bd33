import CFastPath
import CKeyutils

/// A key in the kernel's keyring of this user: bytes under a description, which the kernel removes at their expiry.
/// Results below zero are negated error numbers. Source: keyrings(7), user-keyring(7), keyctl(2).
public enum UserKey {
  /// The serial number of the key with a description.
  public static func find(_ description: UnsafePointer<CChar>) -> Int {
    let serial = ckeyutils_search(KEY_SPEC_USER_KEYRING, "user", description)
    guard serial == -Int(EACCES), possess() else { return serial }
    return ckeyutils_search(KEY_SPEC_USER_KEYRING, "user", description)
  }

  /// The content of a key, up to a limit, and its real length.
  public static func read(_ serial: Int, limit: Int) -> (bytes: [UInt8], count: Int) {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
      count = ckeyutils_read(Int32(truncatingIfNeeded: serial), buffer.baseAddress, limit)
      filled = max(0, min(count, limit))
    }
    return (bytes, count)
  }

  /// Stores bytes under a description for some seconds, in place of what was there.
  public static func store(_ bytes: [UInt8], _ description: UnsafePointer<CChar>, seconds: Int) -> Int {
    // Without possession the key could be added, but its permissions and its timeout could not be set.
    possess()
    let serial = ckeyutils_add_key("user", description, bytes, bytes.count, KEY_SPEC_USER_KEYRING)
    guard serial >= 0 else { return serial }
    // Readable by this user also from a session that does not possess the user keyring, and by no other user.
    let permissions = 0x3f3f_0000
    ckeyutils_keyctl(KEYCTL_SETPERM, serial, permissions, 0, 0)
    let limited = ckeyutils_keyctl(KEYCTL_SET_TIMEOUT, serial, seconds, 0, 0)
    if limited < 0 { remove(serial) }
    return limited
  }

  /// Removes a key. Revoking it first frees its content and quota at once; unlinking alone leaves both for a moment.
  @discardableResult
  public static func remove(_ serial: Int) -> Int {
    ckeyutils_keyctl(KEYCTL_REVOKE, serial, 0, 0, 0)
    return ckeyutils_keyctl(KEYCTL_UNLINK, serial, Int(KEY_SPEC_USER_KEYRING), 0, 0)
  }

  /// Links the user's keyring into that of this process: some sessions do not possess it (tmux, ssh, systemd units).
  @discardableResult
  public static func possess() -> Bool {
    ckeyutils_keyctl(KEYCTL_LINK, Int(KEY_SPEC_USER_KEYRING), Int(KEY_SPEC_PROCESS_KEYRING), 0, 0) >= 0
  }
}
