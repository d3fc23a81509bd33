import Glibc
import Platform

/// Whether there seems to be a session bus, found without calling it: GLib would start one, or wait for a dead one.
/// Source: https://dbus.freedesktop.org/doc/dbus-specification.html, "Server Addresses"
enum SessionBus {
  /// Why there is no session bus; nil when there seems to be one.
  static func absence(_ context: Context) -> String? {
    guard let addresses = context.environment["DBUS_SESSION_BUS_ADDRESS"] else {
      let path = context.environment["XDG_RUNTIME_DIR"].map { "\($0)/bus" }
      return path.map { isThere($0, context) } ?? false ? nil : "there is no session bus"
    }
    let isAnyThere = addresses.split(separator: ";").contains { mayListen(at: $0, context) }
    return isAnyThere ? nil : "there is no session bus at DBUS_SESSION_BUS_ADDRESS"
  }

  private static func mayListen(at address: Substring, _ context: Context) -> Bool {
    guard let colon = address.firstIndex(of: ":") else { return false }
    guard address[..<colon] == "unix" else { return address[..<colon] == "tcp" }
    for pair in address[address.index(after: colon)...].split(separator: ",") {
      if pair.hasPrefix("abstract=") { return true }
      if pair.hasPrefix("path=") { return isThere(unescaped(pair.dropFirst(5)), context) }
    }
    return false
  }

  /// Whether this user's bus may listen there. Below `su` and `sudo -E` the variables name another user's bus, which must
  /// not store a token.
  private static func isThere(_ path: String, _ context: Context) -> Bool {
    context.files.status(path)?.owner == geteuid()
  }

  /// Bus addresses escape bytes as `%20`.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var remaining = Array(text.utf8)[...]
    while let byte = remaining.popFirst() {
      if byte == UInt8(ascii: "%"), remaining.count >= 2,
        let value = UInt8(String(decoding: remaining.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        remaining = remaining.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
