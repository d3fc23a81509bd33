import Platform

/// Where the session's message bus listens, found out without touching it: a bus that is not there must cost nothing,
/// and GLib would start one, or hang on a dead one.
enum SessionBus {
  /// Why there is no bus to talk to; nil when there seems to be one.
  static func absence(_ surroundings: Surroundings) -> String? {
    guard let address = surroundings.environment["DBUS_SESSION_BUS_ADDRESS"] else {
      guard let runtime = surroundings.environment["XDG_RUNTIME_DIR"] else { return "there is no session bus" }
      return isThere("\(runtime)/bus", surroundings) ? nil : "there is no session bus"
    }
    for one in address.split(separator: ";") where isUsable(one, surroundings) { return nil }
    return "the session bus at DBUS_SESSION_BUS_ADDRESS is not there"
  }

  private static func isUsable(_ address: Substring, _ surroundings: Surroundings) -> Bool {
    guard let colon = address.firstIndex(of: ":") else { return false }
    guard address[..<colon] == "unix" else { return address[..<colon] == "tcp" }
    for pair in address[address.index(after: colon)...].split(separator: ",") {
      if pair.hasPrefix("abstract=") { return true }
      if pair.hasPrefix("path=") { return isThere(unescaped(pair.dropFirst(5)), surroundings) }
    }
    return false
  }

  private static func isThere(_ path: String, _ surroundings: Surroundings) -> Bool {
    surroundings.files.status(path) != nil
  }

  /// Bus addresses escape bytes as `%20`.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
