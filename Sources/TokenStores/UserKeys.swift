import CKeyutils
import Glibc
import QuickAnswer

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
