import CFastPath
import CKeyutils

/// A key in the kernel's keyring of this user: bytes under a description, which the kernel forgets at their time.
/// Results below zero are negated error numbers. Source: keyrings(7), user-keyring(7), keyctl(2).
public enum UserKey {
  /// The serial number of the key with a description.
  public static func find(_ description: UnsafePointer<CChar>) -> Int {
    let serial = ckeyutils_search(KEY_SPEC_USER_KEYRING, "user", description)
    guard serial == -Int(EACCES), possess() else { return serial }
    return ckeyutils_search(KEY_SPEC_USER_KEYRING, "user", description)
  }

  /// What a key holds, up to a limit, and how much that really is.
  public static func read(_ serial: Int, limit: Int) -> (bytes: [UInt8], count: Int) {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
      count = ckeyutils_read(Int32(truncatingIfNeeded: serial), buffer.baseAddress, limit)
      filled = max(0, min(count, limit))
    }
    return (bytes, count)
  }

  /// Keeps bytes under a description for so many seconds, in place of what was there.
  public static func keep(_ bytes: [UInt8], _ description: UnsafePointer<CChar>, seconds: Int) -> Int {
    // Without it the key could be made, but neither be given its permissions nor its time limit.
    possess()
    let serial = ckeyutils_add_key("user", description, bytes, bytes.count, KEY_SPEC_USER_KEYRING)
    guard serial >= 0 else { return serial }
    // Readable by this user from a session that does not hold the user keyring, and by nobody else.
    let permissions = 0x3f3f_0000
    ckeyutils_keyctl(KEYCTL_SETPERM, serial, permissions, 0, 0)
    let limited = ckeyutils_keyctl(KEYCTL_SET_TIMEOUT, serial, seconds, 0, 0)
    if limited < 0 { forget(serial) }
    return limited
  }

  /// Forgets a key: at once, room and all, where taking it out of the keyring alone leaves both for a moment.
  @discardableResult
  public static func forget(_ serial: Int) -> Int {
    ckeyutils_keyctl(KEYCTL_REVOKE, serial, 0, 0, 0)
    return ckeyutils_keyctl(KEYCTL_UNLINK, serial, Int(KEY_SPEC_USER_KEYRING), 0, 0)
  }

  /// Some sessions do not hold the user's keyring (tmux, ssh, systemd units). It is linked into the keyring of this process
  /// for as long as that runs.
  @discardableResult
  public static func possess() -> Bool {
    ckeyutils_keyctl(KEYCTL_LINK, Int(KEY_SPEC_USER_KEYRING), Int(KEY_SPEC_PROCESS_KEYRING), 0, 0) >= 0
  }
}
